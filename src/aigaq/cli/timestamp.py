"""`aigaq timestamp`: authorities that say by when the log existed."""

from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_file
from aigaq.cli.session import ArchiveOption, AsOption, open_session, say
from aigaq.services.stamping import add_authority, ask_authorities

app = typer.Typer(
    help="Authorities that say by when the log existed (RFC 3161).", no_args_is_help=True
)


@app.callback()
def group() -> None:
    """Authorities that say by when the log existed (RFC 3161)."""


@app.command("add-authority")
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the authority answers.")],
    certificates: Annotated[
        Path,
        typer.Argument(metavar="CERT", help="Its certificates, root included, in PEM form."),
    ],
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Name a time-stamp authority and pin its certificates. Only tokens under these count."""
    session = open_session(archive, as_name)
    add_authority(session.archive, session.actor, url, read_file(certificates))
    say(f"{url} is asked from now on by `aigaq timestamp ask`.")


@app.command()
def ask(archive: ArchiveOption = None, as_name: AsOption = "") -> None:
    """Have the log stamped by every authority. One that can't be reached is asked again the next time."""
    session = open_session(archive, as_name)
    failed = False
    for url, problem in ask_authorities(session.archive, session.actor):
        failed = failed or bool(problem)
        say(f"{url}: {problem + '; it waits' if problem else 'stamped'}")
    if failed:
        raise typer.Exit(1)
