"""`aigaq key`: the archive's log key, which verifiers are given from outside."""

import typer

from aigaq.cli.session import ArchiveOption, choose_archive
from aigaq.services.archive import read_verifier_key


def key(archive: ArchiveOption = None) -> None:
    """Print the public key of the archive's log. Whoever checks a package or the log needs it from you."""
    typer.echo(str(read_verifier_key(choose_archive(archive))))
