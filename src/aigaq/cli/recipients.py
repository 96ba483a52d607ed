"""Whom something is encrypted to, as given on the command line."""

from collections.abc import Iterable
from pathlib import Path

from aigaq.adapters.files import read_text
from aigaq.records.errors import BadInput
from aigaq.vault.keypairs import public_bytes

_PUBLIC, _SECRET = "age1", "AGE-SECRET-KEY-"
_GIVE_THE_OTHER = (
    "this is a secret key; give the public one that belongs to it (age-keygen -y FILE), and let nobody "
    "see the secret one"
)


def read_recipients(given: Iterable[str]) -> list[str]:
    """Return the age public keys that were given, each once.

    Args:
        given: keys (`age1…`), or files that hold one a line; lines that begin with # are left out.

    Raises:
        BadInput: a file can't be read, or holds something else; the message never shows what.
    """
    keys: list[str] = []
    for one in given:
        if one.startswith(_SECRET):
            raise BadInput(f"--to: {_GIVE_THE_OTHER}")
        lines = [one] if one.startswith(_PUBLIC) else read_text(Path(one)).splitlines()
        for number, line in enumerate(map(str.strip, lines), start=1):
            if line and not line.startswith("#"):
                keys.append(_checked(line, f"{one}, line {number}" if line != one else "--to"))
    return list(dict.fromkeys(keys))


def _checked(line: str, where: str) -> str:
    if line.upper().startswith(_SECRET):
        raise BadInput(f"{where}: {_GIVE_THE_OTHER}")
    try:
        public_bytes(line)
    except ValueError as error:
        raise BadInput(f"{where}: is no age public key (age1…)") from error
    return line
