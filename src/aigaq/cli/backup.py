"""`aigaq backup` and `aigaq restore`: encrypted copies elsewhere, tried each time, and back."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_text
from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    open_session,
    read_secret,
    say,
    show_progress,
)
from aigaq.services.backing_up import BackedUp, back_up
from aigaq.services.restoring import Restored
from aigaq.services.restoring import restore as restore_archive

_MEBIBYTE = 1 << 20


def backup(
    out: Annotated[
        list[str], typer.Argument(metavar="OUT…", help="Folders, or s3://bucket/prefix.")
    ],
    read_all: Annotated[
        bool,
        typer.Option("--read-all", help="Read every evidence file back, not the new ones alone."),
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Back the archive up, encrypted: what is new goes to each place, and is restored on trial from there."""
    session = open_session(archive, as_name)
    with show_progress("files") as progress:
        done = back_up(session.archive, session.actor, out, read_all=read_all, progress=progress)
    for one in done:
        if as_json:
            typer.echo(json.dumps(_as_json(one), ensure_ascii=False))
        else:
            _tell(one)
    if any(one.damaged for one in done):
        raise typer.Exit(1)


def _as_json(one: BackedUp) -> dict[str, object]:
    return {
        "place": one.place,
        "snapshot": one.snapshot,
        "stored": one.stored,
        "held": one.held,
        "files": one.blobs,
        "damaged": one.damaged,
        "loaded": one.loaded,
    }


def _tell(one: BackedUp) -> None:
    say(
        f"{one.place}: backup {one.snapshot}, {one.stored / _MEBIBYTE:.1f} MiB new of "
        f"{one.held / _MEBIBYTE:.1f} MiB, {_files(one.blobs)}; {_tried(one)}."
    )
    for blob in one.damaged:
        say(
            f"  {blob} is missing or altered in the vault; an earlier backup may have it (aigaq verify)"
        )


def _tried(one: BackedUp) -> str:
    if one.loaded:
        rest = one.blobs - one.read
        unread = f"; {_files(rest)} of before not read again (--read-all does)" if rest else ""
        return f"restored on trial, it holds{unread}"
    return (
        "read back whole, but its database was not loaded on trial: this user of PostgreSQL may make no "
        "database (ALTER ROLE … CREATEDB)"
    )


def _files(count: int) -> str:
    return f"{count} evidence files" if count != 1 else "one evidence file"


def restore(
    source: Annotated[str, typer.Argument(metavar="IN", help="A folder, or s3://bucket/prefix.")],
    folder: Annotated[Path, typer.Argument(metavar="D", help="A new folder for the archive.")],
    snapshot: Annotated[
        str, typer.Option(help="Which backup, by the name it was told with; the newest without.")
    ] = "",
    share: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file with a share of the escrow, where the passphrase is lost. Repeat it."
        ),
    ] = None,
    postgresql: Annotated[
        str, typer.Option(help="postgresql://user@host:port/name of an empty database.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Restore an archive from a backup into a new folder, and check every act and file that came back."""
    shares = [read_text(one) for one in share or ()]
    passphrase = "" if shares else read_secret("AIGAQ_PASSPHRASE", "Passphrase of the archive")
    done = restore_archive(
        source, folder, passphrase, shares=shares, snapshot=snapshot, postgresql=postgresql
    )
    _report(done, folder, as_json)


def _report(done: Restored, folder: Path, as_json: bool) -> None:
    wrong = [{"path": one.path, "problem": one.problem} for one in done.findings]
    if as_json:
        found = {"at": done.at, "acts": done.acts, "files": done.blobs, "findings": wrong}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        say(f"{folder}: the archive as of {done.at}: {done.acts} acts, {_files(done.blobs)}.")
        for one in done.findings:
            say(f"  {one.path} {one.problem}")
        if not wrong:
            say("Every act and every file is as it was recorded.")
    if wrong:
        raise typer.Exit(1)
