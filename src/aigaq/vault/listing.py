"""The listing of a folder by SHA-256, in the form of `sha256sum`, and the check of a folder against it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_LINE = re.compile(r"^([0-9a-f]{64})  (.+)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: which path, and what is wrong with it."""

    path: str
    problem: str


def write_listing(digests: Mapping[str, str]) -> bytes:
    """Return the listing of path → SHA-256 (lower-case hex), sorted by path."""
    lines = (f"{digests[path]}  {path}\n" for path in sorted(digests))
    return "".join(lines).encode("utf-8")


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
            findings.append(Finding(path, "is listed but missing"))
        elif digests[path] != digest:
            findings.append(Finding(path, "was changed since the listing was written"))
    findings += [
        Finding(path, "is not in the listing") for path in sorted(set(digests) - set(listed))
    ]
    return tuple(findings) or (Finding("the listing", "is not in its canonical form"),)


def _read(listing: bytes) -> tuple[dict[str, str], list[Finding]]:
    listed: dict[str, str] = {}
    findings: list[Finding] = []
    for number, line in _lines(listing):
        match = _LINE.match(line)
        if match is None or match[2] in listed:
            findings.append(Finding(f"listing line {number}", "is not a listing line of its own"))
        else:
            listed[match[2]] = match[1]
    return listed, findings


def _lines(listing: bytes) -> Iterable[tuple[int, str]]:
    text = listing.decode("utf-8", errors="replace")
    return enumerate(text.removesuffix("\n").split("\n") if text else [], start=1)
