"""Escrow: a key in shares with people elsewhere, for the day when nobody here can open the archive."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aigaq.adapters.files import read_file, write_file
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import COMPARTMENTS, Actor
from aigaq.services.acts import act
from aigaq.services.archive import (
    FOLLOWING,
    Archive,
    check_passphrase,
    open_archive,
    read_card,
    write_card,
)
from aigaq.services.members import add_recovered_member
from aigaq.services.rekeying import grant_escrow, newest_escrow
from aigaq.store import models
from aigaq.vault.escrow import BadShares, join_shares, make_shares, number_words
from aigaq.vault.keypairs import WrongKey, unwrap_key, wrap_key

_FILE = "escrow.age"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the shares gave back: the archive, its new administrator, and its passphrase."""

    archive: Archive
    actor: Actor
    passphrase: str


def make_escrow(
    archive: Archive, actor: Actor, passphrase: str, *, needed: int = 2, total: int = 3
) -> Sequence[str]:
    """Put every compartment's key and the archive's passphrase in escrow, in place of what was there.

    Args:
        archive: whose.
        actor: holds all compartments' keys.
        passphrase: the archive's.
        needed, total: how many of the shares open it, and how many there are.

    Returns:
        A sheet to print for each share. Nothing of them is kept here.

    Raises:
        NotAllowed: the actor may not, or a compartment is locked for them.
        BadInput: the passphrase is not the archive's, or the numbers make no sense.
    """
    try:
        public, shares = make_shares(needed, total)
    except ValueError as error:
        raise BadInput(str(error)) from error
    check_passphrase(archive.folder, passphrase)
    keys = {compartment: actor.key(compartment) for compartment in COMPARTMENTS}
    with act(actor, "escrow.make", {"needed": needed, "shares": total}) as recording:
        row = models.Escrow(
            id=new_id(),
            event_id=recording.event,
            public_key=public,
            threshold=needed,
            shares=total,
        )
        recording.add(models.Escrow, [row])
        for compartment, key in keys.items():
            grant_escrow(recording, compartment, key, row)
    put_in_escrow(archive.folder, (passphrase, bytes.fromhex(read_card(archive.folder)["salt"])))
    origin = archive.log_key.name
    return [_sheet(origin, share, place, needed, total) for place, share in enumerate(shares, 1)]


def put_in_escrow(folder: Path, *locks: tuple[str, bytes]) -> None:
    """Encrypt what opens an archive to the escrow in force, if there is one.

    Args:
        folder: the archive's.
        locks: (passphrase, salt); two while the one is changed for the other.
    """
    escrow = newest_escrow()
    if escrow is not None:
        opens = [{"passphrase": passphrase, "salt": salt.hex()} for passphrase, salt in locks]
        write_file(folder / _FILE, wrap_key(json.dumps(opens).encode(), escrow.public_key))


def _sheet(origin: str, share: str, place: int, needed: int, total: int) -> str:
    return (
        f"AIGAQ ESCROW  share {place} of {total}\n"
        f"archive {origin}\n\n"
        f"Any {needed} of the {total} shares open this archive and what is sealed in it. One opens nothing.\n"
        "Keep this sheet away from the archive and from the other shares, in another country if\n"
        "you can. Photograph it never. To use it: aigaq escrow recover, or aigaq escrow drill.\n\n"
        f"{number_words(share)}\n"
    )


def drill_escrow(archive: Archive, actor: Actor, shares: Iterable[str]) -> None:
    """Try whether shares would open this archive as it is today, without changing anything but the log.

    Raises:
        NotAllowed: the actor may not.
        Refused: they would not, and why; that too goes on record.
    """
    actor.require("escrow.drill")
    problem = ""
    try:
        secret = _join(shares)
        opens = _open_file(archive.folder, secret)
        if opens[0]["salt"] != read_card(archive.folder)["salt"]:
            problem = "the passphrase was changed since; make a new escrow: aigaq escrow make"
        elif _open_grants(secret).keys() != set(COMPARTMENTS):
            problem = "a compartment's key is not in escrow; make a new one: aigaq escrow make"
        elif _is_stale():
            problem = (
                "a compartment has a newer key than the escrow; make a new one: aigaq escrow make"
            )
    except Refused as error:
        problem = str(error)
    with act(actor, "escrow.drill", {"holds": not problem}):
        pass
    if problem:
        raise Refused(problem)


