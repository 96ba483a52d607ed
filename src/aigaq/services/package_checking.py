"""Whether an evidence package holds, as whoever received it asks: no archive is needed."""

from datetime import UTC, datetime
from pathlib import Path

from aigaq.adapters.files import read_file
from aigaq.adapters.package_files import hash_package
from aigaq.vault.notes import VerifierKey
from aigaq.vault.verify_package import PackageVerdict, Seen, verify_package

#: The file by which a folder is known as a package.
MARKER = "bagit.txt"


def check_package(folder: Path, key: VerifierKey | None, bag: str = "") -> PackageVerdict:
    """Check a package.

    Args:
        folder: the package.
        key: the log's key as it was told from outside, or None.
        bag: SHA-256 of its tag manifest as it was told, or "".

    Raises:
        Refused: it holds a link or a device.
        BadInput: a file can't be read.
    """
    return verify_package(
        hash_package(folder),
        lambda path: read_file(folder / path),
        key=str(key or ""),
        bag=bag,
    )


def describe_package(verdict: PackageVerdict) -> str:
    """Say in a few sentences what holds."""
    stated = f", {verdict.stated} stated without proof" if verdict.stated else ""
    told = [
        f"{verdict.records} records of {verdict.acts} acts in the signed log of {verdict.size} acts; "
        f"{verdict.shown} fields proved, {verdict.hidden} withheld{stated}"
    ]
    told += [f"seen by witness {_on(one)}" for one in verdict.witnesses]
    told += [f"time-stamped by authority {_on(one)}" for one in verdict.times]
    told.append(f"signed by {verdict.key}; the bag has SHA-256 {verdict.bag}")
    return "; ".join(told)


def _on(seen: Seen) -> str:
    at = datetime.fromtimestamp(seen.at, UTC)
    return f"{seen.by} on {at:%Y-%m-%d %H:%M} UTC ({seen.acts} of its acts)"
