"""Writing drafts as part of one act: sources, mentions, episodes, legs, claims, and who testified."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from aigaq.intake.drafts import ClaimDraft, ConsentDraft, RowDraft, SourceDraft
from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.dates import parse_date
from aigaq.records.ids import new_id
from aigaq.records.places import resolve_place
from aigaq.records.vocabulary import property_of, vocabulary
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording
from aigaq.services.rights import add_basis, add_consent
from aigaq.store import models
from aigaq.vault.sealing import seal_field


class RowWriter:
    """Writes one chunk of drafts.

    Args:
        actor: who records them.
        recording: the act they belong to.
        ids: (source key, mention key) → id of every mention the file names.
        sources: source key → id; sources written here are added to it.
        testifiers: key of a testifier in this file → id; those written here are added to it.
    """

    def __init__(
        self,
        actor: Actor,
        recording: Recording,
        ids: Mapping[tuple[str, str], UUID],
        sources: dict[str, UUID],
        testifiers: dict[str, UUID],
    ) -> None:
        self._actor = actor
        self._recording = recording
        self._ids = ids
        self._sources = sources
        self._testifiers = testifiers

    def write(self, new: Sequence[RowDraft], claims: Sequence[tuple[RowDraft, ClaimDraft]]) -> None:
        """Store the new mentions with their sources, then the claims."""
        self._write_sources(new)
        self._write_mentions(new)
        legs = self._write_episodes(claims)
        self._recording.add_claims([self._claim(draft, claim, legs) for draft, claim in claims])

    def _write_sources(self, drafts: Iterable[RowDraft]) -> None:
        fresh = {row.source.key: row for row in drafts if row.source.key not in self._sources}
        for key, row in fresh.items():
            self._sources[key] = new_id()
            testifier = self._write_testifier(row)
            self._recording.add(models.Source, [self._source_row(row.source, testifier)])
            self._write_basis(row.source)
            self._write_consent(row, testifier)

    def _source_row(self, draft: SourceDraft, testifier: UUID | None) -> models.Source:
        return models.Source(
            id=self._sources[draft.key],
            event_id=self._recording.event,
            kind=draft.kind,
            key=draft.key,
            title=draft.title,
            citation=draft.citation,
            url=draft.url,
            lang=draft.lang,
            licence=draft.licence,
            voice=draft.voice,
            dated=draft.dated,
            independent_of=draft.independent_of,
            testifier_id=testifier,
        )

    def _write_testifier(self, row: RowDraft) -> UUID | None:
        if row.testifier is None:
            return None
        if row.testifier.key in self._testifiers:
            return self._testifiers[row.testifier.key]
        key = self._actor.key("identity")
        id = self._testifiers[row.testifier.key] = new_id()
        sealed = {
            name: seal_field(key, value, record=str(id), field=name) if value else None
            for name, value in (
                ("name", row.testifier.name),
                ("contact", row.testifier.contact),
                ("relation", row.testifier.relation),
            )
        }
        self._recording.add(
            models.Testifier, [models.Testifier(id=id, event_id=self._recording.event, **sealed)]
        )
        return id

    def _write_basis(self, draft: SourceDraft) -> None:
        if not draft.publication_basis:
            return
        self._actor.require("basis.record")
        kind = vocabulary("publication_basis").term(draft.publication_basis).code
        add_basis(self._recording, self._sources[draft.key], kind, draft.basis_reason)

    def _write_consent(self, row: RowDraft, testifier: UUID | None) -> None:
        if row.consent is not None and testifier is not None:
            self._add_consent(self._sources[row.source.key], testifier, row.consent, 1)

    def write_consent(self, source: models.Source, draft: ConsentDraft, version: int) -> None:
        """Store what a later edition says that the speaker of a testimony allows."""
        if source.testifier_id is not None:
            self._add_consent(source.id, source.testifier_id, draft, version)

    def _add_consent(
        self, source: UUID, testifier: UUID, draft: ConsentDraft, version: int
    ) -> None:
        consent = models.Consent(
            id=new_id(),
            event_id=self._recording.event,
            source_id=source,
            testifier_id=testifier,
            version=version,
            about=draft.about,
            purposes=dict(draft.purposes),
            audience=draft.audience,
            identity_mode=draft.identity_mode,
            place_granularity=draft.place_granularity,
            date_granularity=draft.date_granularity,
        )
        add_consent(self._recording, consent)

    def _write_mentions(self, drafts: Iterable[RowDraft]) -> None:
        rows = [
            models.Mention(
                id=self._ids[row.source.key, row.mention],
                event_id=self._recording.event,
                source_id=self._sources[row.source.key],
                key=row.mention,
                recorded_at=self._recording.at,
            )
            for row in drafts
        ]
        self._recording.add(models.Mention, rows)

    def _write_episodes(
        self, claims: Sequence[tuple[RowDraft, ClaimDraft]]
    ) -> Mapping[tuple[UUID, int, int], UUID]:
        """Make the episodes and legs these claims need.

        Returns (mention, episode, leg) → id, where leg 0 is the episode itself.
        """
        wanted = {
            (self._ids[row.source.key, row.mention], claim.episode, claim.leg)
            for row, claim in claims
            if claim.episode
        }
        found = self._find_episodes({mention for mention, _, _ in wanted})
        episodes, legs = [], []
        for mention, episode, leg in sorted(wanted):
            if (mention, episode, 0) not in found:
                found[mention, episode, 0] = new_id()
                episodes.append((found[mention, episode, 0], mention, episode))
            if leg and (mention, episode, leg) not in found:
                found[mention, episode, leg] = new_id()
                legs.append((found[mention, episode, leg], found[mention, episode, 0], leg))
        event = self._recording.event
        self._recording.add(
            models.Episode,
            [
                models.Episode(id=id, event_id=event, mention_id=mention, position=place)
                for id, mention, place in episodes
            ],
        )
        self._recording.add(
            models.Leg,
            [
                models.Leg(id=id, event_id=event, episode_id=episode, position=place)
                for id, episode, place in legs
            ],
        )
        return found

    def _find_episodes(self, mentions: Iterable[UUID]) -> dict[tuple[UUID, int, int], UUID]:
        rows = models.Episode.objects.filter(mention_id__in=list(mentions))
        found = {(row.mention_id, row.position, 0): row.id for row in rows}
        legs = models.Leg.objects.filter(episode__in=rows).select_related("episode")
        return found | {
            (leg.episode.mention_id, leg.episode.position, leg.position): leg.id for leg in legs
        }

    def _claim(
        self,
        row: RowDraft,
        draft: ClaimDraft,
        legs: Mapping[tuple[UUID, int, int], UUID],
    ) -> Claim:
        mention = self._ids[row.source.key, row.mention]
        other = self._ids[row.source.key, draft.refers_to] if draft.refers_to else None
        return Claim(
            id=new_id(),
            subject=Subject(SubjectKind.MENTION, mention),
            property=draft.property,
            source=self._sources[row.source.key],
            recorded_by=self._actor.id,
            recorded_at=self._recording.at,
            state=draft.state,
            value=str(other) if other else draft.value,
            words=draft.words,
            lang=draft.lang,
            affects=(mention, other) if other else (mention,),
            locator=draft.locator,
            voice=draft.voice or row.source.voice,
            basis=draft.basis or _own_story(row),
            hops=draft.hops,
            certainty=draft.certainty,
            said_on=draft.said_on,
            episode=legs.get((mention, draft.episode, 0)),
            leg=legs.get((mention, draft.episode, draft.leg)) if draft.leg else None,
            place=draft.place or _division(draft, row.source.dated),
            qualifier=draft.qualifier,
            note=draft.note,
        )


def _own_story(row: RowDraft) -> str:
    """Return how the speaker knows, where the table says that they speak of themselves."""
    return "own_experience" if row.consent is not None and row.consent.about == "self" else ""


def _division(draft: ClaimDraft, dated: str) -> str:
    """Return the division a place was read as, only where the reading leaves no doubt."""
    if not draft.value or property_of(draft.property).value != "place":
        return ""
    spoken_of = parse_date(dated).earliest if dated else None
    found = resolve_place(draft.value, spoken_of)
    return found[0].code if found and found[0].certainty == 3 else ""
