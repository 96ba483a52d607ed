"""Rows of the shape `claims`: a row is one claim of one mention, as one source gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aigaq.intake.choices import normal
from aigaq.intake.drafts import ClaimDraft, Reject, RowDraft, SourceDraft
from aigaq.intake.mappingtypes import ClaimColumns, SourceTable, TableMapping
from aigaq.intake.rowreading import Cells, ColumnReader, RowProblem, check_key, make_claim
from aigaq.intake.tables import Row, Table

# Kinds of value that are words of a language; dates, numbers and codes are the compiler's.
_IN_WORDS = frozenset({"name", "person_name", "place", "text"})


@dataclass(frozen=True, slots=True)
class _Extra:
    """Fields of a claim that the row gives and the mapping does not; empty where it does not either."""

    note: str
    certainty: int
    episode: (
        int | None
    )  # None: the mapping names no such column, so the property's own default stands
    leg: int | None
    qualifier: str
    voice: str
    refers_to: str

    def onto(self, claim: ClaimDraft) -> ClaimDraft:
        """Return `claim` with these fields where they say something."""
        return replace(
            claim,
            note=self.note or claim.note,
            certainty=self.certainty or claim.certainty,
            episode=claim.episode if self.episode is None else self.episode,
            leg=claim.leg if self.leg is None else self.leg,
            qualifier=self.qualifier or claim.qualifier,
            voice=self.voice or claim.voice,
            refers_to=self.refers_to or claim.refers_to,
        )


class ClaimRows:
    """Drafts the rows of one table.

    Args:
        table: its header is read, its rows are not.
        mapping: of the shape `claims`.
        file_sha256: hex, for the locators.
        sources: source key → draft.
    """

    def __init__(
        self,
        table: Table,
        mapping: TableMapping,
        file_sha256: str,
        sources: Mapping[str, SourceDraft],
    ) -> None:
        if mapping.claim is None:
            raise TypeError("the mapping is of the shape wide")
        self.mapping = mapping
        self.claim: ClaimColumns = mapping.claim
        self.file = file_sha256
        self.sources = sources
        self.cells = Cells(table.header)
        self.seen: set[bytes] = set()
        self.readers = {
            theirs: [
                ColumnReader(self.cells, (self.claim.parts[part],), specs, "", table.iso_dates)
                for part, specs in parts.items()
            ]
            for theirs, parts in self.claim.properties.items()
        }

    def draft(self, row: Row) -> RowDraft | Reject | None:
        """Return the row's draft, its reject, or None when it repeats an earlier row cell for cell."""
        print_ = self.cells.fingerprint(row)
        if print_ in self.seen:
            return None
        self.seen.add(print_)
        try:
            return self._draft(row)
        except RowProblem as problem:
            return self.cells.reject(row, problem)

    def _draft(self, row: Row) -> RowDraft:
        mention = self.cells.get(row, self.claim.mention)
        if not mention:
            raise RowProblem(self.claim.mention, "", "the key is missing: whom is this said of?")
        check_key(self.claim.mention, mention)
        source = self._source(row)
        claims = tuple(self._claims(row, source))
        if not claims:
            wanted = ", ".join(reader.heading for reader in self._readers(row))
            raise RowProblem(wanted, "", "nothing is said: the cell is empty")
        return RowDraft(source, mention, row.number, claims)

    def _source(self, row: Row) -> SourceDraft:
        source = self.mapping.source
        if isinstance(source, SourceDraft):
            return source
        if not isinstance(source, SourceTable):
            raise TypeError("a claims table has no source a row")  # load_mapping refuses it
        key = self.cells.get(row, source.column)
        if key not in self.sources:
            problem = "no such source in the table of sources" if key else "the source is missing"
            raise RowProblem(source.column, key, f"{problem}; add it to {source.table}")
        return self.sources[key]

    def _readers(self, row: Row) -> list[ColumnReader]:
        theirs = self.cells.get(row, self.claim.property)
        found = self.readers.get(normal(theirs))
        if found is None:
            raise RowProblem(
                self.claim.property,
                theirs,
                "is no property the mapping knows; add it under properties",
            )
        return found

    def _claims(self, row: Row, source: SourceDraft) -> Iterator[ClaimDraft]:
        extra = self._extra(row)
        lang = self.cells.get(row, self.claim.lang)
        if lang:
            self.cells.tag(self.claim.lang, lang)
        for reader in self._readers(row):
            for said in reader.read(row):
                default = source.lang if said.spec.definition.value in _IN_WORDS else ""
                tag = self.cells.language(row, said.spec.lang, lang or default)
                yield extra.onto(
                    make_claim(
                        said,
                        self.cells.locate(row, self.file, reader.heading, self.mapping.page),
                        tag,
                    )
                )

    def _extra(self, row: Row) -> "_Extra":
        """Return the fields of a claim that stand in columns of their own."""
        spec = self.claim
        return _Extra(
            note=self.cells.get(row, spec.note),
            certainty=self._number(
                spec.certainty.column, self.cells.choose(row, spec.certainty), 3
            ),
            episode=self._place(spec.episode, row),
            leg=self._place(spec.leg, row),
            qualifier=self._qualifier(row),
            voice=self.cells.choose(row, spec.voice),
            refers_to=self.cells.get(row, spec.parts.get("refers_to", "")),
        )

    def _place(self, column: str, row: Row) -> int | None:
        return self._number(column, self.cells.get(row, column), 99) if column else None

    def _qualifier(self, row: Row) -> str:
        text = self.cells.get(row, self.claim.qualifier)
        if not text:
            return ""
        specs = [spec for reader in self._readers(row) for spec in reader.specs]
        code = next(filter(None, (spec.qualifiers.get(normal(text)) for spec in specs)), "")
        if not code:
            theirs = self.cells.get(row, self.claim.property)
            raise RowProblem(self.claim.qualifier, text, f"is no qualifier that {theirs} can have")
        return code

    def _number(self, heading: str, text: str, most: int) -> int:
        return self._small_number(heading, text, most) if text else 0

    def _small_number(self, heading: str, text: str, most: int) -> int:
        if not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= most):
            raise RowProblem(heading, text, f"should be a whole number from 1 to {most}")
        return int(text)
