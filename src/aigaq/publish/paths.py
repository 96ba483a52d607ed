"""Names of the site's files: safe on every file system, stable from one release to the next."""

import hashlib
import re
import unicodedata

_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def stem_of(key: str) -> str:
    """Return the file name (without ending) of the person with this public id.

    A key of lower-case letters, digits, `-` and `_` is its own name; any other is replaced by its hash,
    so that no key can leave its folder, meet another one on a file system that ignores case, or be a
    device name of Windows.
    """
    if _SAFE.fullmatch(key) and not _DEVICES.fullmatch(key):
        return key
    return "x-" + _digest(key, 32)


def person_path(key: str) -> str:
    """Return the path of a person's page from the root of the site."""
    return f"person/{stem_of(key)}.html"


def slug_of(text: str) -> str:
    """Return a readable, unique, ASCII file name for a place or year: `almaty-1f0c2b9a`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    readable = _NOT_SLUG.sub("-", plain).strip("-")[:40].strip("-")
    return f"{readable}-{_digest(text, 8)}" if readable else f"x-{_digest(text, 12)}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
