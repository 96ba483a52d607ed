"""The hand table of what stands around names: endings, elements, titles, clans."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from aigaq.names.scripts import fold
from aigaq.names.tables import read_rows

type Kind = str
"""``ending``, ``child-of``, ``element``, ``head``, ``honorific``, ``also-name``, ``clan``, ``clan-word``."""

_NO_ENDING = "none"
_SHORTEST_STEM = {"ending": 3, "element": 2, "head": 2}


@dataclass(frozen=True, slots=True)
class Affix:
    """One form of an affix: its canonical name in the table and the letters found."""

    name: str
    form: str


def _read_forms(kind: Kind) -> Iterator[Affix]:
    for row_kind, name, forms in read_rows("affixes.tsv"):
        if row_kind == kind:
            yield from (Affix(name, fold(form)) for form in forms.split())


@cache
def _words(kind: Kind) -> dict[str, Affix]:
    words: dict[str, Affix] = {}
    for affix in _read_forms(kind):
        words.setdefault(affix.form, affix)
    return words


@cache
def _lengths(kind: Kind, at: int) -> dict[str, tuple[int, ...]]:
    """The lengths of the forms whose letter `at` (0 the first, -1 the last) it is, longest first."""
    forms: dict[str, set[int]] = {}
    for form in _words(kind):
        forms.setdefault(form[at], set()).add(len(form))
    return {letter: tuple(sorted(lengths, reverse=True)) for letter, lengths in forms.items()}


def _number_elements() -> dict[str, int]:
    rows = (name for kind, name, _ in read_rows("affixes.tsv") if kind in ("element", "head"))
    return {name: number for number, name in enumerate(dict.fromkeys(rows), 1)}


ELEMENTS = _number_elements()
"""Number of each part that names are built with, from 1; at the front and at the end it is the same."""


def find_word(kind: Kind, word: str) -> Affix | None:
    """Return the affix of this kind that ``word`` (folded) is as a whole, or ``None``."""
    return _words(kind).get(word)


def find_start(kind: Kind, word: str) -> Affix | None:
    """Return the longest affix of this kind that ``word`` begins with, if enough is left after it."""
    words = _words(kind)
    longest = len(word) - (1 if word > "\u2e80" else _SHORTEST_STEM[kind])
    for length in _lengths(kind, 0).get(word[:1], ()):
        if length <= longest and (affix := words.get(word[:length])):
            return affix
    return None


def find_end(kind: Kind, word: str) -> Affix | None:
    """Return the longest affix of this kind at the end of ``word``, if a stem is left before it."""
    words = _words(kind)
    longest = len(word) - (1 if word > "\u2e80" else _SHORTEST_STEM[kind])
    for length in _lengths(kind, -1).get(word[-1:], ()):
        affix = words.get(word[-length:]) if length <= len(word) else None
        if affix and (length <= longest or affix.name == _NO_ENDING):
            return affix if affix.name != _NO_ENDING else None
    return None
