"""Which pairs are worth scoring: those that share a telling key. The rest are never looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aigaq.linkage.names import SLOTS, Forms, Vocabulary
from aigaq.linkage.ragged import Lists
from aigaq.linkage.table import NOTHING, Table

type Longs = npt.NDArray[np.int64]
type Pairs = tuple[Longs, Longs]

# A key held by more lines than this says too little for the pairs it makes.
_MOST_HOLDERS = 60
_MOST_HOLDERS_ALONE = 12
_KIND_BITS, _PART_BITS = 57, 28
_DAYS_IN_YEAR = 365.25
_WIDEST_YEARS = 366


@dataclass(frozen=True, slots=True)
class Held:
    """What keys are made of: a table, its names and the columns made of the rest."""

    table: Table
    forms: Forms
    vocabulary: Vocabulary
    columns: Mapping[str, pa.Array]


def build_keys(held: Held) -> Pairs:
    """Return each line's blocking keys; two lines that share one are compared.

    Two words of the name, alone, with the year of birth and with the month taken; one word with a
    place, a day, a year of birth or a relative; one rare word; a rare day of birth; an identity number.
    Of two words either counts as its near words too. Keys that many lines hold, or one alone, are left
    out.

    Returns:
        start, keys: those of line `i` are `keys[start[i]:start[i + 1]]`, sorted.
    """
    size = len(held.forms.row)
    lines, keys = _drop_untelling(*_gather(_list_keys(held)))
    packed = np.lexsort((keys, lines))
    lines, keys = lines[packed], keys[packed]
    first = np.ones(len(lines), bool)
    first[1:] = (lines[1:] != lines[:-1]) | (keys[1:] != keys[:-1])
    lines, keys = lines[first], keys[first]
    return np.searchsorted(lines, np.arange(size + 1)).astype(np.int64), keys


def _gather(parts: Iterator[Pairs]) -> Pairs:
    found = list(parts)
    return np.concatenate([p[0] for p in found]), np.concatenate([p[1] for p in found])


_ALONE, _TWO, _TWO_YEAR, _YEAR, _DAY, _PLACE, _KIN, _BORN, _NUMBER, _MONTH = range(1, 11)


def _drop_untelling(lines: Longs, keys: Longs) -> Pairs:
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    kind = keys >> _KIND_BITS
    most = np.where((kind == _ALONE) | (kind == _BORN), _MOST_HOLDERS_ALONE, _MOST_HOLDERS)
    kept = (count[place] > 1) & (count[place] <= most)
    return lines[kept], keys[kept]


def _key(kind: int, one: Longs, other: Longs | int = 0) -> Longs:
    """Pack a kind and two numbers in 64 bits; a chance meeting costs one pair looked at, no more."""
    mask = (1 << _PART_BITS) - 1
    packed: Longs = (kind << _KIND_BITS) | ((one & mask) << _PART_BITS) | (other & mask)
    return packed


def _mix(one: Longs, other: Longs) -> Longs:
    """Hash two numbers into one of 28 bits."""
    mixed = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + other.astype(np.uint64)
    mixed *= np.uint64(0xC2B2AE3D27D4EB4F)
    return (mixed >> np.uint64(36)).astype(np.int64)


def _list_keys(held: Held) -> Iterator[Pairs]:
    """Every key of every line, doubled ones and untelling ones included."""
    slots = [held.forms.word[:, slot].astype(np.int64) for slot in range(SLOTS)]
    year = _years(held, "birth")
    month = _months(held, "taken")
    for a, b in combinations(range(SLOTS), 2):
        for one, other in _meanings(held, a, b):
            both = np.flatnonzero((one >= 0) & (other >= 0))
            low, high = np.minimum(one[both], other[both]), np.maximum(one[both], other[both])
            yield both, _key(_TWO, low, high)
            if year is not None:
                dated = year[both] >= 0
                mixed = _mix(low[dated], high[dated])
                yield both[dated], _key(_TWO_YEAR, mixed, year[both][dated])
            if month is not None:
                dated = month[both] >= 0
                mixed = _mix(low[dated], high[dated])
                yield both[dated], _key(_TWO_YEAR, mixed, month[both][dated] + (1 << 20))
    for slot in slots:
        told = np.flatnonzero(slot >= 0)
        yield told, _key(_ALONE, slot[told])
        yield from _with_others(held, told, slot[told], year, month)
    yield from _without_names(held)


def _meanings(held: Held, a: int, b: int) -> Iterator[Pairs]:
    """The words of two slots, and each in turn as the first words it is near to."""
    first, second = (held.forms.word[:, slot].astype(np.int64) for slot in (a, b))
    yield first, second
    for nth in range(2):
        yield _near(held, a, nth), second
        yield first, _near(held, b, nth)


def _near(held: Held, slot: int, nth: int) -> Longs:
    """The `nth` word that the spelling in a slot may stand for as well."""
    words = held.vocabulary.words
    spelling = held.forms.spelling[:, slot]
    at = words.near_start[:-1][spelling] + nth if len(words.near_start) > 1 else spelling
    has = (spelling >= 0) & (np.diff(words.near_start)[spelling] > nth)
    flat = np.append(words.near_flat, NOTHING)
    found: Longs = np.where(has, flat[np.where(has, at, -1)], NOTHING).astype(np.int64)
    return found


def _with_others(
    held: Held, told: Longs, word: Longs, year: Longs | None, month: Longs | None
) -> Iterator[Pairs]:
    """One word of the name together with something else that is said."""
    for kind, column in ((_YEAR, year), (_MONTH, month)):
        if column is not None:
            dated = column[told] >= 0
            yield told[dated], _key(kind, word[dated], column[told][dated])
    for name in ("birth", "taken", "death"):
        if f"{name}_lo" in held.columns:
            day = _exact_days(held, name)
            dated = day[told] >= 0
            yield told[dated], _key(_DAY, word[dated], day[told][dated])
    for kind, names in ((_PLACE, _PLACES), (_KIN, ("mother", "spouse"))):
        for name in names:
            if name in held.columns:
                yield from _with_list(held.columns[name], kind, told, word)


_PLACES = ("place_birth_telling", "place_residence_telling", "place_taken_telling")


def _with_list(column: pa.Array, kind: int, told: Longs, word: Longs) -> Iterator[Pairs]:
    lists = from_list_array(column)
    counts = lists.counts()[told]
    line = np.repeat(told, counts)
    offset = np.repeat(lists.start[:-1][told] - (np.cumsum(counts) - counts), counts)
    other = lists.flat[offset + np.arange(int(counts.sum()))]
    yield line, _key(kind, np.repeat(word, counts), other.astype(np.int64))


def _without_names(held: Held) -> Iterator[Pairs]:
    if "birth_lo" in held.columns:
        day = _exact_days(held, "birth")
        dated = np.flatnonzero(day >= 0)
        yield dated, _key(_BORN, day[dated])
    if "id_text" in held.columns:
        codes = held.table.words["id_number"].codes[held.forms.row].astype(np.int64)
        told = np.flatnonzero(codes >= 0)
        yield told, _key(_NUMBER, codes[told])


def _exact_days(held: Held, name: str) -> Longs:
    low, high = (_numbers(held.columns[f"{name}_{end}"]) for end in ("lo", "hi"))
    found: Longs = np.where(low == high, low, NOTHING)
    return found


def _years(held: Held, name: str) -> Longs | None:
    if f"{name}_lo" not in held.columns:
        return None
    low, high = (_numbers(held.columns[f"{name}_{end}"]) for end in ("lo", "hi"))
    narrow = (low >= 0) & (high - low <= _WIDEST_YEARS)
    found: Longs = np.where(narrow, ((low + high) / 2 / _DAYS_IN_YEAR).astype(np.int64), NOTHING)
    return found


def _months(held: Held, name: str) -> Longs | None:
    if f"{name}_lo" not in held.columns:
        return None
    low, high = (_numbers(held.columns[f"{name}_{end}"]) for end in ("lo", "hi"))
    narrow = (low >= 0) & (high - low <= 31)
    found: Longs = np.where(
        narrow, ((low + high) / 2 / _DAYS_IN_YEAR * 12).astype(np.int64), NOTHING
    )
    return found


def _numbers(column: pa.Array) -> Longs:
    found: Longs = column.fill_null(NOTHING).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def from_list_array(column: pa.Array) -> Lists:
    """Return an Arrow column of lists as ragged lists; null becomes an empty list."""
    lengths = pa.compute.fill_null(pa.compute.list_value_length(column), 0).to_numpy()
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Lists(start, column.flatten().to_numpy())
