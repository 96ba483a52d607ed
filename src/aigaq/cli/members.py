"""`aigaq member`: who works in the archive."""

from typing import Annotated

import typer

from aigaq.cli.archives import make_password
from aigaq.cli.session import ArchiveOption, AsOption, find_secret, open_session, say
from aigaq.services.actors import ROLES
from aigaq.services.members import add_member

app = typer.Typer(help="Who works in the archive.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Who works in the archive."""


@app.command()
def add(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "volunteer",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Add a member; their first password is AIGAQ_NEW_MEMBER_PASSWORD or is made up and shown once."""
    session = open_session(archive, as_name, unlocked=role not in ("volunteer", "reader"))
    password = find_secret("AIGAQ_NEW_MEMBER_PASSWORD")
    made = not password
    password = password or make_password()
    add_member(session.actor, name, role, password)
    say(f"{name} is now {role} here.")
    if made:
        say(f"Password of {name}, shown this once: {password}")
