"""Hanzi as Mandarin syllables, and pinyin strings however they were typed.

Syllables are toneless and in the standard spelling (GB/T 16159, ISO 7098), with ``v`` for ü after
n and l. Passports run them together in capitals, without tones and without the apostrophe the standard
asks for (``NUERBAHETI``), and write ü as u, v or yu; ``split_pinyin`` finds the likeliest cut.
"""

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache

from aigaq.names.scripts import fold
from aigaq.names.tables import read_rows

_UNSEEN_COST = 140
_SYLLABLE_COST = 20


@cache
def _read_table() -> dict[str, tuple[str, ...]]:
    first: dict[str, list[str]] = {}
    rows = [(*row, "", "")[:3] for row in read_rows("pinyin.tsv")]
    for syllable, chars, _ in rows:
        for char in chars:
            first[char] = [syllable]
    for syllable, _, chars in rows:
        for char in chars:
            first.setdefault(char, []).append(syllable)
    return {char: tuple(syllables) for char, syllables in first.items()}


def readings(char: str) -> tuple[str, ...]:
    """Return the toneless readings of one simplified Hanzi, the one of transcribed names first.

    ``()`` for anything else.
    """
    return _read_table().get(char, ())


def hanzi_syllables(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of each Hanzi of a folded text, in order, without other characters."""
    table = _read_table()
    return tuple(table[char] for char in text if char in table)


@cache
def _syllable_costs() -> dict[str, int]:
    """Cost of each syllable: how rare it is in transcribed names, in tenths of a bit."""
    seen = {row[0]: int(row[1]) for row in read_rows("syllable_costs.tsv")}
    return {row[0]: seen.get(row[0], _UNSEEN_COST) for row in read_rows("pinyin.tsv")}


_SPELLINGS = {"lyu": "lv", "nyu": "nv", "lyue": "lve", "nyue": "nve", "lue": "lve", "nue": "nve"}


@cache
def _spelt() -> dict[str, tuple[str, int]]:
    """Return the standard syllable and the cost of every way a syllable may be typed."""
    costs = _syllable_costs()
    spelt = {syllable: (syllable, cost + _SYLLABLE_COST) for syllable, cost in costs.items()}
    for typed, syllable in _SPELLINGS.items():
        spelt.setdefault(typed, (syllable, costs[syllable] + 3 * _SYLLABLE_COST))
    return spelt


_TONES = re.compile("[1-5]")
_NOT_LETTERS = re.compile("[^a-z]+")
_V_FOR_U = re.compile("(?<=[jqxy])v")
_UMLAUT = re.compile("u(?:\u0308|:)")


def _plain(folded: str) -> str:
    if folded.isascii() and folded.isalpha():
        return _V_FOR_U.sub("u", folded) if "v" in folded else folded
    decomposed = unicodedata.normalize("NFD", _TONES.sub(" ", folded))
    letters = _UMLAUT.sub("v", decomposed)
    bare = "".join([c for c in letters if c < "\u0300" or unicodedata.category(c)[0] != "M"])
    return _NOT_LETTERS.sub(" ", _V_FOR_U.sub("u", bare)).strip()


def plain_pinyin(text: str) -> str:
    """Return pinyin in small letters without tones, ü as ``v``, syllable breaks as single spaces.

    Takes tone marks, tone numbers, capitals, ``ü``, ``u:``, ``v``, apostrophes, hyphens and spaces.
    Raises ``NameTooLong``.
    """
    return _plain(fold(text))


def _can_be_cut(letters: str, spelt: Container[str]) -> bool:
    """Whether there is any cut: most words that are no pinyin fail within a few letters."""
    ends = [0]
    for start in ends:
        for end in range(start + 1, min(start + 6, len(letters)) + 1):
            if letters[start:end] in spelt and end not in ends:
                ends.append(end)
    return len(letters) in ends


@lru_cache(maxsize=65536)
def _cut(letters: str) -> tuple[str, ...]:
    """Cut a run of letters into syllables of least total cost; ``()`` if it can't be cut."""
    spelt = _spelt()
    if not _can_be_cut(letters, spelt):
        return ()
    best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())]
    for end in range(1, len(letters) + 1):
        options = []
        for start in range(max(0, end - 6), end):
            so_far, known = best[start], spelt.get(letters[start:end])
            if so_far is not None and known is not None:
                options.append((so_far[0] + known[1], (*so_far[1], known[0])))
        best.append(min(options, default=None))
    return best[-1][1] if best[-1] else ()


def split_pinyin(text: str) -> tuple[str, ...]:
    """Return the syllables of a pinyin string, ``()`` if any part of it is no pinyin.

    ``split_pinyin("NUERBAHETI")`` is ``("nu", "er", "ba", "he", "ti")``. Breaks that are written
    (spaces, apostrophes, hyphens, tone numbers) are kept; between them the cut is the likeliest one
    by how common each syllable is in transcribed names. Raises ``NameTooLong``.
    """
    return split_folded(fold(text))


def split_folded(folded: str) -> tuple[str, ...]:
    """Do what ``split_pinyin`` does for text that is folded already."""
    syllables: list[str] = []
    for run in _plain(folded).split():
        cut = _cut(run)
        if not cut:
            return ()
        syllables += cut
    return tuple(syllables)


_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]")


def initial_final(syllable: str) -> tuple[str, str]:
    """Cut a syllable into initial and final: ``zhang`` is ``("zh", "ang")``, ``er`` ``("", "er")``."""
    match = _INITIAL.match(syllable)
    return (match.group(), syllable[match.end() :]) if match else ("", syllable)
