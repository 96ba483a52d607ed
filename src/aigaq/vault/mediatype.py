"""What kind of file it is, told from its first bytes and never from its name."""

import filetype

_UNKNOWN = "application/octet-stream"
_TEXTS = (
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<?xml", "application/xml"),
    (b"webvtt", "text/vtt"),
    (b"warc/", "application/warc"),
)


def tell_media_type(head: bytes) -> str:
    """Return the media type (RFC 6838) of a file that begins with `head`.

    Args:
        head: its first few thousand bytes, or all of it.

    Returns:
        `text/plain` for other text in UTF-8; `application/octet-stream` where nothing is recognised.
    """
    if (known := filetype.guess_mime(head)) is not None:
        return str(known)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    for mark, media_type in _TEXTS:
        if start.startswith(mark):
            return media_type
    return "text/plain" if head and _is_text(head) else _UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last letter may be cut through.
        return error.start > len(head) - 4 and error.reason == "unexpected end of data"
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
