"""Places as linkage sees them: the division words stand for, and the words that stand for none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from aigaq.linkage.ragged import Lists, make_lists
from aigaq.linkage.spellings import Lexicon, take
from aigaq.linkage.table import NOTHING, Column, Ints
from aigaq.records.places import ancestors, divisions, resolve_place

_PARTS = re.compile(r"\s*[,،，、;()（）/]\s*")
_PARTS_KEPT = 50_000
_SURE = 2
_COUNTY, _PREFECTURE = ("county", "xpcc_city"), ("prefecture",)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one role, one a row.

    Attributes:
        spellings: row → spellings of the words that name no known division: the village, the street, or
            the whole place where divisions of its country aren't known here.
        county, prefecture: row → number of the division, or `NOTHING`.
    """

    spellings: Lists
    county: Ints
    prefecture: Ints


def read_places(column: Column, lexicon: Lexicon) -> Places:
    """Read each distinct place once; see `records/places.py: resolve_place` for what counts as sure.

    Args:
        column: words as said, parts set apart by commas, the nearest or the widest first.
        lexicon: where the words that stand for no division are numbered.
    """
    read = [_read_place(text) for text in column.values]
    rest = lexicon.read(text for text, _, _ in read)
    held = take(rest, column)
    return Places(
        make_lists(len(column.codes), held.rows(), held.flat),
        _spread([county for _, county, _ in read], column),
        _spread([prefecture for _, _, prefecture in read], column),
    )


def _spread(numbers: Sequence[int], column: Column) -> Ints:
    return np.array([*numbers, NOTHING], np.int32)[column.codes]


def _read_place(text: str) -> tuple[str, int, int]:
    """Return the words left over, and the numbers of county and prefecture."""
    rest, chain = [], dict[str, str]()
    for part in _PARTS.split(text):
        if divided := _divide(part) if part else {}:
            chain |= divided
        elif part:
            rest.append(part)
    return " ".join(rest), _number(chain.get("county")), _number(chain.get("prefecture"))


# A village stands beside its county again and again: parts repeat far oftener than whole places do.
@lru_cache(maxsize=_PARTS_KEPT)
def _divide(part: str) -> Mapping[str, str]:
    """Return the county and the prefecture that a part of a place surely stands in; empty if none."""
    levels = [_levels(one.code) for one in resolve_place(part) if one.certainty >= _SURE]
    # A town and the county about it share their name: what they have in common is sure.
    return {
        level: code
        for level, code in (levels[0] if levels else {}).items()
        if all(other.get(level) == code for other in levels)
    }


def _levels(code: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in ancestors(divisions()[code].successor or code):
        level = divisions()[one].level
        if level in _COUNTY:
            found["county"] = one
        elif level in _PREFECTURE:
            found["prefecture"] = one
    return found


def _number(code: str | None) -> int:
    return int(code) if code and code.isdigit() else NOTHING
