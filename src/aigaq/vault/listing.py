"""The listing of a folder by SHA-256, in the form of `sha256sum`, and the check of a folder against it.

A file name may hold a line break, and would then write a line of the listing by itself. As GNU coreutils
do, such a name is escaped and its line begins with a backslash, so that one line always is one file and
`sha256sum -c` still reads it. Names that are not UTF-8 stay the bytes they are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_LINE = re.compile(r"(\\?)([0-9a-f]{64})  (.+)", re.DOTALL)
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {escaped: letter for letter, escaped in _ESCAPES.items()}
_ODD = re.compile(r"[\\\n\r]")
_ESCAPED = re.compile(r"\\(?:[\\nr]|$|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: which path, and what is wrong with it.

    Of a path, what is not printable stands escaped, so that a file's name can't write a verdict of its own.
    """

    path: str
    problem: str


def write_listing(digests: Mapping[str, str]) -> bytes:
    """Return the listing of path → SHA-256 (lower-case hex), sorted by path."""
    lines = (_line(digests[path], path) for path in sorted(digests))
    return "".join(lines).encode("utf-8", errors="surrogateescape")


def _line(digest: str, path: str) -> str:
    if not _ODD.search(path):
        return f"{digest}  {path}\n"
    return f"\\{digest}  {_ODD.sub(lambda found: _ESCAPES[found[0]], path)}\n"


def _printable(path: str) -> str:
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in path
    )


def check_listing(listing: bytes, digests: Mapping[str, str]) -> tuple[Finding, ...]:
    """Compare a listing with what is really there.

    Args:
        listing: bytes of the listing file.
        digests: path → SHA-256 of every file found, the listing itself left out.

    Returns:
        Every difference: changed, missing and unlisted files, and lines that are no listing lines.
        Empty when the listing is byte for byte what these files give.
    """
    if listing == write_listing(digests):
        return ()
    listed, findings = _read(listing)
    for path, digest in sorted(listed.items()):
        if path not in digests:
            findings.append(Finding(_printable(path), "is listed but missing"))
        elif digests[path] != digest:
            findings.append(Finding(_printable(path), "was changed since the listing was written"))
    findings += [
        Finding(_printable(path), "is not in the listing")
        for path in sorted(set(digests) - set(listed))
    ]
    return tuple(findings) or (Finding("the listing", "is not in its canonical form"),)


def _read(listing: bytes) -> tuple[dict[str, str], list[Finding]]:
    listed: dict[str, str] = {}
    findings: list[Finding] = []
    for number, line in _lines(listing):
        match = _LINE.fullmatch(line)
        path = _path(match[1], match[3]) if match else ""
        if match is None or not path or path in listed:
            findings.append(Finding(f"listing line {number}", "is not a listing line of its own"))
        else:
            listed[path] = match[2]
    return listed, findings


def _path(mark: str, written: str) -> str:
    """Return the path a line names, or "" when its escapes are none."""
    if not mark:
        return written
    if any(found not in _UNESCAPES for found in _ESCAPED.findall(written)):
        return ""
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], written)


def _lines(listing: bytes) -> Iterable[tuple[int, str]]:
    text = listing.decode("utf-8", errors="surrogateescape")
    return enumerate(text.removesuffix("\n").split("\n") if text else [], start=1)
