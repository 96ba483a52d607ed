"""Escrow: a key in shares with people elsewhere, for the day when nobody here can open the archive."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aigaq.adapters.clock import now
from aigaq.adapters.files import read_file, write_file
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import COMPARTMENTS, Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive, check_passphrase, open_archive, opens
from aigaq.services.card import (
    CARD,
    FOLLOWING,
    TRIED,
    changing_card,
    coded,
    read_card,
    write_card,
)
from aigaq.services.members import add_recovered_member
from aigaq.services.rekeying import grant_escrow, newest_escrow
from aigaq.store import models
from aigaq.vault.escrow import BadShares, is_share, join_shares, make_shares, number_words
from aigaq.vault.keypairs import WrongKey, unwrap_key, wrap_key

_FILE = "escrow.age"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the shares gave back: the archive, its new administrator, and its passphrase."""

    archive: Archive
    actor: Actor
    passphrase: str


def make_escrow(
    archive: Archive,
    actor: Actor,
    passphrase: str,
    hand_out: Callable[[Sequence[str]], None],
    *,
    needed: int = 2,
    total: int = 3,
) -> None:
    """Put every compartment's key and the archive's passphrase in escrow, in place of what was there.

    Args:
        archive: whose.
        actor: holds all compartments' keys.
        passphrase: the archive's.
        hand_out: gives people the sheets to print, one a share, of which nothing is kept here. Only when it
            returns do they replace what was in escrow; whatever it raises, that stays.
        needed, total: how many of the shares open it, and how many there are.

    Raises:
        NotAllowed: the actor may not, or a compartment is locked for them.
        BadInput: the passphrase is not the archive's, or the numbers make no sense.
    """
    try:
        public, shares = make_shares(needed, total)
    except ValueError as error:
        raise BadInput(str(error)) from error
    actor.require("escrow.make")
    check_passphrase(archive.folder, passphrase)
    keys = {compartment: actor.key(compartment) for compartment in COMPARTMENTS}
    origin = archive.log_key.name
    hand_out([_sheet(origin, share, place, needed, total) for place, share in enumerate(shares, 1)])
    with _replacing_file(archive, passphrase, public), act(actor, "escrow.make") as recording:
        recording.fields.update(needed=needed, shares=total)
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


@contextmanager
def _replacing_file(archive: Archive, passphrase: str, public: str) -> Iterator[None]:
    """Encrypt the archive's lock to a new escrow, which the block puts in force; then to that alone.

    Until it is in force the one before opens the file too: killed anywhere, the shares of one of them do.
    """
    folder = archive.folder
    with changing_card(folder):
        # It may have been changed while the sheets were printed.
        check_passphrase(folder, passphrase)
        card = read_card(folder)
        lock = (passphrase, bytes.fromhex(card["salt"]))
        card.pop(TRIED, None)  # its shares were tried by nobody yet
        write_card(folder, coded(card, archive.log_key))
        before = newest_escrow()
        if before is not None:
            _write_file(folder, (before.public_key, public), lock)
        try:
            yield
        except BaseException:  # also when interrupted: what was printed shall open nothing
            put_in_escrow(folder, lock)
            raise
        _write_file(folder, (public,), lock)


def put_in_escrow(folder: Path, *locks: tuple[str, bytes]) -> None:
    """Encrypt what opens an archive to the escrow in force, if there is one.

    Args:
        folder: the archive's.
        locks: (passphrase, salt); two while the one is changed for the other.
    """
    escrow = newest_escrow()
    if escrow is not None:
        _write_file(folder, (escrow.public_key,), *locks)


