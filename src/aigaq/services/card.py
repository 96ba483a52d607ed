"""The archive's card, `archive.json`: what must be known before its database can be opened.

It holds the salt, the sealed log key and where the database is. Whoever can write to the disk can write to
it, so a code that only the log key makes vouches for everything in it that the passphrase does not prove.
"""

import hmac
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from aigaq.adapters.files import read_file
from aigaq.adapters.forgetting import replace_and_overwrite
from aigaq.adapters.locks import locked, trying_lock
from aigaq.records.errors import BadInput
from aigaq.vault.canonical import canonical_json
from aigaq.vault.notes import BadNote, SignerKey, parse_key

CARD = "archive.json"
FOLLOWING = "following"  # the lock that a change of passphrase is about to put on
TRIED = "tried"  # when shares of the escrow in force last passed a drill
_LOCK = ".card.lock"
_CODE = "code"
#: What the code leaves out: itself, what the passphrase proves, and what a lock changes without any key.
_NOT_CODED = frozenset({_CODE, "salt", "log", "locked", FOLLOWING})


def read_card(folder: Path) -> dict[str, Any]:
    """Return what `archive.json` says: the version, the salt, the sealed log key, the database's address.

    Raises:
        BadInput: the folder is no archive, or the file is damaged.
    """
    path = folder / CARD
    if not path.is_file():
        raise BadInput(f"{folder}: is no archive (it has no {CARD}); make one with `aigaq init`")
    try:
        card: dict[str, Any] = json.loads(read_file(path))
        for lock in (card, card.get(FOLLOWING, card)):
            bytes.fromhex(lock["salt"] + lock["log"]["sealed"])
            parse_key(lock["log"]["key"])
    except (ValueError, TypeError, LookupError, AttributeError, BadNote) as error:
        raise BadInput(f"{path}: is damaged; restore it from a backup") from error
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write `archive.json`, and zeros over what it held before."""
    replace_and_overwrite(folder / CARD, card_bytes(card))


def card_bytes(card: Mapping[str, Any]) -> bytes:
    """Return a card as it is written."""
    return json.dumps(card, indent=1).encode()


def coded(card: Mapping[str, Any], log_key: SignerKey) -> dict[str, Any]:
    """Return a card with the code that vouches for it."""
    return {**card, _CODE: _code(card, log_key)}


def check_code(folder: Path, card: Mapping[str, Any], log_key: SignerKey) -> None:
    """Check that nobody wrote into a card who has not the log key.

    Raises:
        BadInput: somebody did.
    """
    if not hmac.compare_digest(str(card.get(_CODE, "")).encode(), _code(card, log_key).encode()):
        raise BadInput(
            f"{folder / CARD}: was altered by somebody without the passphrase, perhaps to have your records "
            "written elsewhere; nothing was opened. Restore it from a backup"
        )


def _code(card: Mapping[str, Any], log_key: SignerKey) -> str:
    key = hmac.digest(log_key.seed, b"aigaq archive card", "sha256")
    rest = {name: value for name, value in card.items() if name not in _NOT_CODED}
    return hmac.digest(key, canonical_json(rest), "sha256").hex()


def changing_card(folder: Path) -> AbstractContextManager[None]:
    """Hold the card's lock while it changes; others who change it wait."""
    return locked(folder / _LOCK)


def trying_card(folder: Path) -> AbstractContextManager[bool]:
    """Hold the card's lock if nobody else does, and give whether it is held."""
    return trying_lock(folder / _LOCK)


def unfinished_cards(folder: Path) -> list[Path]:
    """Return the drafts of a card that a program left behind when it was ended; they may hold a salt."""
    return list(folder.glob(f".{CARD}.*"))
