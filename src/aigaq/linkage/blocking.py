"""Which pairs are worth scoring: those that share a telling key. The rest are never looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aigaq.linkage.names import SLOTS, Forms, Vocabulary
from aigaq.linkage.ragged import Lists, find_starts, is_first, pick, sort_once
from aigaq.linkage.table import NOTHING, Table

type Longs = npt.NDArray[np.int64]
type Pairs = tuple[Longs, Longs]

_DAYS_IN_YEAR = 365.25
_WIDEST_YEARS = 366


@dataclass(frozen=True, slots=True)
class Held:
    """What keys are made of: a table, its names and the columns made of the rest."""

    table: Table
    forms: Forms
    vocabulary: Vocabulary
    columns: Mapping[str, pa.Array]


def build_keys(held: Held) -> Lists:
    """Return each line's blocking keys; two lines that share one are compared.

    Two words of the name, alone, with the year of birth and with the month taken; one word with a
    place, a day, a year of birth or a relative; one rare word; a rare day of birth; an identity number.
    Of two words either counts as its near words too. Keys that many lines hold, or one alone, are left
    out; the others are numbered from 0.
    """
    size = len(held.forms.row)
    found: list[Longs] = []
    keys = 0
    # Kind by kind, so that all keys of a million rows never stand in memory together.
    for kind, parts in _list_kinds(held):
        lines, numbers = _keep_telling(size, list(parts), _MOST_HOLDERS[kind])
        found.append(lines << 32 | (numbers + keys))
        keys += int(numbers.max(initial=-1)) + 1
    packed = np.sort(np.concatenate(found))
    return Lists(find_starts(packed >> 32, size), packed.astype(np.int32))


_ALONE, _TWO, _TWO_YEAR, _TWO_MONTH, _YEAR, _DAY, _PLACE, _KIN, _BORN, _NUMBER, _MONTH = range(11)
# A key that more lines hold says too little for the pairs it makes. Beside a bound of 60 for all these make
# 39 in 100 fewer pairs of 250,000 generated rows (2.5 million), and miss 8 in 1,000 of the true ones.
_MOST_HOLDERS = {
    _ALONE: 5, _TWO: 30, _TWO_YEAR: 60, _TWO_MONTH: 60, _YEAR: 12, _MONTH: 5,
    _DAY: 60, _PLACE: 12, _KIN: 12, _BORN: 5, _NUMBER: 60,
}  # fmt: skip


def _keep_telling(size: int, parts: Sequence[Pairs], most: int) -> Pairs:
    """Return the lines that share a key with another but with fewer than `most`, and numbers for keys.

    Key and line are sorted as one number, the key hashed into the bits that the line leaves: keys that
    meet by chance cost a pair looked at, no more.
    """
    bits = max(1, size.bit_length())
    packed = [(hashed >> bits) << bits | lines for lines, hashed in parts]
    ordered = sort_once(np.concatenate(packed) if packed else np.empty(0, np.int64))
    first = is_first(ordered >> bits)
    start = np.flatnonzero(first)
    holders = np.diff(start, append=len(ordered))
    telling = (holders > 1) & (holders <= most)
    kept = np.repeat(telling, holders)
    numbers = np.repeat(np.cumsum(telling) - 1, holders)
    return ordered[kept] & ((1 << bits) - 1), numbers[kept]


def _hash(one: Longs, other: Longs | int = 0) -> Longs:
    """Hash two numbers into one of 63 bits, the upper ones best mixed (the finaliser of SplitMix64)."""
    mixed = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed += np.asarray(other).astype(np.uint64)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    found: Longs = (mixed >> np.uint64(1)).astype(np.int64)
    return found


def _list_kinds(held: Held) -> Iterator[tuple[int, Iterator[Pairs]]]:
    """Every key of every line by kind, doubled ones and untelling ones included."""
    words = [held.forms.word[:, slot].astype(np.int64) for slot in range(SLOTS)]
    told = [np.flatnonzero(word >= 0) for word in words]
    slots = [(lines, word[lines]) for lines, word in zip(told, words, strict=True)]
    year, month = _years(held, "birth"), _months(held, "taken")
    yield _TWO, _list_two(held, None)
    for kind, when in ((_TWO_YEAR, year), (_TWO_MONTH, month)):
        if when is not None:
            yield kind, _list_two(held, when)
    yield _ALONE, ((lines, _hash(word)) for lines, word in slots)
    for kind, when in ((_YEAR, year), (_MONTH, month)):
        if when is not None:
            yield kind, (_with_time(lines, word, when) for lines, word in slots)
    days = [_exact_days(held, name) for name in _DATES if f"{name}_lo" in held.columns]
    yield _DAY, (_with_time(lines, word, day) for lines, word in slots for day in days)
    for kind, names in ((_PLACE, _PLACES), (_KIN, ("mother", "spouse"))):
        lists = [from_list_array(held.columns[name]) for name in names if name in held.columns]
        yield kind, (_with_list(one, lines, word) for lines, word in slots for one in lists)
    yield from _without_names(held)


def _list_two(held: Held, when: Longs | None) -> Iterator[Pairs]:
    """Two words of the name, with a time if one is given."""
    for a, b in combinations(range(SLOTS), 2):
        for one, other in _meanings(held, a, b):
            told = (one >= 0) & (other >= 0)
            both = np.flatnonzero(told if when is None else told & (when >= 0))
            low, high = np.minimum(one[both], other[both]), np.maximum(one[both], other[both])
            two = _hash(low, high)
            yield both, two if when is None else _hash(two, when[both])


def _with_time(lines: Longs, word: Longs, when: Longs) -> Pairs:
    """One word of the name together with a day, a month or a year, where one is told."""
    dated = when[lines] >= 0
    return lines[dated], _hash(word[dated], when[lines][dated])


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


_DATES = ("birth", "taken", "death")
_PLACES = ("place_birth_telling", "place_residence_telling", "place_taken_telling")


def _with_list(lists: Lists, lines: Longs, word: Longs) -> Pairs:
    """One word of the name together with each of a list."""
    others = pick(lists, lines)
    counts = others.counts()
    return np.repeat(lines, counts), _hash(np.repeat(word, counts), others.flat.astype(np.int64))


def _without_names(held: Held) -> Iterator[tuple[int, Iterator[Pairs]]]:
    if "birth_lo" in held.columns:
        day = _exact_days(held, "birth")
        dated = np.flatnonzero(day >= 0)
        yield _BORN, iter([(dated, _hash(day[dated]))])
    if "id_text" in held.columns:
        codes = held.table.words["id_number"].codes[held.forms.row].astype(np.int64)
        told = np.flatnonzero(codes >= 0)
        yield _NUMBER, iter([(told, _hash(codes[told]))])


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
