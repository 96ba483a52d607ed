"""Recording by hand: sources, subjects that are not persons, acts against them, and who stepped in.

The form is a document (YAML) of four lists; `docs/reference/record.md` describes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.dates import parse_date
from aigaq.records.errors import AigaqError, BadInput
from aigaq.records.ids import new_id
from aigaq.records.subjects import SubjectView, view_subject
from aigaq.records.vocabulary import property_of, vocabulary
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.services.sealed_claims import compartment_of, in_force, open_claim
from aigaq.store import models
from aigaq.store.rows import intervention_record, read_claim

_SOURCE_FIELDS = ("key", "kind", "title", "citation", "url", "lang", "licence", "voice", "dated")
# What else an entry may hold; `origin` is for the bookkeeping of whoever writes the document.
_FIELDS: Mapping[str, frozenset[str]] = {
    "source": frozenset(_SOURCE_FIELDS),
    "subject": frozenset({"key", "kind", "claims"}),
    "claim": frozenset({"property", "value", "source", "words", "lang", "voice", "note"}),
    "act": frozenset(
        {"kind", "source", "victim", "subject", "began", "ended", "place", "involvements"}
    ),
    "involvement": frozenset({"body", "degree", "certainty"}),
    "intervention": frozenset(
        {"kind", "source", "addressee", "on", "by", "response", "on_behalf_of"}
    ),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """How much of a document was new."""

    sources: int
    subjects: int
    claims: int
    acts: int
    interventions: int


def record_document(actor: Actor, document: Mapping[str, Any], name: str) -> Recorded:
    """Record a document of sources, subjects, acts and interventions as one act.

    What is here already is not recorded twice: sources and subjects by their key, claims by their value and
    source, acts and interventions by what they say.

    Args:
        actor: who records.
        document: lists `sources`, `subjects`, `acts`, `interventions`, each optional.
        name: of the file, for messages.

    Raises:
        BadInput: something in it is missing or unknown; nothing is recorded.
        NotAllowed: the actor may not record.
    """
    with act(actor, "record") as recording:
        scribe = _Scribe(actor, recording, name)
        done = Recorded(
            sources=sum(map(scribe.source, document.get("sources", ()))),
            subjects=sum(map(scribe.subject, document.get("subjects", ()))),
            claims=scribe.write_claims(),
            acts=sum(map(scribe.act, document.get("acts", ()))),
            interventions=sum(map(scribe.intervention, document.get("interventions", ()))),
        )
    return done


class _Scribe:
    """Turns entries of a document into rows of one act; each method returns whether it added something."""

    def __init__(self, actor: Actor, recording: Recording, name: str) -> None:
        self._actor = actor
        self._recording = recording
        self._name = name
        self._claims: list[Claim] = []
        self._sources = {row.key: row for row in models.Source.objects.exclude(key="")}
        self._subjects = {row.key: row for row in models.Subject.objects.all()}

    def source(self, entry: Mapping[str, Any]) -> bool:
        """Add a source unless its key is here already."""
        key = self._text(entry, "key")
        where = f"{self._name}, source {key}"
        _check_fields("source", entry, where)
        if key in self._sources:
            return False
        self._term("source_kind", self._text(entry, "kind"), where)
        _check_date(entry, "dated", where)
        fields = {name: str(entry.get(name, "")) for name in _SOURCE_FIELDS}
        row = models.Source(id=new_id(), event_id=self._recording.event, **fields)
        self._recording.add(models.Source, [row])
        self._sources[key] = row
        return True

    def subject(self, entry: Mapping[str, Any]) -> bool:
        """Add a subject unless its key is here already, and collect the claims it lacks."""
        key, kind = self._text(entry, "key"), self._text(entry, "kind")
        if kind not in set(SubjectKind) - {SubjectKind.MENTION}:
            raise BadInput(f"{self._name}, subject {key}: {kind!r} is no kind of subject")
        _check_fields("subject", entry, f"{self._name}, subject {key}")
        fresh = key not in self._subjects
        if fresh:
            row = models.Subject(id=new_id(), event_id=self._recording.event, kind=kind, key=key)
            self._recording.add(models.Subject, [row])
            self._subjects[key] = row
        held = set(
            models.Claim.objects.filter(subject_id=self._subjects[key].id).values_list(
                "property", "value", "source__key"
            )
        )
        held |= self._held_sealed(self._subjects[key], entry)
        for claim in entry.get("claims", ()):
            said = (str(claim.get("property")), str(claim.get("value")), str(claim.get("source")))
            if said not in held:
                self._claims.append(self._claim(self._subjects[key], claim))
        return fresh

    def _held_sealed(
        self, subject: models.Subject, entry: Mapping[str, Any]
    ) -> set[tuple[str, str, str]]:
        """Return what is on record of a subject, in the compartments of the claims that an entry brings."""
        codes = [str(claim.get("property", "")) for claim in entry.get("claims", ())]
        wanted = {compartment_of(code) for code in codes if code} - {""}
        keys = {source.id: key for key, source in self._sources.items()}
        rows = in_force(subject_id=subject.id, compartment__in=wanted) if wanted else ()
        opened = (open_claim(self._actor, row) for row in rows)
        return {(one.property, one.value, keys.get(one.source, "")) for one in opened}

    def write_claims(self) -> int:
        """Store the claims collected so far; return how many."""
        self._recording.add_claims(self._claims)
        return len(self._claims)

    def _claim(self, subject: models.Subject, entry: Mapping[str, Any]) -> Claim:
        where = f"{self._name}, subject {subject.key}"
        _check_fields("claim", entry, where)
        source = self._source_row(entry, where)
        value = str(entry.get("value", ""))
        code = self._text(entry, "property")
        try:
            spoken = property_of(code).value in ("name", "text", "place")
            return Claim(
                id=new_id(),
                subject=Subject(SubjectKind(subject.kind), subject.id),
                property=code,
                source=source.id,
                recorded_by=self._actor.id,
                recorded_at=self._recording.at,
                value=value,
                words=str(entry.get("words", value if spoken else "")),
                lang=str(entry.get("lang", "en-Latn" if spoken else "")),
                voice=str(entry.get("voice", source.voice)),
                note=str(entry.get("note", "")),
            )
        except AigaqError as error:
            raise BadInput(f"{where}: {error}") from error

    def act(self, entry: Mapping[str, Any]) -> bool:
        """Add a violation against a person's mention or another subject, with who took part."""
        where = f"{self._name}, act {self._text(entry, 'kind')}"
        self._term("act_kind", entry["kind"], where)
        _check_fields("act", entry, where)
        _check_date(entry, "began", where)
        _check_date(entry, "ended", where)
        victim = self._mention(entry.get("victim"), where)
        subject = self._subject_row(entry.get("subject"), where)
        row = models.Act(
            id=new_id(),
            event_id=self._recording.event,
            source_id=self._source_row(entry, where).id,
            kind=entry["kind"],
            victim_id=victim,
            subject_id=subject.id if subject else None,
            began=str(entry.get("began", "")),
            ended=str(entry.get("ended", "")),
            place_words=str(entry.get("place", "")),
        )
        if victim is None and subject is None:
            raise BadInput(f"{where}: name the victim or the subject it was done to")
        parts = [self._involvement(row.id, part, where) for part in entry.get("involvements", ())]
        held = models.Act.objects.filter(source_id=row.source_id, kind=row.kind, victim_id=victim)
        same = held.filter(began=row.began, ended=row.ended, place_words=row.place_words)
        if row.subject_id in set(same.values_list("subject_id", flat=True)):
            return False
        self._recording.add(models.Act, [row])
        self._recording.add(models.Involvement, parts)
        return True

    def _involvement(self, act: UUID, entry: Mapping[str, Any], where: str) -> models.Involvement:
        body = self._subject_row(entry.get("body"), where)
        if body is None:
            raise BadInput(f"{where}: an involvement names a body")
        _check_fields("involvement", entry, where)
        if entry.get("certainty") not in (None, 1, 2, 3):
            raise BadInput(f"{where}: certainty is 1, 2 or 3, not {entry['certainty']!r}")
        self._term("involvement_degree", self._text(entry, "degree"), where)
        return models.Involvement(
            id=new_id(),
            event_id=self._recording.event,
            act_id=act,
            body_id=body.id,
            degree=entry["degree"],
            certainty=entry.get("certainty"),
        )

    def intervention(self, entry: Mapping[str, Any]) -> bool:
        """Add a petition, letter, appeal or visit on behalf of victims."""
        where = f"{self._name}, intervention {self._text(entry, 'kind')}"
        self._term("intervention_kind", entry["kind"], where)
        _check_fields("intervention", entry, where)
        _check_date(entry, "on", where)
        if response := str(entry.get("response", "")):
            self._term("intervention_response", response, where)
        row = models.Intervention(
            id=new_id(),
            event_id=self._recording.event,
            source_id=self._source_row(entry, where).id,
            kind=entry["kind"],
            addressee=self._text(entry, "addressee"),
            on=str(entry.get("on", "")),
            by=str(entry.get("by", "")),
            response=response,
        )
        victims = [self._mention(one, where) for one in entry.get("on_behalf_of", ()) if one]
        if models.Intervention.objects.filter(
            source_id=row.source_id, kind=row.kind, addressee=row.addressee, on=row.on, by=row.by
        ).exists():
            return False
        self._recording.add(models.Intervention, [row])
        through = models.Intervention.on_behalf_of.through
        through.objects.bulk_create(
            [through(intervention_id=row.id, mention_id=id) for id in victims]
        )
        self._recording.add_records([intervention_record(row)])
        return True

    def _text(self, entry: Mapping[str, Any], field: str) -> str:
        if not entry.get(field):
            raise BadInput(f"{self._name}: an entry has no {field}: {str(dict(entry))[:80]}")
        return str(entry[field])

    def _term(self, list_code: str, code: str, where: str) -> None:
        try:
            vocabulary(list_code).term(code)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from error

    def _source_row(self, entry: Mapping[str, Any], where: str) -> models.Source:
        row = self._sources.get(str(entry.get("source", "")))
        if row is None:
            raise BadInput(
                f"{where}: there is no source {entry.get('source')!r} here; add it under sources"
            )
        return row

    def _subject_row(self, key: object, where: str) -> models.Subject | None:
        if key is None:
            return None
        if str(key) not in self._subjects:
            raise BadInput(f"{where}: there is no subject {key!r}; add it under subjects")
        return self._subjects[str(key)]

    def _mention(self, entry: Mapping[str, Any] | None, where: str) -> UUID | None:
        if entry is None:
            return None
        row = models.Mention.objects.filter(
            source__key=entry.get("source"), key=entry.get("mention")
        ).first()
        if row is None:
            raise BadInput(f"{where}: there is no account {dict(entry)} here; import it first")
        return row.id


