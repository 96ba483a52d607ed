"""Which pairs are worth scoring: those that share a telling key. The rest are never looked at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from aigaq.linkage.spelling import fold_sound
from aigaq.linkage.types import LinkRecord
from aigaq.names import script_of
from aigaq.names.keys import pair_keys

# In a small archive every pair is scored: 300 records make 45,000.
_ALL_PAIRS_UP_TO = 300
# A key held by more records than this says too little for the pairs it makes.
_MOST_HOLDERS = 60
_MOST_HOLDERS_ALONE = 12
_MOST_WORDS = 8


def build_keys(
    records: Sequence[LinkRecord], forms: Sequence[Sequence[tuple[str, ...]]]
) -> list[list[str] | None]:
    """Return each record's blocking keys; two records that share one are compared.

    Two words of the name (by sound), one rare word, one word with the day taken or the day of birth, and
    an exact day of birth; in an archive of several scripts also what a name shares with itself in another.
    Keys that many records hold, or one alone, are left out.

    Args:
        records: one row each.
        forms: for each record, the words of each form of the name.

    Returns:
        Keys sorted, or None for a record without any.
    """
    if len(records) <= _ALL_PAIRS_UP_TO:
        return [["*"] for _ in records]
    rows = [set(_list_keys(r, own)) for r, own in zip(records, forms, strict=True)]
    if len({script_of(text) for record in records for text, _ in record.names}) > 1:
        for keys, record in zip(rows, records, strict=True):
            keys.update(f"s{key}" for name in record.names for key in pair_keys(*name))
    holders = Counter(key for keys in rows for key in keys)
    return [sorted(key for key in keys if _is_telling(key, holders[key])) or None for keys in rows]


def _is_telling(key: str, holders: int) -> bool:
    return 1 < holders <= (_MOST_HOLDERS_ALONE if key[0] in "1b" else _MOST_HOLDERS)


def _list_keys(record: LinkRecord, forms: Sequence[tuple[str, ...]]) -> Iterator[str]:
    days = list(_list_days(record))
    for form in forms:
        heard = sorted({fold_sound(word) for word in form[:_MOST_WORDS]} - {""})
        yield from (f"2{a} {b}" for a, b in combinations(heard, 2))
        yield from (f"1{word}" for word in heard)
        yield from (f"d{day} {word}" for day in days for word in heard)
        # A misspelt word still begins or ends as it should.
        yield from (f"d{day} {word[:3]}" for day in days for word in heard)
        yield from (f"d{day} -{word[-3:]}" for day in days for word in heard)
    yield from (f"b{day}" for day in days if day[0] == "b")


def _list_days(record: LinkRecord) -> Iterator[str]:
    for role, span in (("b", record.birth), ("t", record.taken), ("x", record.death)):
        if span is not None and span[0] is not None and span[0] == span[1]:
            yield f"{role}{span[0].toordinal()}"
