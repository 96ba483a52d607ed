"""Rows of the shape `wide`: a row is one mention with its claims, and perhaps a testimony of its own."""

from dataclasses import replace

from aigaq.intake.choices import normal
from aigaq.intake.dateformats import ImpossibleDate, read_date
from aigaq.intake.drafts import (
    ClaimDraft,
    ConsentDraft,
    Reject,
    RowDraft,
    SourceDraft,
    TestifierDraft,
)
from aigaq.intake.mappingtypes import ClaimSpec, ConsentSpec, RowSource, TableMapping
from aigaq.intake.rowreading import Cells, ColumnReader, RowProblem, check_key, join_key, make_claim
from aigaq.intake.tables import Row, Table
from aigaq.intake.values import Said
from aigaq.records.claims import ClaimState


class WideRows:
    """Drafts the rows of one table.

    Args:
        table: its header is read, its rows are not.
        mapping: of the shape `wide`.
        file_sha256: hex, for the locators.
    """

    def __init__(self, table: Table, mapping: TableMapping, file_sha256: str) -> None:
        self.mapping = mapping
        self.file = file_sha256
        self.cells = Cells(table.header)
        self.readers = [
            ColumnReader(self.cells, column.headings, column.specs, column.join, table.iso_dates)
            for column in mapping.columns
        ]
        self.names = any(
            spec.definition.code == "name" for column in mapping.columns for spec in column.specs
        )
        self.seen: dict[str, tuple[int, bytes]] = {}
        self.testifiers: dict[tuple[str, str], str] = {}

    def draft(self, row: Row) -> RowDraft | Reject | None:
        """Return the row's draft, its reject, or None when it repeats an earlier row cell for cell."""
        try:
            key, is_new = self._key(row)
            found = self._draft(row, key) if is_new else None
        except RowProblem as problem:
            return self.cells.reject(row, problem)
        if found is not None:
            self.seen[key] = (row.number, self.cells.fingerprint(row))
        return found

    def _key(self, row: Row) -> tuple[str, bool]:
        """Return the mention's key and whether no earlier row has it."""
        print_ = self.cells.fingerprint(row)
        if not self.mapping.key:
            return print_.hex()[:32], print_.hex()[:32] not in self.seen
        parts = [" ".join(self.cells.get(row, heading).split()) for heading in self.mapping.key]
        key, heading = join_key(parts), self.mapping.key[0]
        if not any(parts):
            raise RowProblem(heading, "", "the key is missing; every row needs one")
        check_key(heading, key)
        earlier = self.seen.get(key)
        if earlier and earlier[1] != print_:
            reason = (
                f"the key stands already in row {earlier[0]} with other content; "
                "give this row its own key or delete it"
            )
            raise RowProblem(heading, key, reason, mark=True)
        return key, earlier is None

    def _draft(self, row: Row, key: str) -> RowDraft:
        source = self._source(row, key)
        claims = [
            self._claim(row, said, reader.heading, source.lang)
            for reader in self.readers
            for said in reader.read(row)
        ]
        if self.names and not any(claim.property == "name" for claim in claims):
            raise RowProblem(
                self._name_heading(), "", "the name is missing; write it, or “unknown”"
            )
        claims.extend(self._fixed(row, spec) for spec in self.mapping.fixed)
        return RowDraft(
            source, key, row.number, tuple(claims), self._testifier(row, key), self._consent(row)
        )

    def _claim(self, row: Row, said: Said, heading: str, default: str) -> ClaimDraft:
        choice = said.spec.lang
        lang = choice.fixed or default
        if choice.column:
            lang = self.cells.language(row, choice, default)
        return make_claim(said, self.cells.locate(row, self.file, heading, self.mapping.page), lang)

    def _fixed(self, row: Row, spec: ClaimSpec) -> ClaimDraft:
        said = Said(spec, ClaimState.KNOWN, spec.value, "", spec.qualifier)
        return make_claim(said, self.cells.locate(row, self.file, "", self.mapping.page), "")

    def _name_heading(self) -> str:
        return next(
            " + ".join(column.headings)
            for column in self.mapping.columns
            if any(spec.definition.code == "name" for spec in column.specs)
        )

    def _source(self, row: Row, key: str) -> SourceDraft:
        source = self.mapping.source
        if isinstance(source, SourceDraft):
            return source
        if not isinstance(source, RowSource):
            raise TypeError("a wide table has no table of sources")  # load_mapping refuses it
        return replace(
            source.draft,
            key=f"{source.draft.key}/{key}",
            voice=self.cells.choose(row, source.voice),
            lang=self.cells.language(row, source.lang, ""),
            dated=self._dated(row, source),
        )

    def _dated(self, row: Row, source: RowSource) -> str:
        heading = source.dated.column
        text = self.cells.get(row, heading) if heading else ""
        if not text:
            return source.dated.fixed
        try:
            found = read_date(text, source.dates)
        except ImpossibleDate as error:
            raise RowProblem(heading, text, "an impossible date: there is no such day") from error
        if found is None:
            raise RowProblem(heading, text, "is no date in the mapping's formats; mend it")
        return found

    def _testifier(self, row: Row, key: str) -> TestifierDraft | None:
        spec = self.mapping.testifier
        if spec is None:
            return None
        name, contact = self.cells.get(row, spec.name), self.cells.get(row, spec.contact)
        if not name and not contact:
            return None
        # The key names the first row of this person, never the person: a hash could be guessed at.
        first = self.testifiers.setdefault((normal(name), normal(contact)), key)
        return TestifierDraft(first, name, contact, self.cells.choose(row, spec.relation))

    def _consent(self, row: Row) -> ConsentDraft | None:
        spec = self.mapping.consent
        if spec is None:
            return None
        choose = self.cells.choose
        return ConsentDraft(
            purposes={
                purpose: self._answer(row, heading, spec)
                for purpose, heading in spec.purposes.items()
            },
            audience=choose(row, spec.audience),
            identity_mode=choose(row, spec.identity_mode),
            place_granularity=choose(row, spec.place_granularity),
            date_granularity=choose(row, spec.date_granularity),
            about=choose(row, spec.about),
        )

    def _answer(self, row: Row, heading: str, spec: ConsentSpec) -> str:
        text = self.cells.get(row, heading)
        if not text:
            return "ask_again"
        answer = spec.answers.get(normal(text))
        if answer is None:
            known = ", ".join(spec.answers)
            raise RowProblem(
                heading, text, f"is no answer the mapping knows ({known}); add it there"
            )
        return answer
