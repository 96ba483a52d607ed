"""Correcting a claim: the old one stays on record, and a new one supersedes it."""

from dataclasses import replace
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState, SubjectKind
from aigaq.records.errors import BadInput, NotFound
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.sealed_claims import compartment_of, open_claim
from aigaq.store import models
from aigaq.store.rows import read_claim


def correct_claim(
    actor: Actor, claim: UUID, value: str, reason: str, *, state: ClaimState = ClaimState.KNOWN
) -> UUID:
    """Record how a claim was misread or mistyped; what its source said, the words, stays as it stood.

    The reason stands in the log. Of a sealed claim it is sealed with the correction, as its note.

    Args:
        actor: who corrects.
        claim: the claim in force.
        value: the canonical value it should have had; "" with a state that is not `known`.
        reason: why, kept with the act.
        state: `known`, or which absence it really is.

    Returns:
        The id of the claim that now stands in its place.

    Raises:
        NotAllowed: the actor may not record, or the claim's compartment is locked for them.
        NotFound: there is no such claim.
        BadInput: it was already corrected, nothing would change, no reason is given, or the value is not of
            its property's kind.
    """
    actor.require("record")
    old = _in_force(actor, claim)
    if not reason.strip():
        raise BadInput("a correction needs a reason; say why in a few words")
    if (value, state) == (old.value, old.state):
        raise BadInput("the correction says the same as the claim")
    hidden = bool(compartment_of(old.property))
    fields = {"corrects": str(claim)} | ({} if hidden else {"reason": reason})
    with act(actor, "correct", fields, permission="record") as recording:
        # A place read from the old value need not be the place of the new one.
        new = replace(
            old,
            id=new_id(),
            value=value,
            state=state,
            supersedes=claim,
            recorded_by=actor.id,
            recorded_at=recording.at,
            place="",
            note=reason if hidden else old.note,
        )
        recording.add_claims([new])
    return new.id


def _in_force(actor: Actor, claim: UUID) -> Claim:
    hidden = models.SealedClaim.objects.filter(id=claim).select_related("event", "subject").first()
    if hidden is not None:
        _check_newest(models.SealedClaim, claim)
        return open_claim(actor, hidden)
    row = models.Claim.objects.filter(id=claim).select_related("subject").first()
    if row is None:
        raise NotFound(f"there is no claim {claim} here")
    _check_newest(models.Claim, claim)
    kind = SubjectKind(row.subject.kind) if row.subject else SubjectKind.MENTION
    others = models.Affected.objects.filter(claim_id=claim).values_list("mention_id", flat=True)
    return read_claim(row, kind, tuple(others))


def _check_newest(table: type[models.Claim | models.SealedClaim], claim: UUID) -> None:
    later = table._default_manager.filter(supersedes_id=claim).values_list("id", flat=True).first()
    if later is not None:
        raise BadInput(f"claim {claim} was already corrected by {later}; correct that one")