def _write_file(folder: Path, keys: Iterable[str], *locks: tuple[str, bytes]) -> None:
    opens = [{"passphrase": passphrase, "salt": salt.hex()} for passphrase, salt in locks]
    write_file(folder / _FILE, wrap_key(json.dumps(opens).encode(), *keys))


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

    When they would, the card says so from then on, for `aigaq lock`, which can't look into the database.

    Raises:
        NotAllowed: the actor may not.
        Refused: they would not, and why; that too goes on record.
    """
    actor.require("escrow.drill")
    with changing_card(archive.folder):
        problem = _find_problem(archive.folder, shares)
        with act(actor, "escrow.drill", {"holds": not problem}):
            pass
        if not problem:
            card = {**read_card(archive.folder), TRIED: f"{now():%Y-%m-%d}"}
            write_card(archive.folder, coded(card, archive.log_key))
    if problem:
        raise Refused(problem)


def _find_problem(folder: Path, shares: Iterable[str]) -> str:
    """Return why shares would not open the archive as it is today; "" when they would."""
    try:
        secret, locks = _open_file(folder, _join(shares))
        card = read_card(folder)
        if not _find_salt(folder, card["log"], locks):
            return "the passphrase was changed since; make a new escrow: aigaq escrow make"
        if _open_grants(secret).keys() != set(COMPARTMENTS):
            return "a compartment's key is not in escrow; make a new one: aigaq escrow make"
        if _is_stale():
            return (
                "a compartment has a newer key than the escrow; make a new one: aigaq escrow make"
            )
    except Refused as error:
        return str(error)
    return ""


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
    secret, locks = _open_file(folder, _join(shares))
    with changing_card(folder):
        _unlock_card(folder, locks)
    archive, passphrase = _open_with_any(folder, [one["passphrase"] for one in locks])
    actor = add_recovered_member(name, password, _open_grants(secret))
    return Recovered(archive, actor, passphrase)


def _unlock_card(folder: Path, locks: Sequence[Mapping[str, str]]) -> None:
    """Put back the salts that a lock forgot: the card's, and that of a change it interrupted.

    Escrow holds two around a change of passphrase. Each is put back only where it opens the log key: a wrong
    one would be the end of the archive.
    """
    card = read_card(folder)
    found = _find_salt(folder, card["log"], locks)
    following = card.get(FOLLOWING)
    next = _find_salt(folder, following["log"], locks) if following else ""
    if not found and not next:
        raise Refused(
            f"{folder}: what is in escrow does not open {CARD}; one of the two was replaced by an older one. "
            "Restore both from the newest backup"
        )
    opened = {**card, "salt": found}
    if following:
        opened[FOLLOWING] = {**following, "salt": next}
    if not found:
        opened |= opened.pop(FOLLOWING)
    opened.pop("locked", None)
    if opened != card:
        write_card(folder, opened)


def _find_salt(folder: Path, log: Mapping[str, str], locks: Sequence[Mapping[str, str]]) -> str:
    """Return the salt in escrow that, with its passphrase, opens a sealed log key; "" where none does."""
    for one in locks:
        if opens(folder, log, one["passphrase"], bytes.fromhex(one["salt"])):
            return one["salt"]
    return ""


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
    _, locks = _open_file(folder, _join(shares))
    return [one["passphrase"] for one in locks]


def has_escrow(folder: Path) -> bool:
    """Return whether an escrow was made for the archive in this folder."""
    return (folder / _FILE).is_file()


def check_share(text: str, where: str) -> None:
    """Check that a text is a share without a mistake.

    Args:
        text: its words, or a whole sheet.
        where: it came from, for the message; none of the words is repeated.

    Raises:
        BadInput: it is none, or has a word wrong.
    """
    if not is_share(text):
        raise BadInput(
            f"{where}: is no share, or has a word wrong; compare it with the sheet, word by word"
        )


def _join(shares: Iterable[str]) -> Sequence[str]:
    """Return the secret keys that shares give back, one or several."""
    try:
        return [secret for secret, _ in join_shares(shares)]
    except BadShares as error:
        raise Refused(f"these shares open nothing: {error}") from error


def _open_file(folder: Path, secrets: Iterable[str]) -> tuple[str, Sequence[Mapping[str, str]]]:
    """Return which of the secret keys opens the archive's escrow file, and the locks in there."""
    if not has_escrow(folder):
        raise NotFound(f"{folder}: no escrow was made for this archive (it has no {_FILE})")
    wrapped = read_file(folder / _FILE)
    for secret in secrets:
        try:
            return secret, json.loads(unwrap_key(wrapped, secret))
        except WrongKey:
            continue
    raise Refused(
        f"{folder}: these shares belong to another archive, or to an escrow that was replaced"
    )


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
