"""Two pairs of eyes: a release is proposed by one member and approved by another."""

from collections.abc import Sequence
from uuid import UUID

from aigaq.records.consent import Request
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.releasing import Clearance
from aigaq.services.roster import name_of
from aigaq.store import models


def propose_release(actor: Actor, clearance: Clearance, request: Request) -> UUID:
    """Put a release on record, or find it when exactly this one was proposed before.

    Raises:
        NotAllowed: the actor may not propose releases.
    """
    found = models.Release.objects.filter(
        digest=clearance.digest, purpose=request.purpose, audience=request.audience
    ).first()
    if found is not None:
        return found.id
    fields = {
        "digest": clearance.digest,
        "purpose": request.purpose,
        "audience": request.audience,
        "relied_on": [str(id) for id in clearance.relied_on],
    }
    with act(actor, "release.propose", fields) as recording:
        row = models.Release(
            id=new_id(),
            event_id=recording.event,
            digest=clearance.digest,
            purpose=request.purpose,
            audience=request.audience,
            proposed_by_id=actor.id,
            proposed_at=recording.at,
            relied_on=fields["relied_on"],
        )
        recording.add(models.Release, [row])
    return row.id


def approve_release(actor: Actor, release: UUID) -> None:
    """Approve a proposed release. Approving twice changes nothing.

    Raises:
        NotAllowed: the actor may not approve.
        NotFound: there is no such release.
        BadInput: the actor proposed it; a second member has to look.
    """
    row = models.Release.objects.filter(id=release).first()
    if row is None:
        raise NotFound(f"there is no proposed release {release} here")
    if row.proposed_by_id == actor.id:
        raise BadInput(f"{actor.name} proposed this release; another member has to approve it")
    if row.approvals.filter(member_id=actor.id).exists():
        return
    fields = {"release": str(release), "digest": row.digest}
    with act(actor, "release.approve", fields) as recording:
        approval = models.Approval(
            id=new_id(),
            event_id=recording.event,
            release_id=release,
            member_id=actor.id,
            at=recording.at,
        )
        recording.add(models.Approval, [approval])


def require_approval(release: UUID, otherwise: str = "") -> None:
    """Check that a member other than its proposer has approved a release.

    Args:
        release: the proposal.
        otherwise: what one can do without an approval, for the message.

    Raises:
        Refused: nobody has.
    """
    if not models.Approval.objects.filter(release_id=release).exists():
        raise Refused(
            f"this release is not approved yet; another member runs: aigaq approve {release} --as NAME"
            f"{otherwise and f' ({otherwise})'}"
        )


def waiting_releases(actor: Actor) -> Sequence[tuple[UUID, str, str]]:
    """Return releases without approval: id, purpose, who proposed it (name or pseudonym), newest first.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    rows = models.Release.objects.filter(approvals__isnull=True).order_by("-proposed_at")
    return [
        (row.id, row.purpose, name_of(actor, row.proposed_by))
        for row in rows.select_related("proposed_by")
    ]
