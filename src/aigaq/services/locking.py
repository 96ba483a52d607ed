"""`lock`: this machine forgets every key of an archive at once. Evidence is not touched.

Needs no passphrase and no member, so that it works in the seconds before somebody takes the machine.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aigaq.adapters.clock import now
from aigaq.adapters.forgetting import end_users, overwrite_and_remove, replace_and_overwrite
from aigaq.records.errors import Refused
from aigaq.services.archive import CARD, read_card
from aigaq.services.escrow import has_escrow


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
        replace_and_overwrite(folder / CARD, json.dumps(locked, indent=1).encode())
    ended = end_users(folder)
    removed = sum(map(overwrite_and_remove, secrets))
    return Locked(removed, ended, "postgresql" in card)