def _check_fields(what: str, entry: Mapping[str, Any], where: str) -> None:
    # A misspelt field passed over would lose what it says.
    if unknown := [str(name) for name in entry if name not in _FIELDS[what] | {"origin"}]:
        raise BadInput(
            f"{where}: {what} has no field {unknown[0]!r}; it can have {', '.join(sorted(_FIELDS[what]))}"
        )


def _check_date(entry: Mapping[str, Any], field: str, where: str) -> None:
    if not entry.get(field):
        return
    try:
        parse_date(str(entry[field]))
    except AigaqError as error:
        raise BadInput(f"{where}, {field}: {error}") from error


def read_subjects(actor: Actor, kind: SubjectKind) -> Sequence[SubjectView]:
    """Return the views of all subjects of one kind, in order of their key; what is sealed where it opens.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    views = []
    for row in models.Subject.objects.filter(kind=kind.value).order_by("key"):
        claims = [read_claim(one, kind) for one in row.claims.filter(superseded_by__isnull=True)]
        shown = [one for one in claims if compartment_of(one.property) in {"", *actor.keys}]
        sealed = in_force(subject_id=row.id, compartment__in=list(actor.keys))
        opened = [open_claim(actor, one) for one in sealed]
        views.append(view_subject(kind, row.id, [*shown, *opened]))
    return views
