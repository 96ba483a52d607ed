"""From a table to the columns that Splink compares: numbers and lists of numbers, no words of anyone.

The same columns serve every engine: what tells scripts, spellings, places and dates apart is settled here,
once for each distinct text, and SQL only compares numbers and looks them up in lists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aigaq.linkage.blocking import Held, build_keys
from aigaq.linkage.identity_numbers import read_number
from aigaq.linkage.names import (
    SLOTS,
    Forms,
    Vocabulary,
    Worth,
    list_forms,
    list_near,
    read_vocabulary,
    weigh_words,
)
from aigaq.linkage.nearness import find_near
from aigaq.linkage.place_words import read_places
from aigaq.linkage.ragged import Lists, make_lists, pick
from aigaq.linkage.spellings import Lexicon, group, take
from aigaq.linkage.table import NOTHING, Column, Ints, Spans, Table

type Lines = npt.NDArray[np.int64]

KIN_ROLES = ("mother", "spouse", "sibling")
_ALL_PAIRS_UP_TO = 1000
# A word of a place, an occupation or a relative's name is telling when at most one row in so many has it.
_TELLING_SHARE = 1 / 64
_TELLING_BACKGROUND = 3


@dataclass(frozen=True, slots=True)
class Features:
    """A table made ready.

    Attributes:
        columns: what Splink gets; `unique_id` is the line number, lines with fewer words first, so that
            the left side of a pair is never the longer name.
        forms: what stands in each line.
        worth: what agreement on a spelling says.
        vocabulary: the spellings themselves.
    """

    columns: Mapping[str, pa.Array]
    forms: Forms
    worth: Worth
    vocabulary: Vocabulary


def build_features(table: Table) -> Features:
    """Return the columns of a table.

    Args:
        table: at least one row.
    """
    vocabulary, kin, names = read_vocabulary(table)
    forms = list_forms(table.size, vocabulary, names, kin.get("father"))
    lines = forms.row
    columns: dict[str, pa.Array] = {"unique_id": pa.array(np.arange(len(lines)))}
    columns |= dict(_name_columns(forms))
    own = make_lists(table.size, *_own_words(vocabulary, names, kin.get("father")))
    for role in KIN_ROLES:
        if role in kin:
            columns |= dict(_kin_columns(role, kin[role], vocabulary, own, lines))
    columns |= dict(_place_columns(table, lines))
    for name, spans in table.dates.items():
        columns |= dict(_span_columns(name, spans, lines))
    columns |= dict(_code_columns(table, lines))
    if table.source is not None:
        columns["source_id"] = pa.array(table.source[lines])
    columns["keys"] = _key_column(table, forms, vocabulary, columns)
    return Features(columns, forms, weigh_words(forms, vocabulary, table.census), vocabulary)


def _name_columns(forms: Forms) -> Iterator[tuple[str, pa.Array]]:
    for slot in range(SLOTS):
        yield f"name_{slot + 1}", _to_array(forms.spelling[:, slot])
        yield f"name_{slot + 1}_word", _to_array(forms.word[:, slot])
    yield "name_spellings", to_list_array(forms.spellings)
    yield "name_words", to_list_array(forms.own)
    yield "name_near", to_list_array(forms.near)


def _own_words(
    vocabulary: Vocabulary, names: tuple[Lists, ...], father: Lists | None
) -> tuple[Lines, Ints]:
    held = [*names, *([father] if father else [])]
    rows = np.concatenate([one.rows() for one in held])
    return rows, vocabulary.words.word[np.concatenate([one.flat for one in held])]


def _kin_columns(
    role: str, held: Lists, vocabulary: Vocabulary, own: Lists, lines: Lines
) -> Iterator[tuple[str, pa.Array]]:
    """A relative's words but those of one's own name: the surname they share is compared already."""
    rows, words = held.rows(), vocabulary.words.word[held.flat]
    packed, mine = rows << 32 | words, own.rows() << 32 | own.flat
    left = ~np.isin(packed, mine)
    size = len(held.start) - 1
    kept = make_lists(size, rows[left], words[left])
    close = list_near(size, vocabulary.words, make_lists(size, rows[left], held.flat[left]))
    yield role, to_list_array(pick(kept, lines))
    yield f"{role}_telling", to_list_array(pick(_keep_telling(kept), lines))
    yield f"{role}_near", to_list_array(pick(close, lines))


def _keep_telling(lists: Lists) -> Lists:
    """Keep what few rows hold."""
    rows = lists.rows()
    held = np.bincount(lists.flat) if len(lists.flat) else np.zeros(0, np.int64)
    filled = int((lists.counts() > 0).sum())
    most = _TELLING_BACKGROUND + filled * _TELLING_SHARE
    telling = held[lists.flat] <= most
    return make_lists(len(lists.start) - 1, rows[telling], lists.flat[telling])


def _place_columns(table: Table, lines: Lines) -> Iterator[tuple[str, pa.Array]]:
    lexicon = Lexicon(affixes=False)
    read = {role: read_places(column, lexicon) for role, column in table.places.items()}
    if not read:
        return
    counts = np.zeros(len(lexicon.spellings), np.int64)
    for one in read.values():
        counts += np.bincount(one.spellings.flat, minlength=len(counts))
    words = group(counts, find_near(lexicon.spellings, lexicon.scripts(), counts))
    for role, one in read.items():
        held = make_lists(
            table.size, one.spellings.rows(), words.word[one.spellings.flat].astype(np.int32)
        )
        yield f"place_{role}", to_list_array(pick(held, lines))
        yield f"place_{role}_telling", to_list_array(pick(_keep_telling(held), lines))
        yield f"place_{role}_county", _to_array(one.county[lines])
        yield f"place_{role}_prefecture", _to_array(one.prefecture[lines])


def _span_columns(name: str, spans: Spans, lines: Lines) -> Iterator[tuple[str, pa.Array]]:
    """Ends in days and, where one day is meant, its year, month and day: a slip in one shows then."""
    yield f"{name}_lo", _to_array(spans.low[lines])
    yield f"{name}_hi", _to_array(spans.high[lines])
    for place, part in enumerate("ymd"):
        yield f"{name}_{part}", _to_array(spans.parts[lines, place])
    year, month, day = spans.parts[lines].T
    digits = pa.array(year * 10_000 + month * 100 + day, mask=year == NOTHING)
    yield f"{name}_digits", digits.cast(pa.string())


def _code_columns(table: Table, lines: Lines) -> Iterator[tuple[str, pa.Array]]:
    for name in ("nationality", "occupation", "event"):
        if name in table.words:
            lexicon = Lexicon(affixes=False)
            column = table.words[name]
            held = take(lexicon.read(column.values), column)
            held = make_lists(table.size, held.rows(), held.flat)
            script = np.append(_script_of_texts(column, lexicon), NOTHING)[column.codes]
            yield name, to_list_array(pick(held, lines))
            yield f"{name}_telling", to_list_array(pick(_keep_telling(held), lines))
            yield f"{name}_script", _to_array(script[lines].astype(np.int32))
    if "sex" in table.words:
        yield "sex", _to_array(table.words["sex"].codes[lines])
    if "id_number" in table.words:
        yield from _number_columns(table.words["id_number"], lines)


def _script_of_texts(column: Column, lexicon: Lexicon) -> npt.NDArray[np.int8]:
    read = lexicon.read(column.values)
    scripts = np.append(lexicon.scripts(), -1)
    first = np.where(np.diff(read.start) > 0, np.append(read.flat, -1)[read.start[:-1]], -1)
    found: npt.NDArray[np.int8] = scripts[first].astype(np.int8)
    return found


def _number_columns(column: Column, lines: Lines) -> Iterator[tuple[str, pa.Array]]:
    read = [read_number(text) for text in column.values]
    codes = column.codes[lines]
    for name in ("text", "county", "birth", "sex"):
        values = [getattr(one, name) or None for one in read]
        yield (
            f"id_{name}",
            pa.array([*values, None]).take(pa.array(np.where(codes >= 0, codes, len(values)))),
        )


def _to_array(numbers: Ints) -> pa.Array:
    """An Arrow column, null where nothing is said."""
    return pa.array(numbers, mask=np.asarray(numbers) == NOTHING)


def to_list_array(lists: Lists) -> pa.Array:
    """Return ragged lists as an Arrow column, null where a list is empty."""
    empty = np.append(lists.counts() == 0, False)
    offsets = pa.array(lists.start.astype(np.int32), mask=empty)
    return pa.ListArray.from_arrays(offsets, pa.array(lists.flat))


def _key_column(
    table: Table, forms: Forms, vocabulary: Vocabulary, columns: Mapping[str, pa.Array]
) -> pa.Array:
    if table.size <= _ALL_PAIRS_UP_TO:
        return pa.array([[0]] * len(forms.row))
    return to_list_array(build_keys(Held(table, forms, vocabulary, columns)))
