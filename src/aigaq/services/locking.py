"""The archive's own lock: its passphrase changed, or every key of it forgotten on this machine at once.

Forgetting needs no passphrase and no member, so that it works in the seconds before somebody takes the
machine, and touches no evidence.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigaq.adapters.clock import now
from aigaq.adapters.forgetting import end_users, overwrite_and_remove, overwrite_in_place
from aigaq.records.errors import AigaqError, BadInput, Refused
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive, change_lock, check_passphrase
from aigaq.services.card import (
    CARD,
    FOLLOWING,
    TRIED,
    changing_card,
    read_card,
    unfinished_cards,
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
    with changing_card(archive.folder):
        check_passphrase(archive.folder, old)
        with act(actor, "passphrase.change"):
            pass
        before, after = bytes.fromhex(read_card(archive.folder)["salt"]), new_salt()
        put_in_escrow(archive.folder, (old, before), (new, after))
        change_lock(archive, new, after)
        put_in_escrow(archive.folder, (new, after))


@dataclass(frozen=True, slots=True)
class Locked:
    """What was forgotten, and what could not be.

    Attributes:
        secrets: how many files of secrets were destroyed.
        programs: how many programs ended.
        database_is_elsewhere: whether the records are in PostgreSQL, which stays readable.
        tried: when shares of the escrow last passed a drill; "" when never since it was made.
        failures: a line for each thing that failed; everything else was done.
    """

    secrets: int
    programs: int
    database_is_elsewhere: bool
    tried: str
    failures: tuple[str, ...]


def lock_archive(folder: Path, secrets: Iterable[Path]) -> Locked:
    """Forget the salt without which no passphrase opens the archive; only escrow shares do afterwards.

    Every step is taken whatever became of the others.

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
    failures: list[str] = []
    ended = _forget_keys(folder, failures)
    removed = sum(_done(failures, overwrite_and_remove, one) for one in secrets)
    tried = str(card.get(TRIED, ""))
    # What failed in both rounds failed once.
    return Locked(removed, ended, "postgresql" in card, tried, tuple(dict.fromkeys(failures)))


def _forget_keys(folder: Path, failures: list[str]) -> int:
    """End the programs that hold keys and forget the salts; return how many ended.

    A program that changes the passphrase writes a salt back if it gets so far; so all are ended before the
    salts are forgotten, and should one begin in between, both are done again.
    """
    ended = 0
    for _ in range(2):
        ended += _done(failures, end_users, folder)
        _done(failures, _forget_salts, folder)
        for draft in unfinished_cards(folder):
            _done(failures, overwrite_and_remove, draft)
    return ended


def _done(failures: list[str], step: Callable[[Path], int], path: Path) -> int:
    """Take a step and return what it counts; put down what went wrong, and count nothing."""
    try:
        return step(path)
    except (AigaqError, OSError) as error:
        failures.append(str(error))
        return 0


def _forget_salts(folder: Path) -> bool:
    """Take the salts out of the card; return whether there were any."""
    card = read_card(folder)
    if not _has_salt(card):
        return False
    locked = {**card, "salt": "", "locked": f"{now():%Y-%m-%d %H:%M} UTC"}
    if FOLLOWING in card:  # in the middle of a change of passphrase
        locked[FOLLOWING] = {**card[FOLLOWING], "salt": ""}
    try:
        write_card(folder, locked)
    except (BadInput, OSError):
        if not _has_salt(read_card(folder)):
            raise  # the new card stands, but the old one may not be zeros
        # No room for another file on the disk. Without blanks it is shorter than it was.
        overwrite_in_place(folder / CARD, json.dumps(locked, separators=(",", ":")).encode())
    return True


def _has_salt(card: Mapping[str, Any]) -> bool:
    return bool(card["salt"] or card.get(FOLLOWING, card)["salt"])
