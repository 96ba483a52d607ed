"""A witness: a folder in which a partner keeps, of each log, the last checkpoint they put their name to.

key.txt                      the witness's public key, which the archive is given
secret-key.txt               its secret half (mode 600)
logs/<hash>/key.txt          the key of a log it watches
logs/<hash>/checkpoint       the last checkpoint it signed, with its own signature
logs/<hash>/history/<size>   all of them
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aigaq.adapters.clock import now
from aigaq.adapters.files import read_file, read_text, write_file
from aigaq.adapters.locks import locked
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.services.log_files import CHECKPOINT, KEY, read_key
from aigaq.vault.checkpoints import Checkpoint, parse_checkpoint
from aigaq.vault.notes import (
    COSIGNATURE,
    BadNote,
    Note,
    SignerKey,
    VerifierKey,
    new_seed,
    parse_key,
    parse_note,
    sign,
)
from aigaq.vault.tiles import Read, TileTree
from aigaq.vault.witness import (
    NotWitnessed,
    WitnessRequest,
    decide,
    follow,
    origin_of,
    parse_request,
)

_HISTORY = "history"
_SECRET = "secret-key.txt"  # noqa: S105  the name of a file

type Decide = Callable[[Checkpoint | None, VerifierKey], Note]


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """An opened witness: its folder and its key."""

    folder: Path
    key: SignerKey


def create_witness(folder: Path, name: str) -> WitnessFolder:
    """Make a new witness.

    Args:
        folder: is empty or does not exist.
        name: of the witness, without blanks or `+`; an address it answers at, by custom.

    Raises:
        BadInput: the folder is not empty, or the name none.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder}: is not empty; a witness needs a folder of its own")
    key = SignerKey(name, COSIGNATURE, new_seed())
    try:
        parse_key(str(key.verifier))
    except BadNote as error:
        raise BadInput(f"{name!r} is no name of a witness: no blanks and no +") from error
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    write_file(folder / _SECRET, f"{name} {key.seed.hex()}\n".encode())
    write_file(folder / KEY, f"{key.verifier}\n".encode())
    return WitnessFolder(folder, key)


def open_witness(folder: Path) -> WitnessFolder:
    """Open a witness.

    Raises:
        BadInput: the folder is none, or its key is damaged.
    """
    if not (folder / _SECRET).is_file():
        raise BadInput(f"{folder}: is no witness; make one with `aigaq witness init`")
    name, _, seed = read_text(folder / _SECRET).strip().rpartition(" ")
    try:
        key = SignerKey(name, COSIGNATURE, bytes.fromhex(seed))
        same = key.verifier == read_key(str(folder / KEY))
    except ValueError:
        same = False
    if not same:
        raise BadInput(f"{folder}: its secret key is not that of {KEY}; restore both from a copy")
    return WitnessFolder(folder, key)


def trust(witness: WitnessFolder, key: VerifierKey) -> None:
    """Watch a log from now on.

    Raises:
        BadInput: another key is known under this log's name.
    """
    file = _place(witness, key.name) / KEY
    if file.is_file() and read_key(str(file)) != key:
        raise BadInput(f"this witness knows another key of {key.name}; a log's key never changes")
    write_file(file, f"{key}\n".encode())


def answer(witness: WitnessFolder, body: bytes) -> bytes:
    """Answer a request that somebody sent: the witness's signature line.

    Raises:
        NotWitnessed: it does not sign.
    """
    try:
        request = parse_request(body)
        origin = origin_of(request.note)
    except BadNote as error:
        raise NotWitnessed(400, f"not a request to a witness: {error}") from error
    return _cosign(witness, origin, lambda seen, key: _decide(seen, request, key))[1]


def _decide(seen: Checkpoint | None, request: WitnessRequest, key: VerifierKey) -> Note:
    return decide(seen, request, key)


def update(witness: WitnessFolder, note: bytes, read: Read) -> bytes:
    """Look at a log that lies open with its tiles, and sign its checkpoint if it continues what was seen.

    Args:
        witness: who looks.
        note: the log's checkpoint.
        read: gives its tiles.

    Returns:
        The checkpoint with the witness's signature.

    Raises:
        NotWitnessed: it does not sign.
    """
    try:
        checkpoint = parse_checkpoint(parse_note(note).text)
    except BadNote as error:
        raise NotWitnessed(400, f"not a checkpoint: {error}") from error
    tree = TileTree(read, checkpoint.size)
    return _cosign(witness, checkpoint.origin, lambda seen, key: follow(seen, note, tree, key))[0]


def update_by_request(witness: WitnessFolder, body: bytes) -> bytes:
    """As `update`, from a request that came as a file and carries its proof.

    Raises:
        NotWitnessed: it does not sign.
    """
    answer(witness, body)
    return read_file(_place(witness, origin_of(parse_request(body).note)) / CHECKPOINT)


def seen_last(witness: WitnessFolder, origin: str) -> Checkpoint | None:
    """Return the largest checkpoint of a log that this witness signed, or None.

    Its history counts as well: were one file lost, an earlier state could be signed again, or a fork.

    Raises:
        Refused: what is kept here is damaged: nothing may be signed before it is restored.
    """
    place = _place(witness, origin)
    history = (one for one in (place / _HISTORY).glob("*") if one.name.isdecimal())
    largest = max(history, key=lambda one: int(one.name), default=place / CHECKPOINT)
    seen = [_read_kept(file) for file in (place / CHECKPOINT, largest) if file.is_file()]
    return max(seen, key=lambda checkpoint: checkpoint.size, default=None)


def _read_kept(file: Path) -> Checkpoint:
    try:
        return parse_checkpoint(parse_note(read_file(file)).text)
    except BadNote as error:
        raise Refused(f"{file}: is damaged ({error}); restore it from a copy") from error


def _cosign(witness: WitnessFolder, origin: str, judge: Decide) -> tuple[bytes, bytes]:
    """Decide, keep and sign under one lock; return the cosigned note and the signature line.

    What is kept is written before anything is answered, or a crash would let two histories be signed.
    """
    place = _place(witness, origin)
    if not (place / KEY).is_file():
        raise NotWitnessed(
            404, f"this witness does not watch {origin!r}; see `aigaq witness trust`"
        )
    key = read_key(str(place / KEY))
    with locked(witness.folder / ".lock"):
        note = judge(seen_last(witness, origin), key)
        mine = sign(note.text, witness.key, int(now().timestamp()))
        log = tuple(one for one in note.signatures if (one.name, one.key_id) == (key.name, key.id))
        cosigned = bytes(Note(note.text, (*log, mine)))
        write_file(place / _HISTORY / str(parse_checkpoint(note.text).size), cosigned)
        write_file(place / CHECKPOINT, cosigned)
    return cosigned, str(mine).encode()


def _place(witness: WitnessFolder, origin: str) -> Path:
    return witness.folder / "logs" / sha256(origin.encode()).hexdigest()[:16]


def require_log(witness: WitnessFolder) -> None:
    """Check that the witness watches any log at all.

    Raises:
        NotFound: it does not.
    """
    if not any(witness.folder.glob(f"logs/*/{KEY}")):
        raise NotFound(
            "this witness watches no log yet; give it a log's key with `aigaq witness trust`"
        )
