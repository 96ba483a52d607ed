"""A secret chosen at a terminal is typed twice; one that is asked for again, once."""

import pytest

from aigaq.store.settings import prepare

prepare()

import typer  # noqa: E402

from aigaq.cli import session  # noqa: E402


@pytest.mark.parametrize("new", [True, False])
def test_a_new_secret_is_confirmed(monkeypatch, new):
    asked = []

    def answer(prompt, **how):
        asked.append(how["confirmation_prompt"])
        return "six plain words"

    monkeypatch.setattr(typer, "prompt", answer)
    monkeypatch.setattr(session.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("AIGAQ_PASSPHRASE", raising=False)
    monkeypatch.delenv("AIGAQ_PASSPHRASE_FILE", raising=False)
    assert session.read_secret("AIGAQ_PASSPHRASE", "Passphrase", new=new) == "six plain words"
    assert asked == [new]
