"""The shape of a package: a BagIt bag (RFC 8493) whose listings anyone can write anew and compare.

File names keep to letters, digits, `.`, `_` and `-`, and every listing is in the order of a walk through the
folders, so that a POSIX shell gives the same bytes. A bag proves nothing by itself: its contents have one
hash, which the act that made the package holds (`proof/export.json`), and that act stands in the signed log.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from aigaq.vault.listing import Finding, check_listing

PAYLOAD = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
EXPORT = "proof/export.json"
LOG = "proof/log/"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")


def is_bag_name(path: str) -> bool:
    """Return whether a package may hold a file of this relative path."""
    return _NAME.fullmatch(path) is not None


def list_files(digests: Mapping[str, str]) -> bytes:
    """Return the listing of path → SHA-256 in the order of a walk, in the form of `sha256sum`."""
    ordered = sorted(digests, key=lambda path: path.split("/"))
    return "".join(f"{digests[path]}  {path}\n" for path in ordered).encode()


def contents_hash(digests: Mapping[str, str]) -> str:
    """Return the hash of everything in a package but what proves this very hash.

    Left out are the record of the act that holds it, the log's proofs, which are signed, and the two
    manifests, which follow from the files.
    """
    return sha256(
        list_files(
            {
                path: digest
                for path, digest in digests.items()
                if path not in (EXPORT, PAYLOAD, TAGS) and not path.startswith(LOG)
            }
        )
    ).hexdigest()


def payload_manifest(digests: Mapping[str, str]) -> bytes:
    """Return the manifest over the files below `data/`."""
    return list_files(
        {path: digest for path, digest in digests.items() if path.startswith("data/")}
    )


def tag_manifest(digests: Mapping[str, str]) -> bytes:
    """Return the manifest over every other file; its SHA-256 stands for the whole bag."""
    return list_files(
        {
            path: digest
            for path, digest in digests.items()
            if path != TAGS and not path.startswith("data/")
        }
    )


def bag_info(date: str, title: str, count: int, octets: int) -> bytes:
    """Return `bag-info.txt`.

    Args:
        date: day of making, ISO.
        title: what the package is about, one line.
        count, octets: files below `data/`, and their bytes.
    """
    line = " ".join(title.split())
    return (
        f"Bag-Software-Agent: Aigaq\nBagging-Date: {date}\nExternal-Description: {line}\n"
        f"Payload-Oxum: {octets}.{count}\n"
    ).encode()


def check_bag(digests: Mapping[str, str], manifests: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Compare a bag's files with its manifests.

    Args:
        digests: path → SHA-256 of every file in the folder.
        manifests: the bytes of PAYLOAD and TAGS.

    Returns:
        Whatever differs; empty when both manifests are what these files give.
    """
    if "fetch.txt" in digests:
        return (Finding("fetch.txt", "asks for files that are not here; such a bag is refused"),)
    odd = [path for path in digests if not is_bag_name(path)]
    if odd:
        return tuple(
            Finding(
                path.encode("unicode_escape").decode(), "has a name that no package of ours has"
            )
            for path in sorted(odd)
        )
    if missing := [name for name in (PAYLOAD, TAGS) if name not in manifests]:
        return tuple(Finding(name, "is missing") for name in missing)
    findings: list[Finding] = []
    for name, written in ((PAYLOAD, payload_manifest(digests)), (TAGS, tag_manifest(digests))):
        if written != manifests[name]:
            covered = {path: digests[path] for path in _paths(written)}
            form = (Finding(name, "is not in its canonical form"),)
            findings += check_listing(manifests[name], covered) or form
    return tuple(findings)


def _paths(listing: bytes) -> list[str]:
    return [line[66:] for line in listing.decode().splitlines()]
