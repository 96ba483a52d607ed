"""Checkpoints (C2SP tlog-checkpoint): a log's size and root, in a signed note that begins with its origin."""

import re
from dataclasses import dataclass

from aigaq.vault.notes import (
    BadNote,
    Note,
    SignerKey,
    VerifierKey,
    decode,
    encode,
    parse_note,
    sign,
    verify,
)

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one size.

    Attributes:
        origin: the log's own name, the first line.
        size: how many leaves.
        root: Merkle tree hash over them (32 bytes).
    """

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


def parse_number(text: str) -> int:
    """Return a decimal without leading zeroes.

    Raises:
        BadNote: it is none.
    """
    if not _NUMBER.fullmatch(text):
        raise BadNote("not a number as a checkpoint writes it")
    return int(text)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint: three lines. No log of ours adds more, so more is refused.

    Raises:
        BadNote: it is none.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise BadNote("a checkpoint is three lines: origin, size, root")
    root = decode(lines[2])
    if len(root) != _ROOT_BYTES:
        raise BadNote("a checkpoint's root has 32 bytes")
    return Checkpoint(lines[0], parse_number(lines[1]), root)


def sign_checkpoint(checkpoint: Checkpoint, key: SignerKey) -> Note:
    """Return the log's own signed note of a checkpoint."""
    text = str(checkpoint)
    return Note(text, (sign(text, key),))


def open_checkpoint(data: bytes, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """Read a checkpoint and check the log's signature.

    Args:
        data: the signed note; it may carry further signatures, which are not looked at here.
        key: the log's key, known from elsewhere; its name is the origin.

    Raises:
        BadNote: it is no checkpoint, of another log, or not signed with this key.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise BadNote(f"a checkpoint of another log: {checkpoint.origin!r}, not {key.name!r}")
    if not any(verify(note.text, one, key) for one in note.signatures):
        raise BadNote("not signed with the log's key")
    return checkpoint, note
