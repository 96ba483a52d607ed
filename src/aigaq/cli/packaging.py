"""`aigaq package`: evidence for a court, with the proof of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aigaq.cli.recipients import read_recipients
from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, open_session, say
from aigaq.services.packaging import Packed, preview
from aigaq.services.packaging import package as make_package


def package(
    target: Annotated[
        str, typer.Argument(metavar="PERSON|SOURCE", help="Id of a person; id or key of a source.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new folder; with --sealed a new file.")
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="KEY|FILE", help="Whom it is for: an age public key, or a file of them."
        ),
    ] = None,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="One age file that only the recipients can open.")
    ] = False,
    draft: Annotated[
        bool,
        typer.Option("--draft", help="The cover page alone (HTML), for who has to approve it."),
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write an evidence package: claims, files and custody with the proof of each, checked without Aigaq."""
    recipients = read_recipients(to or [])
    session = open_session(archive, as_name, unlocked=True)
    if draft:
        shown = preview(session.archive, session.actor, target, out, recipients=recipients)
        _tell_scope(shown, out)
        return
    done = make_package(
        session.archive, session.actor, target, out, recipients=recipients, sealed=sealed
    )
    if as_json:
        found = {
            "people": done.people,
            "claims": done.claims,
            "files": done.items,
            "left_out": dict(done.left_out),
            "bag": done.bag,
            "verifier": done.verifier,
            "key": str(session.archive.log_key.verifier),
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    _tell(done, out, str(session.archive.log_key.verifier))


def _tell_scope(done: Packed, out: Path) -> None:
    people = f"{done.people} people" if done.people != 1 else "one person"
    items = f"{done.items} files" if done.items != 1 else "one file"
    claims = f"{done.claims} claims" if done.claims != 1 else "one claim"
    say(f"{claims} about {people} and {items} in {out}.")
    for reason, count in done.left_out.items():
        say(f"Left out: {count}, because {reason}.")


def _tell(done: Packed, out: Path, key: str) -> None:
    _tell_scope(done, out)
    say("Give these to the recipient by another way than the package:")
    typer.echo(f"log key\t{key}")
    typer.echo(f"verify.sh\t{done.verifier}")
    typer.echo(f"bag\t{done.bag}")
