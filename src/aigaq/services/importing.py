"""Importing a table: drafts become sources, mentions and claims, and a second import adds nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from aigaq.adapters.files import digest
from aigaq.intake.drafting import draft_rows
from aigaq.intake.drafts import ClaimDraft, ConsentDraft, Reject, RowDraft, SourceDraft
from aigaq.intake.mappingtypes import SourceTable, TableMapping
from aigaq.intake.sources import read_sources
from aigaq.intake.tables import Table, read_table
from aigaq.records.errors import BadInput, Locked, NotAllowed
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.returning import (
    Testimony,
    check_sources,
    find_testimonies,
    is_anothers,
    new_consent,
)
from aigaq.services.rows import RowWriter
from aigaq.services.sealed_claims import compartment_of, read_sealed_of
from aigaq.store import models

_ROWS_AN_ACT = 500

type Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or with a dry run would do."""

    file: str
    sha256: str
    rows: int = 0
    mentions: int = 0
    claims: int = 0
    unchanged: int = 0
    consents: int = 0
    rejects: list[Reject] = field(default_factory=list)
    headings: tuple[str, ...] = ()


def import_table(
    actor: Actor,
    data: bytes,
    file_name: str,
    mapping: TableMapping,
    *,
    companions: Mapping[str, bytes] | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Import one table under a mapping, 500 rows an act; good rows are kept whatever the others hold.

    Args:
        actor: who imports.
        data: the file's bytes.
        file_name: for messages.
        mapping: what its columns mean.
        companions: tables the mapping names besides this one (its sources), by file name.
        dry_run: count what would be added, write nothing.
        progress: called with rows done and rows in all.

    Returns:
        What was added and which rows were not, each with its reason.

    Raises:
        NotAllowed: the actor may not import, or sealed columns need a compartment that is locked.
        BadInput: the file as a whole can't be read.
    """
    actor.require("import")
    sha256 = digest(data)
    table = read_table(data, file_name, mapping)
    report = ImportReport(file_name, sha256, headings=table.header)
    drafts: list[RowDraft] = []
    for draft in draft_rows(table, mapping, sha256, _sources(mapping, companions or {})):
        if isinstance(draft, Reject):
            report.rejects.append(draft)
        else:
            drafts.append(draft)
    check_sources({id(draft.source): draft.source for draft in drafts}.values())
    if not dry_run:
        _check_keys(actor, drafts)
    held = find_testimonies(drafts)
    if not dry_run or "identity" in actor.keys:
        others = {draft.row for draft in drafts if _is_anothers(actor, draft, held)}
        drafts = [draft for draft in drafts if draft.row not in others]
        if others:
            column = mapping.testifier.name if mapping.testifier else ""
            problems = dict.fromkeys(others, (column, "", _ANOTHERS))
            report.rejects += _rejects(read_table(data, file_name, mapping), problems)
    report.rows = len(drafts)
    known_file = models.ImportedFile.objects.filter(sha256=sha256).exists()
    plan = _Plan(actor, drafts, report, {} if known_file else held, dry_run)
    done = 0
    for chunk in batched(drafts, _ROWS_AN_ACT):
        plan.take(chunk)
        done += len(chunk)
        progress(done, len(drafts))
    lost = plan.finish(sha256)
    if lost:
        report.rejects += _rejects(read_table(data, file_name, mapping), lost)
        report.rejects.sort(key=lambda one: one.row)
    return report


def _check_keys(actor: Actor, drafts: Iterable[RowDraft]) -> None:
    """Check before anything is written that the actor can seal what goes into a compartment.

    Raises:
        NotAllowed: they can't; the message names a column.
    """
    claims = (claim for draft in drafts for claim in draft.claims)
    columns = {
        compartment: claim.locator.column or claim.property
        for claim in claims
        if (compartment := compartment_of(claim.property))
    }
    for compartment, column in sorted(columns.items()):
        try:
            actor.key(compartment)
        except Locked:
            raise
        except NotAllowed as error:
            raise NotAllowed(f"column “{column}” is kept sealed ({compartment}): {error}") from None


def _is_anothers(actor: Actor, draft: RowDraft, held: Mapping[str, Testimony]) -> bool:
    return draft.source.key in held and is_anothers(actor, draft, held[draft.source.key])


#: What is wrong with a row: column, value, reason.
type Problem = tuple[str, str, str]

_ANOTHERS = (
    "another person's testimony stands here under this row's key; if this is another spreadsheet, give its "
    "mapping a source key of its own, if it is the same person, write the name as before"
)
_NOWHERE = (
    "refers to an account that stands neither in this table nor here; the row's other claims are in"
)


def _rejects(table: Table, problems: Mapping[int, Problem]) -> list[Reject]:
    """Return the rejects for rows that could be read, by their number."""
    return [
        Reject(row.number, *problems[row.number], dict(zip(table.header, row.cells, strict=True)))
        for row in table.rows
        if not isinstance(row, Reject) and row.number in problems
    ]


def _sources(mapping: TableMapping, companions: Mapping[str, bytes]) -> Mapping[str, SourceDraft]:
    if not isinstance(mapping.source, SourceTable):
        return {}
    name = mapping.source.table
    if name not in companions:
        raise BadInput(f"{mapping.name}: the table of sources {name} is missing")
    return read_sources(companions[name], name, mapping)


class _Plan:
    """The ids of everything a file names, found or made, and the acts that write them."""

    def __init__(
        self,
        actor: Actor,
        drafts: Sequence[RowDraft],
        report: ImportReport,
        held: Mapping[str, Testimony],
        dry_run: bool,
    ) -> None:
        self._actor = actor
        self._held = held
        self._report = report
        self._dry = dry_run
        self._sources = dict(models.Source.objects.exclude(key="").values_list("key", "id"))
        self._stored = self._find_mentions(drafts)
        self._ids = self._stored | {
            key: new_id() for key in map(_key, drafts) if key not in self._stored
        }
        self._testifiers: dict[str, UUID] = {}
        self._waiting: list[tuple[RowDraft, ClaimDraft]] = []

    def _find_mentions(self, drafts: Sequence[RowDraft]) -> dict[tuple[str, str], UUID]:
        wanted = {draft.source.key for draft in drafts} & set(self._sources)
        rows = models.Mention.objects.filter(
            source_id__in=[self._sources[key] for key in wanted]
        ).values_list("source__key", "key", "id")
        return {(source, key): id for source, key, id in rows.iterator()}

    def take(self, chunk: Sequence[RowDraft]) -> None:
        """Import some rows as one act, or count them."""
        self._record([(draft, claim) for draft in chunk for claim in draft.claims], chunk)

    def finish(self, sha256: str) -> Mapping[int, Problem]:
        """Record the claims that refer to people named further down, and that the file was read.

        Returns row → problem for claims that refer to nobody who is here even now.
        """
        waiting, self._waiting = self._waiting, []
        self._record(waiting, ())
        if not self._dry and not models.ImportedFile.objects.filter(sha256=sha256).exists():
            self._record_file(sha256)
        return {
            draft.row: (claim.locator.column, claim.refers_to, _NOWHERE)
            for draft, claim in self._waiting
        }

    def _record_file(self, sha256: str) -> None:
        with act(self._actor, "import", {"file": sha256, "read": "whole"}) as recording:
            row = models.ImportedFile(id=new_id(), event_id=recording.event, sha256=sha256)
            recording.add(models.ImportedFile, [row])

    def _record(
        self, claims: Sequence[tuple[RowDraft, ClaimDraft]], chunk: Sequence[RowDraft]
    ) -> None:
        new = {_key(draft): draft for draft in reversed(chunk) if _key(draft) not in self._stored}
        ready = [pair for pair in claims if self._target_exists(*pair, new)]
        self._waiting += [pair for pair in claims if not self._target_exists(*pair, new)]
        fresh = self._unknown_claims(ready)
        consents = self._new_consents(chunk)
        self._count(new, fresh, len(ready))
        self._report.consents += len(consents)
        if (new or fresh or consents) and not self._dry:
            fields = {"file": self._report.sha256}
            if chunk:
                fields["rows"] = f"{chunk[0].row}-{chunk[-1].row}"
            with act(self._actor, "import", fields) as recording:
                writer = RowWriter(
                    self._actor, recording, self._ids, self._sources, self._testifiers
                )
                writer.write(list(new.values()), fresh)
                for source, version, consent in consents:
                    writer.write_consent(source, consent, version)
        self._stored.update({key: self._ids[key] for key in new})

    def _new_consents(
        self, chunk: Sequence[RowDraft]
    ) -> list[tuple[models.Source, int, ConsentDraft]]:
        """Return the answers that changed since an earlier edition, with the number of their version."""
        known = [(draft, self._held.get(draft.source.key)) for draft in chunk]
        found = [(held, new_consent(draft, held)) for draft, held in known if held is not None]
        return [(one.source, len(one.consents) + 1, terms) for one, terms in found if terms]

    def _count(
        self,
        new: Mapping[tuple[str, str], RowDraft],
        fresh: Sequence[tuple[RowDraft, ClaimDraft]],
        ready: int,
    ) -> None:
        self._report.mentions += len(new)
        self._report.claims += len(fresh)
        self._report.unchanged += ready - len(fresh)

    def _target_exists(
        self, draft: RowDraft, claim: ClaimDraft, new: Mapping[tuple[str, str], RowDraft]
    ) -> bool:
        key = (draft.source.key, claim.refers_to)
        return not claim.refers_to or key in self._stored or key in new

    def _unknown_claims(
        self, claims: Sequence[tuple[RowDraft, ClaimDraft]]
    ) -> list[tuple[RowDraft, ClaimDraft]]:
        """Leave out what the archive already holds, and what this chunk says twice."""
        seen = self._signatures({self._ids[_key(draft)] for draft, _ in claims})
        fresh = []
        for draft, claim in claims:
            signature = (self._ids[_key(draft)], *self._signature(draft, claim))
            if signature not in seen:
                seen.add(signature)
                fresh.append((draft, claim))
        return fresh

    def _signature(self, draft: RowDraft, claim: ClaimDraft) -> tuple[object, ...]:
        value = claim.value
        if claim.refers_to:
            value = str(self._ids[draft.source.key, claim.refers_to])
        return (
            claim.property, claim.state.value, value, claim.words, claim.qualifier,
            claim.voice or draft.source.voice, claim.episode, claim.leg,
        )  # fmt: skip

    def _signatures(self, mentions: set[UUID]) -> set[tuple[object, ...]]:
        stored = set(self._stored.values()) & mentions
        rows = models.Claim.objects.filter(mention_id__in=stored).values_list(
            "mention_id", "property", "state", "value", "words", "qualifier", "voice",
            "episode__position", "leg__position",
        )  # fmt: skip
        found = {(*row[:7], row[7] or 0, row[8] or 0) for row in rows.iterator()}
        return found | set(self._sealed_signatures(stored))

    def _sealed_signatures(self, mentions: set[UUID]) -> Iterator[tuple[object, ...]]:
        sealed = list(read_sealed_of(self._actor, mentions, superseded=True))
        position: dict[UUID | None, int] = dict(
            models.Episode.objects.filter(mention_id__in=mentions).values_list("id", "position")
        )
        legs = models.Leg.objects.filter(episode__mention_id__in=mentions)
        position.update(legs.values_list("id", "position"))
        for one in sealed:
            yield (
                one.subject.id, one.property, one.state.value, one.value, one.words, one.qualifier,
                one.voice, position.get(one.episode, 0), position.get(one.leg, 0),
            )  # fmt: skip


def _key(draft: RowDraft) -> tuple[str, str]:
    return (draft.source.key, draft.mention)
