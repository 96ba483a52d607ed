"""`aigaq key`: the archive's public keys, which others are given from outside."""

from typing import Annotated

import typer

from aigaq.cli.session import ArchiveOption, AsOption, choose_archive, open_session, say
from aigaq.records.errors import BadInput
from aigaq.services.archive import read_verifier_key
from aigaq.services.intake_keys import find_intake_key, make_intake_key


def key(
    intake: Annotated[
        bool,
        typer.Option(
            "--intake", help="Print the key that bundles are sealed to (aigaq seal --to)."
        ),
    ] = False,
    new: Annotated[
        bool,
        typer.Option("--new", help="With --intake: make a fresh one; older bundles still open."),
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Print the public key of the archive's log. Whoever checks a package or the log needs it from you."""
    if not intake:
        if new:
            raise BadInput("--new is for the intake key: add --intake")
        typer.echo(str(read_verifier_key(choose_archive(archive))))
        return
    session = open_session(archive, as_name, unlocked=new, extend=new)
    if new:
        typer.echo(make_intake_key(session.actor))
        say("Put it on the devices that take in testimonies. It opens nothing.")
    else:
        typer.echo(find_intake_key())
