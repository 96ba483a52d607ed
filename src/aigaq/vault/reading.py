"""Reading an age file from any offset: only the 64 KiB chunks that are asked for are decrypted.

Nothing is handed out that was not verified, and opening already verifies the last chunk, so that a file cut
short at a chunk's edge is refused before its first byte is read.
"""

import io
import os
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag

from aigaq.vault.age_header import BadAgeFile, read_header
from aigaq.vault.stream import (
    CHUNK_BYTES,
    STREAM_NONCE_BYTES,
    TAG_BYTES,
    chunk_nonce,
    stream_cipher,
)

_SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES


class ItemReader(io.RawIOBase):
    """The plaintext of an age file, readable and seekable like any binary file.

    Args:
        file: the age file, seekable, at its beginning; the reader closes it with itself.
        secret: `AGE-SECRET-KEY-1…` of a recipient.

    Raises:
        BadAgeFile: the file was altered or cut short (also while reading).
        NotForThisKey: it was encrypted to other keys.

    Attributes:
        size: length of the plaintext in bytes.
    """

    def __init__(self, file: BinaryIO, secret: str) -> None:
        super().__init__()
        self._file = file
        file_key = read_header(file, secret)
        nonce = file.read(STREAM_NONCE_BYTES)
        if len(nonce) != STREAM_NONCE_BYTES:
            raise BadAgeFile("it was cut short")
        self._cipher = stream_cipher(file_key, nonce)
        self._start = file.tell()
        payload = file.seek(0, os.SEEK_END) - self._start
        self._chunks = max(1, -(-payload // _SEALED_CHUNK))
        self.size = payload - self._chunks * TAG_BYTES
        self._place = 0
        self._number, self._chunk = -1, b""
        if not self._open_chunk(self._chunks - 1) and self._chunks > 1:
            raise BadAgeFile("it ends in an empty chunk, which age never writes")

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the offset in the plaintext."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset in the plaintext; past its end nothing is read.

        Raises:
            ValueError: it is before the beginning.
        """
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a file has nothing before its beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the current place, at most to the end of the chunk; return how many bytes."""
        if self._place >= self.size:
            return 0
        number, within = divmod(self._place, CHUNK_BYTES)
        chunk = self._open_chunk(number)
        into = memoryview(buffer).cast("B")
        count = min(len(into), len(chunk) - within)
        into[:count] = chunk[within : within + count]
        self._place += count
        return count

    def close(self) -> None:
        """Close the age file too, and forget the chunk at hand."""
        self._chunk = b""
        self._file.close()
        super().close()

    def _open_chunk(self, number: int) -> bytes:
        if number != self._number:
            self._file.seek(self._start + number * _SEALED_CHUNK)
            sealed = self._file.read(_SEALED_CHUNK)
            nonce = chunk_nonce(number, last=number == self._chunks - 1)
            try:
                self._chunk = self._cipher.decrypt(nonce, sealed, None)
            except InvalidTag as error:
                raise BadAgeFile(
                    f"it was altered or cut short (chunk {number + 1} of {self._chunks})"
                ) from error
            self._number = number
        return self._chunk
