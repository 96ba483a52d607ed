"""Judging identity: a person decides, on record, and can take it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.errors import BadInput, NotFound
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.store import models
from aigaq.store.rows import judgement_row, read_judgement, read_judgements
from aigaq.vault.canonical import Json


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision to record: two mentions (or episodes), the answer, and why."""

    left: UUID
    right: UUID
    outcome: Outcome
    reason: str
    matter: Matter = Matter.PERSON


def judge(actor: Actor, verdicts: Sequence[Verdict], *, batch: str = "") -> tuple[UUID, ...]:
    """Record decisions as one act.

    Args:
        actor: who decides.
        verdicts: one or many.
        batch: how a whole batch was chosen (“above 0.99 in a historical list”), or "" for single decisions.

    Returns:
        The ids of the judgements, in order.

    Raises:
        NotAllowed: the actor may not judge.
        NotFound: a mention or episode does not exist.
        BadInput: something is judged against itself, or a reason is missing.
    """
    _check(verdicts)
    kind = "judge.batch" if batch else "judge"
    fields: dict[str, Json] = {"decisions": len(verdicts)} | ({"batch": batch} if batch else {})
    with act(actor, kind, fields) as recording:
        judgements = [
            Judgement(
                id=new_id(),
                matter=verdict.matter,
                left=verdict.left,
                right=verdict.right,
                outcome=verdict.outcome,
                decided_at=recording.at,
                decided_by=actor.id,
                reason=verdict.reason,
            )
            for verdict in verdicts
        ]
        add_judgements(recording, judgements)
    return tuple(judgement.id for judgement in judgements)


def _check(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.left == verdict.right:
            raise BadInput("a judgement is about two different accounts")
        if not verdict.reason.strip():
            raise BadInput("a judgement needs a reason; say why in a few words")
    for matter, model in ((Matter.PERSON, models.Mention), (Matter.EPISODE, models.Episode)):
        asked = {id for one in verdicts if one.matter is matter for id in (one.left, one.right)}
        found = set(model.objects.filter(id__in=asked).values_list("id", flat=True))
        if missing := asked - found:
            raise NotFound(f"there is no {matter} account {min(map(str, missing))} here")


def undo(actor: Actor, judgement: UUID, reason: str) -> UUID:
    """Take a judgement back; it stays on record with the withdrawal beside it.

    Returns:
        The id of the withdrawal, which can itself be undone.

    Raises:
        NotFound: there is no such judgement.
        BadInput: it was already taken back, or no reason is given.
    """
    row = models.Judgement.objects.filter(id=judgement).first()
    if row is None:
        raise NotFound(f"there is no judgement {judgement} here")
    if models.Judgement.objects.filter(withdraws_id=judgement).exists():
        raise BadInput(f"judgement {judgement} was already taken back")
    if not reason.strip():
        raise BadInput("taking a judgement back needs a reason; say why in a few words")
    old = read_judgement(row)
    with act(actor, "judge.undo", {"judgement": str(judgement)}, permission="judge") as recording:
        add_judgements(recording, [withdrawal(old, recording, actor.id, reason)])
        withdrawn = models.Judgement.objects.get(withdraws_id=judgement)
    return withdrawn.id


def withdrawal(old: Judgement, recording: Recording, by: UUID, reason: str) -> Judgement:
    """Return the row that takes `old` back."""
    return Judgement(
        id=new_id(),
        matter=old.matter,
        left=old.left,
        right=old.right,
        outcome=old.outcome,
        decided_at=recording.at,
        decided_by=by,
        reason=reason,
        withdraws=old.id,
    )


def add_judgements(
    recording: Recording, judgements: Sequence[Judgement], evidence: Sequence[str] = ()
) -> None:
    """Store judgements as part of an act, each hashed into it."""
    texts = evidence or [""] * len(judgements)
    rows = [
        judgement_row(one, recording.event, text)
        for one, text in zip(judgements, texts, strict=True)
    ]
    recording.add_records([judgement_record(row) for row in rows])
    recording.add(models.Judgement, rows)


def judgement_record(row: models.Judgement) -> dict[str, Json]:
    """Return the canonical record of a judgement, as it enters the act's tree."""
    judgement = read_judgement(row)
    record: dict[str, Json] = {
        "id": str(judgement.id),
        "matter": judgement.matter.value,
        "left": str(judgement.left),
        "right": str(judgement.right),
        "outcome": judgement.outcome.value,
        "reason": judgement.reason,
        "decided_at": judgement.decided_at.isoformat(),
    }
    if row.evidence:
        record["evidence"] = row.evidence
    if judgement.decided_by:
        record["decided_by"] = str(judgement.decided_by)
    if judgement.probability is not None:
        record["probability"] = repr(judgement.probability)
    if judgement.withdraws:
        record["withdraws"] = str(judgement.withdraws)
    return record


def all_judgements(matter: Matter) -> Iterable[Judgement]:
    """Return every judgement ever made on a matter, withdrawn ones and withdrawals included."""
    person = matter is Matter.PERSON
    rows = models.Judgement.objects.filter(left_mention__isnull=not person)
    return read_judgements(rows.iterator())
