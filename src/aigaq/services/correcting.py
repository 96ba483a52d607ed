"""Correcting a claim: the old one stays on record, and a new one supersedes it."""

from dataclasses import replace
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState, SubjectKind
from aigaq.records.errors import BadInput, NotFound
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.store import models
from aigaq.store.rows import read_claim


def correct_claim(
    actor: Actor, claim: UUID, value: str, reason: str, *, state: ClaimState = ClaimState.KNOWN
) -> UUID:
    """Record how a claim was misread or mistyped; what its source said, the words, stays as it stood.

    Args:
        actor: who corrects.
        claim: the claim in force.
        value: the canonical value it should have had; "" with a state that is not `known`.
        reason: why, kept with the act.
        state: `known`, or which absence it really is.

    Returns:
        The id of the claim that now stands in its place.

    Raises:
        NotAllowed: the actor may not record.
        NotFound: there is no such claim.
        BadInput: it was already corrected, nothing would change, no reason is given, or the value is not of
            its property's kind.
    """
    old = _in_force(claim)
    if not reason.strip():
        raise BadInput("a correction needs a reason; say why in a few words")
    if (value, state) == (old.value, old.state):
        raise BadInput("the correction says the same as the claim")
    fields = {"corrects": str(claim), "reason": reason}
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
        )
        recording.add_claims([new])
    return new.id


def _in_force(claim: UUID) -> Claim:
    row = models.Claim.objects.filter(id=claim).select_related("subject").first()
    if row is None:
        raise NotFound(f"there is no claim {claim} here")
    later = models.Claim.objects.filter(supersedes_id=claim).values_list("id", flat=True).first()
    if later is not None:
        raise BadInput(f"claim {claim} was already corrected by {later}; correct that one")
    kind = SubjectKind(row.subject.kind) if row.subject else SubjectKind.MENTION
    others = models.Affected.objects.filter(claim_id=claim).values_list("mention_id", flat=True)
    return read_claim(row, kind, tuple(others))
