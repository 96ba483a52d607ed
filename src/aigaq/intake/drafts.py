"""What an outside format becomes before a service records it: drafts, and the rows that could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aigaq.records.claims import ClaimState, Locator


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A claim before it has an id, a source and a recorder; the fields mean what `Claim`'s do.

    `episode` and `leg` number the episode and its stage inside the mention (1, 2 …); 0 is none.
    `refers_to` names the key of another mention of this source (a relative) when the value is one.
    """

    property: str
    state: ClaimState = ClaimState.KNOWN
    value: str = ""
    words: str = ""
    lang: str = ""
    locator: Locator = field(default_factory=Locator)
    voice: str = ""
    basis: str = ""
    hops: int | None = None
    certainty: int | None = None
    said_on: str = ""
    episode: int = 0
    leg: int = 0
    qualifier: str = ""
    place: str = ""
    note: str = ""
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source as a mapping or a sources table describes it; the fields mean what `Source`'s do."""

    key: str
    kind: str
    title: str
    citation: str = ""
    url: str = ""
    lang: str = ""
    licence: str = ""
    voice: str = ""
    dated: str = ""
    independent_of: str = ""
    publication_basis: str = ""
    basis_reason: str = ""


@dataclass(frozen=True, slots=True)
class TestifierDraft:
    """Who gave a testimony: goes sealed into the identity compartment, never beside the claims."""

    __test__ = False  # not a test class, whatever its name begins with

    key: str
    name: str
    contact: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What a testifier allowed, as a table's columns say it.

    Attributes:
        purposes: purpose code → `yes`, `no` or `ask_again`.
        audience: code of `vocab/consent_audience.yaml`.
        identity_mode: code of `vocab/identity_mode.yaml`, for the victim.
        place_granularity, date_granularity: the most precise that may be shown.
        about: `self` or `proxy`.
    """

    purposes: Mapping[str, str]
    audience: str = "organisation"
    identity_mode: str = "no_name"
    place_granularity: str = "none"
    date_granularity: str = "year"
    about: str = "proxy"


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One row's worth: a source, a mention in it, and its claims.

    Attributes:
        source: the source it stands in; the same object for every row of one source.
        mention: key of the mention inside its source.
        row: row number as a spreadsheet shows it.
        claims: in the order of the mapping.
    """

    source: SourceDraft
    mention: str
    row: int
    claims: tuple[ClaimDraft, ...]
    testifier: TestifierDraft | None = None
    consent: ConsentDraft | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read: where, what stood there, why, and how to mend it."""

    row: int
    column: str
    value: str
    reason: str
    cells: Mapping[str, str] = field(default_factory=dict)

    def line(self, file: str) -> str:
        """Return the one-line message for `file`."""
        where = f"{file}, row {self.row}" + (f", column “{self.column}”" if self.column else "")
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "…"
        return f"{where}: {self.reason}" + (f" (here: {shown!r})" if shown else "")
