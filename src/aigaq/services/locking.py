"""The archive's own lock: its passphrase changed, or every key of it forgotten on this machine at once.

Forgetting needs no passphrase and no member, so that it works in the seconds before somebody takes the
machine, and touches no evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aigaq.adapters.clock import now
from aigaq.adapters.forgetting import end_users, overwrite_and_remove
from aigaq.records.errors import BadInput, Refused
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import (
    FOLLOWING,
    Archive,
    change_lock,
    check_passphrase,
    read_card,
    write_card,
)
from aigaq.services.escrow import has_escrow, put_in_escrow
from aigaq.vault.sealing import new_salt


def change_passphrase(archive: Archive, actor: Actor, old: str, new: str) -> None:
    """Put an archive under another passphrase; what is in escrow follows.

    Raises:
        NotAllowed: the actor may not.
        BadInput: the old one is not the archive's, or the new one is empty.
    """
    if not new:
        raise BadInput("a passphrase can't be empty")
    check_passphrase(archive.folder, old)
    with act(actor, "passphrase.change"):
        pass
    before, after = bytes.fromhex(read_card(archive.folder)["salt"]), new_salt()
    put_in_escrow(archive.folder, (old, before), (new, after))
    change_lock(archive, new, after)
    put_in_escrow(archive.folder, (new, after))


@dataclass(frozen=True, slots=True)
class Locked:
    """What was forgotten: how many files of secrets, how many programs ended, and what stays readable."""

    secrets: int
    programs: int
    database_is_elsewhere: bool


def lock_archive(folder: Path, secrets: Iterable[Path]) -> Locked:
    """Forget the salt without which no passphrase opens the archive; only escrow shares do afterwards.

    Args:
        folder: the archive's.
        secrets: files that hold a passphrase or password on this machine; overwritten and removed.

    Raises:
        Refused: no escrow was made, so that nobody could ever open the archive again.
        BadInput: the folder is no archive.
    """
    card = read_card(folder)
    if not has_escrow(folder):
        raise Refused(
            f"{folder}: has no escrow, so a lock would be for ever; make one in time: aigaq escrow make"
        )
    if card["salt"]:
        locked = {**card, "salt": "", "locked": f"{now():%Y-%m-%d %H:%M} UTC"}
        if FOLLOWING in card:  # in the middle of a change of passphrase
            locked[FOLLOWING] = {**card[FOLLOWING], "salt": ""}
        write_card(folder, locked)
    ended = end_users(folder)
    removed = sum(map(overwrite_and_remove, secrets))
    return Locked(removed, ended, "postgresql" in card)
