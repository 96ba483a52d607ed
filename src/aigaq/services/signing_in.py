"""Signing in: a member's keys are unlocked, and that it was done, or tried in vain, is on record."""

from aigaq.records.errors import NotAllowed
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.members import unlock
from aigaq.services.roster import seal_open_names


def sign_in(actor: Actor, password: str) -> Actor:
    """Return the actor with the compartment keys their password opens; the log keeps that they signed in.

    Raises:
        NotAllowed: the password is wrong, or they are no member any more; the log keeps the attempt.
    """
    try:
        unlocked = unlock(actor, password)
    except NotAllowed:
        with act(actor, "sign-in.refused", permission="read"):
            pass
        raise
    with act(unlocked, "sign-in", permission="read"):
        pass
    seal_open_names(unlocked)
    return unlocked
