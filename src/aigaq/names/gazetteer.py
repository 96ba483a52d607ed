"""Places whose Chinese name is no transcription: 轮台 is Bügür, 莎车 Yeken.

No model of sounds can connect these, so the counties of Xinjiang are listed (data/places.tsv).
"""

from functools import cache

from aigaq.names.symbols import hanzi_of
from aigaq.names.tables import read_rows

_LEVELS = ("自治州", "自治县", "地区", "新区", "市", "县", "区", "州", "镇", "乡")


def bare_place(hanzi: str) -> str:
    """A Chinese place name without the word for its level, if two characters are left."""
    level = next((x for x in _LEVELS if hanzi.endswith(x)), "")
    return hanzi.removesuffix(level) if len(hanzi) - len(level) >= 2 else hanzi


@cache
def _places() -> dict[str, tuple[tuple[str, str], ...]]:
    known: dict[str, list[tuple[str, str]]] = {}
    for hanzi, name, lang, *_ in read_rows("places.tsv"):
        known.setdefault(hanzi, []).append((name, lang))
    return {hanzi: tuple(names) for hanzi, names in known.items()}


def other_names(name: str) -> tuple[tuple[str, str], ...]:
    """(name, language tag) of a Xinjiang place given by its Chinese name, () for all else."""
    hanzi = hanzi_of(name)
    return _places().get(bare_place(hanzi), ()) if hanzi else ()
