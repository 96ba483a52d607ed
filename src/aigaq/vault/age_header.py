"""The header of an age file (age-encryption.org/v1, C2SP `age.md`): whom the file is for, and its file key.

Written for X25519 recipients; read whatever stanzas it has, of which those of X25519 are tried.
"""

import hmac
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aigaq.vault.keypairs import public_bytes, secret_bytes

_VERSION = b"age-encryption.org/v1\n"
_FILE_KEY_BYTES = 16
_WRAPPED_BYTES = _FILE_KEY_BYTES + 16
_NO_NONCE = bytes(12)
_BODY = re.compile(rb"[A-Za-z0-9+/]*")
_WORD = re.compile(rb"[\x21-\x7e]+")
_MOST_LINES = 1000  # a header has a few; a file that is no age file must not be read whole for one


class NotForThisKey(Exception):
    """The file was encrypted to other keys."""


class BadAgeFile(Exception):
    """The bytes are no intact age file: altered, cut short, or something else."""


@dataclass(frozen=True, slots=True)
class _Stanza:
    words: tuple[bytes, ...]
    body: bytes


def derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    """Return HKDF-SHA-256 (RFC 5869) of `key`, 32 bytes, as age uses it throughout."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def write_header(publics: Sequence[str]) -> tuple[bytes, bytes]:
    """Return (header, file key) of a new file to one or more recipients.

    Args:
        publics: `age1…` keys.

    Raises:
        ValueError: there is none, or one is no X25519 public key.
    """
    if not publics:
        raise ValueError("an age file needs somebody to be read by")
    file_key = os.urandom(_FILE_KEY_BYTES)
    text = _VERSION + b"".join(_stanza(public_bytes(one), file_key) for one in publics) + b"---"
    return text + b" " + _b64(_mac(file_key, text)) + b"\n", file_key


def _stanza(public: bytes, file_key: bytes) -> bytes:
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrapped = ChaCha20Poly1305(_wrapping(shared, share, public)).encrypt(_NO_NONCE, file_key, None)
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(wrapped) + b"\n"


def _wrapping(shared: bytes, share: bytes, public: bytes) -> bytes:
    return derive(shared, share + public, b"age-encryption.org/v1/X25519")


def _mac(file_key: bytes, text: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), text, sha256)


def read_header(file: BinaryIO, secret: str) -> bytes:
    """Read a header and return the file key; the file then stands at the payload's nonce.

    Args:
        file: at the beginning of an age file.
        secret: `AGE-SECRET-KEY-1…`.

    Raises:
        BadAgeFile: it is none, or its header was altered.
        NotForThisKey: no stanza opens with this secret.
    """
    text, stanzas, mac = _parse(file)
    own = X25519PrivateKey.from_private_bytes(secret_bytes(secret))
    for stanza in stanzas:
        if stanza.words[0] == b"X25519" and (file_key := _open(stanza, own)):
            if not hmac.compare_digest(_mac(file_key, text), mac):
                raise BadAgeFile("its header was altered")
            return file_key
    raise NotForThisKey("it was encrypted to other keys")


def _open(stanza: _Stanza, own: X25519PrivateKey) -> bytes | None:
    share = _unb64(stanza.words[1]) if len(stanza.words) == 2 else b""
    if len(share) != 32 or len(stanza.body) != _WRAPPED_BYTES:
        raise BadAgeFile("a recipient's stanza is malformed")
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
        key = _wrapping(shared, share, own.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(_NO_NONCE, stanza.body, None)
    except InvalidTag:
        return None
    except ValueError as error:  # a share of low order
        raise BadAgeFile("a recipient's stanza is malformed") from error


def _parse(file: BinaryIO) -> tuple[bytes, list[_Stanza], bytes]:
    """Return the header up to and with `---`, its stanzas, and its MAC."""
    text = _line(file)
    if text != _VERSION:
        raise BadAgeFile("it is no age file")
    stanzas: list[_Stanza] = []
    for _ in range(_MOST_LINES):
        line = _line(file)
        if line.startswith(b"--- "):
            return text + b"---", stanzas, _unb64(line[4:-1])
        words = tuple(line[3:-1].split(b" "))
        if not line.startswith(b"-> ") or not all(map(_WORD.fullmatch, words)):
            break
        body = _body(file)
        stanzas.append(_Stanza(words, _unb64(body.replace(b"\n", b""))))
        text += line + body
    raise BadAgeFile("its header is malformed")


def _body(file: BinaryIO) -> bytes:
    """Return the lines of a stanza's body: full ones of 64 columns and one shorter, perhaps empty."""
    body = b""
    for _ in range(_MOST_LINES):
        line = _line(file)
        body += line
        if len(line) < 65:
            return body
    raise BadAgeFile("its header is malformed")


def _line(file: BinaryIO) -> bytes:
    line = file.readline(4096)
    if not line.endswith(b"\n"):
        raise BadAgeFile("it is no age file, or was cut short")
    return line


def _b64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    """Return the bytes of base64 without padding, in the one form that is canonical (RFC 4648 §3.5)."""
    if not _BODY.fullmatch(text) or len(text) % 4 == 1:
        raise BadAgeFile("its header is malformed")
    data = b64decode(text + b"=" * (-len(text) % 4))
    if _b64(data) != text:
        raise BadAgeFile("its header is malformed")
    return data
