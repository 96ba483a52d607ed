"""The key pair that intake bundles are sealed to: public to everybody, its secret sealed in `identity`."""

from collections.abc import Iterator

from aigaq.records.errors import NotFound
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.store import models
from aigaq.vault.keypairs import new_keypair
from aigaq.vault.sealing import seal_field, unseal_field

COMPARTMENT = "identity"
_SECRET = "secret"  # noqa: S105  the column's name


def find_intake_key() -> str:
    """Return the public key that bundles are sealed to (`age1…`).

    Raises:
        NotFound: none was made yet.
    """
    row = models.IntakeKey.objects.order_by("-event__at", "-id").first()
    if row is None:
        raise NotFound("there is no intake key yet; make one with aigaq key --intake --new")
    return row.public_key


def make_intake_key(actor: Actor) -> str:
    """Make a fresh intake key and return its public half; bundles to older ones still open.

    Raises:
        NotAllowed: the actor may not, or the identity compartment is locked for them.
    """
    with act(actor, "intake.key") as recording:
        return add_intake_key(recording, actor.key(COMPARTMENT))


def add_intake_key(recording: Recording, key: bytes) -> str:
    """Store a fresh intake key as part of an act.

    Args:
        recording: the act.
        key: of the identity compartment.
    """
    secret, public = new_keypair()
    id = new_id()
    row = models.IntakeKey(
        id=id,
        event_id=recording.event,
        public_key=public,
        secret=seal_field(key, secret, record=str(id), field=_SECRET),
    )
    recording.add(models.IntakeKey, [row])
    return public


def intake_secrets(actor: Actor) -> Iterator[str]:
    """Yield the secrets of all intake keys, the newest first.

    Raises:
        NotAllowed: the identity compartment is locked for the actor.
    """
    key = actor.key(COMPARTMENT)
    for row in models.IntakeKey.objects.order_by("-event__at", "-id"):
        yield unseal_field(key, row.secret, record=str(row.id), field=_SECRET).value
