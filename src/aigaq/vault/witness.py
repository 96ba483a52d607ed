"""What a witness decides (C2SP tlog-witness): whether a log's new checkpoint continues what it saw before.

A witness keeps, of each log, the last checkpoint it put its name to. It signs a later one only with a proof
that the log began with the earlier one, so that nobody can show one history here and another there, or put a
log back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aigaq.vault.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, parse_number
from aigaq.vault.notes import BadNote, Note, VerifierKey, decode, encode, parse_note
from aigaq.vault.proofs import prove_consistency, verify_consistency
from aigaq.vault.tiles import MissingTile, TileTree

_MOST_PROOF_LINES = 63


class NotWitnessed(Exception):
    """A witness does not sign, and why.

    Attributes:
        status: the HTTP status that C2SP tlog-witness gives the case.
        size: what the witness saw last, where that is the answer (status 409); else None.
    """

    def __init__(self, status: int, problem: str, size: int | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A checkpoint to be witnessed: the body of `add-checkpoint`.

    Attributes:
        old: the size the witness is thought to have seen last.
        proof: that the log of `old` begins the new one; 32 bytes each.
        note: the signed checkpoint.
    """

    old: int
    proof: Sequence[bytes]
    note: bytes

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *map(encode, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note


def parse_request(data: bytes) -> WitnessRequest:
    """Read the body of a request.

    Raises:
        BadNote: it is none.
    """
    head, blank, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadNote("a request is ASCII down to its checkpoint") from error
    if not blank or not lines[0].startswith("old ") or len(lines) - 1 > _MOST_PROOF_LINES:
        raise BadNote("a request begins with the old size, a proof and a blank line")
    proof = tuple(map(decode, lines[1:]))
    if any(len(one) != 32 for one in proof):
        raise BadNote("a proof's hashes have 32 bytes each")
    return WitnessRequest(parse_number(lines[0].removeprefix("old ")), proof, note)


def origin_of(note: bytes) -> str:
    """Return which log a checkpoint says it is of; nothing is checked yet.

    Raises:
        BadNote: it is no checkpoint.
    """
    return parse_checkpoint(parse_note(note).text).origin


def decide(seen: Checkpoint | None, request: WitnessRequest, key: VerifierKey) -> Note:
    """Decide on a request.

    Args:
        seen: the log's last checkpoint that this witness signed, or None.
        request: as it was sent.
        key: the log's key, which the witness was told by its owner.

    Returns:
        The note that may be cosigned.

    Raises:
        NotWitnessed: it may not.
    """
    checkpoint, note = _open(request.note, key)
    known = seen.size if seen else 0
    if request.old > checkpoint.size:
        raise NotWitnessed(400, "the old size is larger than the checkpoint's")
    if request.old != known:
        raise NotWitnessed(409, f"this witness saw {known} acts last, not {request.old}", known)
    if seen and checkpoint.size == seen.size and checkpoint.root != seen.root:
        raise NotWitnessed(409, _fork(seen), known)
    old_root = seen.root if seen else b""
    if not verify_consistency(known, old_root, checkpoint.size, checkpoint.root, request.proof):
        problem = _fork(seen) if seen else "a log seen for the first time comes without a proof"
        raise NotWitnessed(422, problem)
    return note


def _fork(seen: Checkpoint) -> str:
    return f"the log does not continue the {seen.size} acts seen before: it was forked or rewritten"


def _open(note: bytes, key: VerifierKey) -> tuple[Checkpoint, Note]:
    try:
        return open_checkpoint(note, key)
    except BadNote as error:
        raise NotWitnessed(403, f"the checkpoint does not hold: {error}") from error


def follow(seen: Checkpoint | None, note: bytes, tree: TileTree, key: VerifierKey) -> Note:
    """Decide on a log that lies open with its tiles, as a folder or on the web.

    Args:
        seen: the log's last checkpoint that this witness signed, or None.
        note: the log's checkpoint now.
        tree: its tiles, which are not trusted.
        key: the log's key, which the witness was told by its owner.

    Returns:
        The note that may be cosigned.

    Raises:
        NotWitnessed: it may not.
    """
    checkpoint, _ = _open(note, key)
    if seen and checkpoint.size < seen.size:
        raise NotWitnessed(
            409,
            f"the log covers {checkpoint.size} acts, but {seen.size} were seen before: it was put back to an "
            "earlier state, or this is an old copy",
            seen.size,
        )
    known = seen.size if seen else 0
    try:
        proof = prove_consistency(tree, known, checkpoint.size)
    except MissingTile as error:
        raise NotWitnessed(422, f"{error} of the log is missing or too short") from error
    return decide(seen, WitnessRequest(known, proof, note), key)
