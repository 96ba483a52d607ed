import doctest
import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "names.md"


def test_the_examples_of_the_guide_are_true() -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    test = doctest.DocTestParser().get_doctest("".join(blocks), {}, "names.md", str(GUIDE), 0)
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    results = runner.run(test, out=said.append)
    assert results.attempted > 15
    assert results.failed == 0, "".join(said)
