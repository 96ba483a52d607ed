"""Whom something is encrypted to, as given on the command line."""

from collections.abc import Iterable
from pathlib import Path

from aigaq.adapters.files import read_text


def read_recipients(given: Iterable[str]) -> list[str]:
    """Return the age public keys that were given, each once.

    Args:
        given: keys (`age1…`), or files that hold one a line; lines that begin with # are left out.

    Raises:
        BadInput: a file can't be read.
    """
    keys: list[str] = []
    for one in given:
        lines = [one] if one.startswith("age1") else read_text(Path(one)).splitlines()
        keys += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return list(dict.fromkeys(keys))