def recover_archive(folder: Path, shares: Iterable[str], name: str, password: str) -> Recovered:
    """Open an archive with shares alone, also a locked one, and make somebody its administrator.

    Args:
        folder: the archive's.
        shares: enough of them.
        name, password: of the new administrator.

    Raises:
        Refused: the shares do not open it.
        BadInput: the folder is no archive, or the name is taken.
        NotFound: no escrow was made for it.
    """
    secret = _join(shares)
    locks = _open_file(folder, secret)
    _unlock_card(folder, locks)
    archive, passphrase = _open_with_any(folder, [one["passphrase"] for one in locks])
    actor = add_recovered_member(name, password, _open_grants(secret))
    return Recovered(archive, actor, passphrase)


def _unlock_card(folder: Path, locks: Sequence[Mapping[str, str]]) -> None:
    """Put back the salts that a lock forgot: the card's, and that of a change it interrupted."""
    card = read_card(folder)
    if card["salt"]:
        return
    card.pop("locked", None)
    for part, one in zip((card, card.get(FOLLOWING)), locks, strict=False):
        if part is not None:
            part["salt"] = one["salt"]
    write_card(folder, card)


def _open_with_any(folder: Path, passphrases: Sequence[str]) -> tuple[Archive, str]:
    """Open an archive with the first of these passphrases that opens it."""
    *others, last = passphrases
    for passphrase in others:
        try:
            return open_archive(folder, passphrase), passphrase
        except BadInput:
            continue
    return open_archive(folder, last), last


def passphrases_from(folder: Path, shares: Iterable[str]) -> Sequence[str]:
    """Return the passphrases that enough shares give: one, or two around an interrupted change.

    Args:
        folder: holds the archive's escrow file; nothing else of it is read.
        shares: enough of them.

    Raises:
        Refused: the shares do not open it.
        NotFound: no escrow was made for it.
    """
    return [one["passphrase"] for one in _open_file(folder, _join(shares))]


def has_escrow(folder: Path) -> bool:
    """Return whether an escrow was made for the archive in this folder."""
    return (folder / _FILE).is_file()


def _join(shares: Iterable[str]) -> str:
    try:
        return join_shares(shares)[0]
    except BadShares as error:
        raise Refused(f"these shares open nothing: {error}") from error


def _open_file(folder: Path, secret: str) -> Sequence[Mapping[str, str]]:
    if not has_escrow(folder):
        raise NotFound(f"{folder}: no escrow was made for this archive (it has no {_FILE})")
    try:
        opened: Sequence[Mapping[str, str]] = json.loads(
            unwrap_key(read_file(folder / _FILE), secret)
        )
    except WrongKey as error:
        raise Refused(
            f"{folder}: these shares belong to another archive, or to an escrow that was replaced"
        ) from error
    return opened


def _open_grants(secret: str) -> dict[str, bytes]:
    escrow = newest_escrow()
    rows = models.EscrowGrant.objects.filter(escrow=escrow)
    try:
        return {row.compartment: unwrap_key(bytes(row.wrapped), secret) for row in rows}
    except WrongKey as error:
        raise Refused("a key in escrow does not open with these shares") from error


def _is_stale() -> bool:
    """Return whether members hold another key of a compartment than the escrow does."""
    held = set(models.Grant.objects.values_list("compartment", "key_id").distinct())
    return held != set(models.EscrowGrant.objects.values_list("compartment", "key_id"))
