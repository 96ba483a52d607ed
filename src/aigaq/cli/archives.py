"""`aigaq init`: a new archive."""

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from aigaq.cli.session import find_secret, read_secret, say
from aigaq.services.archive import create_archive
from aigaq.services.members import add_first_member
from aigaq.services.sequencing import extend_log

_WORDS_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def init(
    folder: Annotated[Path, typer.Argument(metavar="D", help="A folder that does not exist yet.")],
    name: Annotated[
        str, typer.Option("--as", help="Name of the first administrator.")
    ] = "administrator",
    postgresql: Annotated[
        str, typer.Option(help="postgresql://user@host:port/name of an empty database.")
    ] = "",
) -> None:
    """Make a new archive: database, keys, first administrator."""
    passphrase = read_secret(
        "AIGAQ_PASSPHRASE", "Passphrase for the new archive (nobody can recover it)", new=True
    )
    password, made = choose_password(name)
    archive = create_archive(folder, passphrase, postgresql)
    add_first_member(name, password)
    extend_log(archive)
    say(f"Archive made in {folder}; {name} is its first administrator.")
    say("Its log is signed with this key; give it to those who will check what you publish:")
    say(f"  {archive.log_key.verifier}")
    if made:
        say(f"Password of {name}, shown this once: {password}")
        say("It unlocks what is sealed. Nobody can recover it; write it down.")


def choose_password(name: str) -> tuple[str, bool]:
    """Return a member's new password and whether it was made up here because nobody could be asked."""
    found = find_secret("AIGAQ_MEMBER_PASSWORD")
    if found:
        return found, False
    if sys.stdin.isatty():
        typed: str = typer.prompt(
            f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True
        )
        return typed, False
    return make_password(), True


def make_password() -> str:
    """Return a random password of 95 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_WORDS_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)
