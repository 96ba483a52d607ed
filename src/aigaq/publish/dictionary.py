"""The data dictionary, made from the released types' docstrings and the vocabularies."""

import dataclasses
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from aigaq.publish.tables import TABLES, Column, write_csv
from aigaq.records import release as types
from aigaq.records.vocabulary import properties, vocabulary

LANGUAGES = ("en", "ru", "kk", "zh-Hans", "ug")
# Lists whose codes stand in the data (terms of a property come from the property's own list).
_LISTS = (
    "claim_state", "voice", "knowledge_basis", "certainty", "source_kind", "corroboration",
    "status", "custody_form", "name_kind", "sign_of_life", "consent_purpose", "consent_audience",
)  # fmt: skip
_RECORDS = (
    types.ReleasedPerson, types.ReleasedName, types.ReleasedClaim, types.ReleasedSource,
    types.Conflict, types.Position, types.ReleasedEpisode, types.ReleasedLeg, types.ReleasedStatus,
)  # fmt: skip
_ENTRY = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<text>.*)$")
_TYPE_NAME = re.compile(r"\bReleased([A-Z]\w+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one file: where it stands, its name, what it means, the list of its codes."""

    file: str
    name: str
    words: str
    codes: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code that stands in the data: its list, and its label in each language."""

    list: str
    code: str
    labels: Mapping[str, str]
    reviewed: frozenset[str]


@cache
def field_words(record: type) -> Mapping[str, str]:
    """Return field → description, read from the `Attributes:` part of a dataclass's docstring.

    Raises:
        KeyError: the docstring does not describe a field.
    """
    found: dict[str, str] = {}
    current: list[str] = []
    for line in inspect.cleandoc(record.__doc__ or "").splitlines():
        match = _ENTRY.match(line)
        if match:
            current = match["names"].split(", ")
            found.update(dict.fromkeys(current, match["text"].strip()))
        elif line.startswith(" " * 6):
            found.update({name: f"{found[name]} {line.strip()}" for name in current})
        else:
            current = []
    return {one.name: _publicly(found[one.name]) for one in dataclasses.fields(record)}


def _publicly(words: str) -> str:
    """Return a description without the marks of code."""
    plain = words.replace('""', "empty").replace("None", "empty").replace("`", "")
    plain = _TYPE_NAME.sub(lambda match: match[1].lower(), plain)
    return plain[:1].upper() + plain[1:]


def column_words(column: Column) -> str:
    """Return what a column means."""
    words = column.words
    if column.source is not None:
        words = field_words(column.source)[column.field or column.name]
    return words


def entries() -> Iterator[Entry]:
    """Yield every field of every data file."""
    for table in TABLES:
        for column in table.columns:
            yield Entry(f"{table.name}.csv", column.name, column_words(column), column.codes)
    for record in _RECORDS:
        for name, words in field_words(record).items():
            yield Entry("persons.jsonl", f"{_plain(record)}.{name}", words, "")


def _plain(record: type) -> str:
    """Return `person` for ReleasedPerson."""
    return record.__name__.removeprefix("Released").lower()


def codes() -> Iterator[Code]:
    """Yield every property and every term of the lists used in the data."""
    lists = dict.fromkeys(_LISTS)
    for code, one in properties().items():
        if not one.never_public:
            yield Code("properties", code, one.labels, one.reviewed)
            lists.update(dict.fromkeys(filter(None, (one.vocabulary, one.qualifier))))
    for name in lists:
        for term in vocabulary(name).terms.values():
            yield Code(name, term.code, term.labels, term.reviewed)


def dictionary_files() -> Iterator[tuple[str, bytes]]:
    """Yield `data/dictionary.csv`, `data/dictionary.json` and `data/codes.csv`."""
    found = list(entries())
    headings = ("file", "field", "meaning", "codes")
    rows = ((one.file, one.name, one.words, one.codes) for one in found)
    yield "data/dictionary.csv", write_csv(headings, rows)
    yield "data/dictionary.json", _as_json(found)
    heads = ("list", "code", *(f"label_{language}" for language in LANGUAGES), "labels_checked_in")
    yield "data/codes.csv", write_csv(heads, (_code_row(one) for one in codes()))


def _code_row(code: Code) -> tuple[str, ...]:
    labels = (code.labels.get(language, "") for language in LANGUAGES)
    return (code.list, code.code, *labels, " ".join(sorted(code.reviewed)))


def _as_json(found: Iterable[Entry]) -> bytes:
    document = {
        "files": {table.name + ".csv": table.words for table in TABLES}
        | {"persons.jsonl": "One line for each person, with everything released about them."},
        "fields": [dataclasses.asdict(one) for one in found],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
