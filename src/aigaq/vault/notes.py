"""Signed notes (C2SP signed-note) and their keys: a text, and who signed it, in lines a person can read.

Read strictly: exactly one byte form is accepted for what a note says, so that a flipped bit is either a bad
note or a bad signature. A reader that takes base64 with stray bits or blanks lets some flips through.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04  # C2SP tlog-cosignature: Ed25519 over the text and a time

_KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32
_TIME_BYTES = 8
_MOST_SIGNATURES = 100
_DASH = "— "


class BadNote(Exception):
    """What was given is no signed note, no key, or not signed as it says."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its owner's name and what it signs: `name+id+base64` in text."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Its short name in signature lines: 4 bytes of SHA-256(name ‖ LF ‖ algorithm ‖ public key)."""
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public).digest()[
            :_KEY_ID_BYTES
        ]

    def __str__(self) -> str:
        encoded = encode(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A secret key with its owner's name and what it signs."""

    name: str
    algorithm: int
    seed: bytes

    def __repr__(self) -> str:
        return f"SignerKey({self.name!r})"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.algorithm, public)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose, under which key, and the bytes after the key's id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()


def encode(data: bytes) -> str:
    """Return standard base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Return what canonical base64 holds.

    Raises:
        BadNote: it is not the one text that `encode` gives for these bytes.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadNote("not base64") from error
    if encode(data) != text:
        raise BadNote("base64 in another form than its own")
    return data


def new_seed() -> bytes:
    """Return the secret half of a fresh Ed25519 key (32 bytes, RFC 8032)."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def parse_key(text: str) -> VerifierKey:
    """Read a verifier key.

    Args:
        text: `name+8 hex digits+base64`, as `aigaq key` prints it.

    Raises:
        BadNote: it is none, or its parts don't fit each other.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]):
        raise BadNote("not a key of the form name+id+base64")
    raw = decode(parts[2])
    if len(raw) != 1 + _PUBLIC_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise BadNote("not an Ed25519 key or cosigner's key")
    key = VerifierKey(parts[0], raw[0], raw[1:])
    if key.id.hex() != parts[1]:
        raise BadNote("the key's id is not that of its name and bytes; perhaps it was mistyped")
    return key


def _is_name(name: str) -> bool:
    # Printable besides what C2SP asks: it is shown on terminals, which invisible letters could mislead.
    return (
        bool(name) and name.isprintable() and not any(one == "+" or one.isspace() for one in name)
    )


def parse_note(data: bytes) -> Note:
    """Read a signed note; its signatures are not checked yet.

    Raises:
        BadNote: it is not in the form C2SP signed-note prescribes, or one key signed twice.
    """
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("a note is UTF-8 text") from error
    if any(letter < " " and letter != "\n" for letter in whole):
        raise BadNote("a note holds no control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise BadNote("a note is a text, a blank line, and signature lines")
    signatures = tuple(_parse_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > _MOST_SIGNATURES:
        raise BadNote(f"more than {_MOST_SIGNATURES} signatures")
    if len({(one.name, one.key_id) for one in signatures}) != len(signatures):
        raise BadNote("one key signed twice")
    return Note(f"{text}\n", signatures)


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_name(name):
        raise BadNote("not a signature line")
    raw = decode(encoded)
    if len(raw) <= _KEY_ID_BYTES:
        raise BadNote("a signature line without a signature")
    return Signature(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def parse_signature(line: str) -> Signature:
    """Read one signature line with its newline, as a witness answers it.

    Raises:
        BadNote: it is none.
    """
    if not line.endswith("\n") or line.count("\n") != 1:
        raise BadNote("not one signature line")
    return _parse_signature(line[:-1])


def sign(text: str, key: SignerKey, seconds: int = 0) -> Signature:
    """Sign a note's text.

    Args:
        text: ends with a newline.
        key: an Ed25519 key signs the text; a cosigner's key the text and the time.
        seconds: POSIX time of a cosignature.
    """
    time = seconds.to_bytes(_TIME_BYTES) if key.algorithm == COSIGNATURE else b""
    signed = Ed25519PrivateKey.from_private_bytes(key.seed).sign(_message(text, time))
    return Signature(key.name, key.verifier.id, time + signed)


def verify(text: str, signature: Signature, key: VerifierKey) -> bool:
    """Return whether a signature is this key's, over this text."""
    if (signature.name, signature.key_id) != (key.name, key.id):
        return False
    time, raw = b"", signature.signature
    if key.algorithm == COSIGNATURE:
        time, raw = raw[:_TIME_BYTES], raw[_TIME_BYTES:]
        if len(time) < _TIME_BYTES or time[0] >= 0x80:
            return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw, _message(text, time))
    except InvalidSignature:
        return False
    return True


def cosigned_at(signature: Signature) -> int:
    """Return the POSIX time a cosignature carries; call it on one that was verified."""
    return int.from_bytes(signature.signature[:_TIME_BYTES])


def _message(text: str, time: bytes) -> bytes:
    if not time:
        return text.encode()
    return f"cosignature/v1\ntime {int.from_bytes(time)}\n{text}".encode()
