"""`aigaq publish` and `aigaq approve`: an approved release becomes a site."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    open_session,
    read_id,
    say,
    show_progress,
)
from aigaq.records.wording import counted
from aigaq.services import publishing as service
from aigaq.services.approving import approve_release, waiting_releases


def publish(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A new folder, or one published before.")
    ],
    draft: Annotated[
        bool, typer.Option(help="Mark every page a draft; needs no approval.")
    ] = False,
    title: Annotated[str, typer.Option(help="Name of the collection.")] = "An archive of evidence",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish the public site and data sets. Nothing leaves without consent or a publication basis."""
    session = open_session(archive, as_name)
    with show_progress("pages") as progress:
        done = service.publish(session.actor, out, title=title, draft=draft, progress=progress)
    if as_json:
        found = {"people": done.people, "files": done.files, "withheld": done.withheld}
        typer.echo(json.dumps({**found, "digest": done.digest, "draft": draft}, ensure_ascii=False))
        return
    people, files = counted(done.people, "person", "people"), counted(done.files, "file")
    say(f"{people}, {files} in {out}{' (draft)' if draft else ''}.")
    for reason, count in done.withheld.items():
        say(f"Left out: {counted(count, 'claim')}, because {reason}.")
    if not done.people:
        say("Nothing may be told yet: record consents or publication bases (aigaq rights --help).")


def approve(
    release: Annotated[
        str, typer.Argument(help="Id of a proposed release; without it they are listed.")
    ] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Approve a release that another member proposed; asks for your password, so that it is really you."""
    session = open_session(archive, as_name, unlocked=bool(release))
    if not release:
        for id, purpose, name in waiting_releases(session.actor):
            typer.echo(f"{id}\t{purpose}\tproposed by {name}")
        return
    approve_release(session.actor, read_id(release, " of a release"))
    say(f"{session.actor.name} approved release {release}.")
