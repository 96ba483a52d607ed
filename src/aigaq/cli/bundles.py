"""`aigaq seal` and `aigaq open`: files packed in the field with public keys alone, and taken in at home."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aigaq.cli.recipients import read_recipients
from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, open_session, say
from aigaq.services.bundles import open_bundle, seal_files
from aigaq.services.items import Description
from aigaq.services.rights import find_source


def seal(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files of any kind.")],
    to: Annotated[
        list[str],
        typer.Option(
            metavar="KEY|FILE",
            help="An age public key (aigaq key --intake), or a file of them. Repeat it.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="BUNDLE.age", help="A new file.")],
) -> None:
    """Pack files so that only the recipients open them. Needs no archive and no password.

    The files themselves stay where they are: delete them once the bundle is in safe hands.
    """
    digests = seal_files(files, read_recipients(to), out)
    for name, digest in digests.items():
        typer.echo(f"{digest}  {name}")
    count = "1 file is" if len(digests) == 1 else f"{len(digests)} files are"
    say(f"{count} in {out}, which only the recipients open. What was packed lies here still.")


def open_(
    bundles: Annotated[list[Path], typer.Argument(metavar="BUNDLE.age…", help="Sealed bundles.")],
    source: Annotated[str, typer.Option(help="Id or key of the source they belong to.")] = "",
    kind: Annotated[str, typer.Option(help="Code from vocab/item_kind.yaml.")] = "other_original",
    compartment: Annotated[
        str, typer.Option(help="identity, sensitive or operators: whose key opens the files.")
    ] = "identity",
    party: Annotated[str, typer.Option("--from", help="Who handed it over; sealed.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence; sealed.")] = "",
    made: Annotated[str, typer.Option(help="When the files were made (EDTF).")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take sealed bundles into the archive: each file becomes an item. What is here already is left alone."""
    session = open_session(archive, as_name, unlocked=True)
    said = Description(
        kind=kind,
        compartment=compartment,
        source=find_source(source) if source else None,
        party=party,
        reason=reason,
        happened=made,
    )
    for bundle in bundles:
        for one in open_bundle(session.archive, session.actor, bundle, said):
            if as_json:
                found = {
                    "bundle": str(bundle),
                    "file": one.name,
                    "item": str(one.item),
                    "fresh": one.fresh,
                }
                typer.echo(json.dumps(found, ensure_ascii=False))
            else:
                known = "" if one.fresh else "  (was here already)"
                typer.echo(f"{one.item}  {one.name}{known}")
