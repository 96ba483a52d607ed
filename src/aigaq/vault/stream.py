"""Encryption of a file in one pass, as a plain age file (C2SP `age.md`, “Payload”): constant memory.

The same pass gives what the archive records of the file: hashes of plaintext and ciphertext, size, and its
first bytes, from which its type is told.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Protocol

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from aigaq.vault.age_header import derive, write_header

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
STREAM_NONCE_BYTES = 16
_AT_ONCE = 4  # chunks read, hashed and written together; more is no faster, but more memory
HEAD_BYTES = 8192


class Readable(Protocol):
    """What is read from: a binary file, a pipe, a socket's file."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer as far as there is something; 0 at the end."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What one pass over a file gave: SHA-256 in hex of plaintext and ciphertext, size and first bytes."""

    plain_sha256: str
    cipher_sha256: str
    size: int
    head: bytes


def chunk_nonce(number: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk: an 11-byte counter and the mark of the last one."""
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def stream_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    """Return the cipher of a payload, from the file key and the payload's 16-byte nonce."""
    return ChaCha20Poly1305(derive(file_key, nonce, b"payload"))


def encrypt_stream(source: Readable, sink: BinaryIO, publics: Sequence[str]) -> Streamed:
    """Encrypt everything `source` gives into `sink`.

    Args:
        source: read to its end; a short read that is not the end is waited out.
        sink: written in order; the caller syncs and closes it.
        publics: `age1…` keys that will open it.

    Raises:
        ValueError: there is no key, or one is no X25519 public key.
    """
    header, file_key = write_header(publics)
    nonce = os.urandom(STREAM_NONCE_BYTES)
    cipher = stream_cipher(file_key, nonce)
    sink.write(header + nonce)
    plain, hidden = sha256(), sha256(header + nonce)
    # One buffer more than a batch: which chunk is the last is known only when nothing follows it.
    held, following = _buffer(), _buffer()
    sealed = bytearray(_AT_ONCE * (CHUNK_BYTES + TAG_BYTES))
    filled = _fill(source, held)
    head, size, number = bytes(held[: min(filled, HEAD_BYTES)]), 0, 0
    while True:
        next_filled = _fill(source, following) if filled == len(held) else 0
        batch = held[:filled]
        plain.update(batch)
        written = _seal_batch(cipher, batch, sealed, number, ends=next_filled == 0)
        out = memoryview(sealed)[:written]
        hidden.update(out)
        sink.write(out)
        size, number = size + filled, number + _AT_ONCE
        if next_filled == 0:
            return Streamed(plain.hexdigest(), hidden.hexdigest(), size, head)
        held, following, filled = following, held, next_filled


def _buffer() -> memoryview:
    return memoryview(bytearray(_AT_ONCE * CHUNK_BYTES))


def _fill(source: Readable, buffer: memoryview) -> int:
    """Read until the buffer is full or the file ends; return how many bytes it holds."""
    filled = 0
    while filled < len(buffer):
        count = source.readinto(buffer[filled:])
        if not count:
            break
        filled += count
    return filled


def _seal_batch(
    cipher: ChaCha20Poly1305, batch: memoryview, sealed: bytearray, number: int, *, ends: bool
) -> int:
    """Encrypt a batch chunk by chunk into `sealed`; return how many bytes that took."""
    out = memoryview(sealed)
    chunks = max(1, -(-len(batch) // CHUNK_BYTES))  # an empty file has one empty chunk
    place = 0
    for one in range(chunks):
        chunk = batch[one * CHUNK_BYTES : (one + 1) * CHUNK_BYTES]
        nonce = chunk_nonce(number + one, last=ends and one == chunks - 1)
        end = place + len(chunk) + TAG_BYTES
        cipher.encrypt_into(nonce, chunk, None, out[place:end])
        place = end
    return place
