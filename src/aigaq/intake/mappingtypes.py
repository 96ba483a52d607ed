"""What a mapping file says, checked and compiled: which column of a table becomes which claim."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aigaq.intake.dateformats import DateFormat
from aigaq.intake.drafts import SourceDraft
from aigaq.records.claims import ClaimState
from aigaq.records.vocabulary import Property


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is the same for every row, or that a column gives.

    Attributes:
        fixed: the value, or the one for an empty cell when there is a column.
        column: heading, or "".
        terms: casefolded cell → value; None when the cell itself is the value.
        otherwise: value for a cell the terms don't hold, "" when such a cell is an error.
    """

    fixed: str = ""
    column: str = ""
    terms: Mapping[str, str] | None = None
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """How one cell becomes a claim.

    Attributes:
        definition: the property.
        lang: language tag of the words, fixed or from a column.
        match: the whole cell must fit it, else this entry makes no claim; its group (or its groups named
            `value`, `qualifier`, `refers_to`) is the value.
        value: value that stands for every cell that fits, "" for none.
        dates: formats tried in turn.
        terms: casefolded cell → term, "" for "says nothing here"; complete with codes and labels.
        otherwise: term for any other text, "" for none.
        split: texts between the values of a cell that holds several.
        separator: text between the parts of one value, written as a comma in the value.
        absent: casefolded cell → the absence it means, None when it is as good as empty.
        when: (heading, pattern) of other cells that must fit, else this entry makes no claim.
        qualifier, qualifiers: fixed qualifier, or casefolded text → qualifier.
        episode, leg, voice, basis, hops, certainty, note: as in `ClaimDraft`.
    """

    definition: Property
    lang: Choice = field(default_factory=Choice)
    match: re.Pattern[str] | None = None
    value: str = ""
    dates: tuple[DateFormat, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
    split: tuple[str, ...] = ()
    separator: str = ""
    absent: Mapping[str, ClaimState | None] = field(default_factory=dict)
    when: tuple[tuple[str, re.Pattern[str]], ...] = ()
    qualifier: str = ""
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    episode: int = 0
    leg: int = 0
    voice: str = ""
    basis: str = ""
    hops: int | None = None
    certainty: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What one column becomes, or several read together (`join` between their texts)."""

    headings: tuple[str, ...]
    specs: tuple[ClaimSpec, ...]
    join: str = ""


@dataclass(frozen=True, slots=True)
class RowSource:
    """Every row is a source of its own: a testimony. `voice`, `lang` and `dated` may come from columns."""

    draft: SourceDraft
    voice: Choice
    lang: Choice
    dated: Choice
    dates: tuple[DateFormat, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The sources stand in a table of their own (shape `claims`).

    Attributes:
        table: file name of that table, beside the claims.
        column: heading of the source key in the table of claims.
        key: heading of the key in the table of sources, "" for `key` or the same as `column`.
        fields: field of SourceDraft → where it comes from; what is missing here comes from the column of
            the field's own name, if there is one.
    """

    table: str
    column: str
    key: str
    fields: Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class TestifierSpec:
    """Headings of who gave the testimony."""

    __test__ = False  # not a test class, whatever its name begins with

    name: str
    contact: str = ""
    relation: Choice = field(default_factory=Choice)


@dataclass(frozen=True, slots=True)
class ConsentSpec:
    """Where a row says what its testifier allowed.

    Attributes:
        purposes: purpose code → heading.
        answers: casefolded cell → `yes`, `no` or `ask_again`; an empty cell is `ask_again`.
        audience, identity_mode, place_granularity, date_granularity, about: as in ConsentDraft.
    """

    purposes: Mapping[str, str]
    answers: Mapping[str, str]
    audience: Choice
    identity_mode: Choice
    place_granularity: Choice
    date_granularity: Choice
    about: Choice


@dataclass(frozen=True, slots=True)
class ClaimColumns:
    """Headings of a table whose rows are claims (shape `claims`).

    Attributes:
        mention, property: headings of the mention's key and of the property's name in the table.
        parts: `value`, `date`, `place`, `refers_to` → heading.
        lang, note, episode, leg, qualifier: headings, or "".
        voice, certainty: fixed or from a column; certainty is 1-3.
        properties: the table's property name, casefolded → part → the claims made of that part. Our own
            codes are always among them.
    """

    mention: str
    property: str
    parts: Mapping[str, str]
    lang: str
    note: str
    episode: str
    leg: str
    qualifier: str
    voice: Choice
    certainty: Choice
    properties: Mapping[str, Mapping[str, tuple[ClaimSpec, ...]]]


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One mapping file.

    Attributes:
        name: its file name, for messages.
        shape: `wide` (a row is one mention) or `claims` (a row is one claim of one mention).
        encoding, delimiter, sheet: of the table; "" is found out from the file.
        source: one draft for the whole file, a source a row, or a table of sources.
        key: headings that identify the mention inside its source; none: the row's own hash.
        page: heading of the page as printed, for the locators, or "".
        columns: in the order of the file.
        fixed: claims said of every row by the list itself.
        testifier, consent, claim: see their types.
        headings: every heading the table must have.
    """

    name: str
    shape: str
    encoding: str
    delimiter: str
    sheet: str
    source: SourceDraft | RowSource | SourceTable
    key: tuple[str, ...]
    page: str
    columns: tuple[ColumnSpec, ...]
    fixed: tuple[ClaimSpec, ...]
    testifier: TestifierSpec | None
    consent: ConsentSpec | None
    claim: ClaimColumns | None
    headings: tuple[str, ...]
