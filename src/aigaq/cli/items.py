"""`aigaq item`: evidence files in the vault, and their chain of custody."""

import json
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    Session,
    open_session,
    read_id,
    say,
    show_progress,
)
from aigaq.records.errors import BadInput
from aigaq.records.evidence import CustodyEntry, Item
from aigaq.services import opening
from aigaq.services.custody import Handling, read_custody, record_custody
from aigaq.services.items import Description, add_item, list_items
from aigaq.services.rights import find_source

app = typer.Typer(help="Evidence files and their chain of custody.", no_args_is_help=True)

ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="Id of the item.")]
ReasonOption = Annotated[str, typer.Option(help="Why, in a sentence; sealed.")]
_COPY_BYTES = 1 << 20


@app.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files of any kind.")],
    source: Annotated[str, typer.Option(help="Id or key of the source they belong to.")] = "",
    kind: Annotated[str, typer.Option(help="Code from vocab/item_kind.yaml.")] = "other_original",
    compartment: Annotated[
        str, typer.Option(help="identity, sensitive or operators: whose key opens it.")
    ] = "identity",
    parent: Annotated[str, typer.Option(help="Of a derivative: the item it was made from.")] = "",
    tool: Annotated[
        str, typer.Option(help="Of a derivative: what made it, with its version.")
    ] = "",
    party: Annotated[str, typer.Option("--from", help="Who handed it over; sealed.")] = "",
    reason: ReasonOption = "",
    made: Annotated[str, typer.Option(help="When it was recorded (EDTF).")] = "",
    detail: Annotated[
        list[str] | None, typer.Option(help="NAME=TEXT, such as device=…; sealed. Repeat it.")
    ] = None,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take files into the vault, encrypted. A file that is here already is left alone."""
    details = dict(_detail(text) for text in detail or ())
    session = open_session(archive, as_name, unlocked=True)
    said = Description(
        kind=kind,
        compartment=compartment,
        source=find_source(source) if source else None,
        parent=read_id(parent, " of an item") if parent else None,
        tool=tool,
        party=party,
        reason=reason,
        happened=made,
        details=details,
    )
    with show_progress("files") as progress:
        for done, path in enumerate(files):
            progress(done, len(files))
            _add(session, path, said, as_json)


def _add(session: Session, path: Path, said: Description, as_json: bool) -> None:
    added = add_item(session.archive, session.actor, path, said)
    if as_json:
        found = {"file": str(path), "item": str(added.item), "fresh": added.fresh}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo(f"{added.item}  {path}" + ("" if added.fresh else "  (was here already)"))


def _detail(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isascii():
        raise BadInput(f"{text!r}: write NAME=TEXT, such as device=phone")
    return name, value


@app.command("list")
def list_(
    source: Annotated[str, typer.Option(help="Id or key of a source; all without.")] = "",
    unlock: Annotated[
        bool, typer.Option("--unlock", help="Ask for the password and show what is sealed.")
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the items: id, kind, type, size, name where it is unlocked."""
    session = open_session(archive, as_name, unlocked=unlock)
    for item in list_items(session.actor, find_source(source) if source else None):
        typer.echo(json.dumps(_as_json(item), ensure_ascii=False) if as_json else _line(item))


def _line(item: Item) -> str:
    made = f"  from {item.parent} with {item.tool}" if item.parent else ""
    return (
        f"{item.id}  {item.kind}  {item.media_type}  {item.size:,} bytes  "
        f"{item.name or '(name sealed)'}{made}"
    )


def _as_json(item: Item) -> dict[str, object]:
    return {
        "id": str(item.id),
        "kind": item.kind,
        "compartment": item.compartment,
        "blob": item.blob,
        "size": item.size,
        "media_type": item.media_type,
        "source": _text(item.source),
        "parent": _text(item.parent),
        "tool": item.tool,
        "name": item.name,
        "plaintext_sha256": item.plaintext_sha256,
        "details": dict(item.details),
    }


def _text(id: UUID | None) -> str:
    return str(id) if id else ""


@app.command("read")
def read(
    item: ItemArgument,
    offset: Annotated[int, typer.Option(help="Where to begin, in bytes.", min=0)] = 0,
    length: Annotated[int, typer.Option(help="How many bytes; 0 is to the end.", min=0)] = 0,
    reason: ReasonOption = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Write an item to standard output, for a player or another program; nothing is kept on disk."""
    if sys.stdout.isatty():
        raise BadInput("this would print the file on the screen; pipe it into a program")
    session = open_session(archive, as_name, unlocked=True)
    with opening.view_item(
        session.archive, session.actor, read_id(item, " of an item"), reason
    ) as reader:
        reader.seek(offset)
        left = length or max(reader.size - offset, 0)
        while left and (piece := reader.read(min(left, _COPY_BYTES))):
            sys.stdout.buffer.write(piece)
            left -= len(piece)


@app.command("export")
def export(
    item: ItemArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="A file that does not exist yet.")],
    party: Annotated[str, typer.Option("--to", help="Who gets it; sealed.")] = "",
    reason: ReasonOption = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Decrypt an item into a file. It appears only when all of it was verified."""
    session = open_session(archive, as_name, unlocked=True)
    digest = opening.export_item(
        session.archive,
        session.actor,
        read_id(item, " of an item"),
        out,
        party=party,
        reason=reason,
    )
    say(f"{out}: written, in the open. SHA-256 {digest}, as it was when it came.")


@app.command("check")
def check(
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM…]", help="Ids; all without.")
    ] = None,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Decrypt items from end to end and compare them with what came; exit 1 when one does not hold."""
    session = open_session(archive, as_name, unlocked=True)
    ids = [read_id(text, " of an item") for text in items or ()]
    ids = ids or [one.id for one in list_items(session.actor)]
    wrong = 0
    with show_progress("items") as progress:
        for done, id in enumerate(ids, start=1):
            if not opening.check_item(session.archive, session.actor, id):
                typer.echo(f"{id}: is not what was recorded")
                wrong += 1
            progress(done, len(ids))
    say(f"{len(ids) - wrong} of {len(ids)} items are what was recorded.")
    if wrong:
        raise typer.Exit(1)


@app.command("custody")
def custody(
    item: ItemArgument,
    unlock: Annotated[
        bool, typer.Option("--unlock", help="Ask for the password and show what is sealed.")
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Show an item's chain of custody: who, when, what, and, unlocked, from whom or to whom and why."""
    session = open_session(archive, as_name, unlocked=unlock)
    for entry in read_custody(session.actor, read_id(item, " of an item")):
        typer.echo(_entry(entry))


def _entry(entry: CustodyEntry) -> str:
    parts = [
        f"{entry.position}. {entry.at:%Y-%m-%d %H:%M} UTC  {entry.action}  {entry.actor}",
        f"happened {entry.happened}" if entry.happened else "",
        entry.party,
        entry.reason,
        f"sha256 {entry.hash_after or entry.hash_before}"
        if entry.hash_after or entry.hash_before
        else "",
    ]
    return "  ".join(part for part in parts if part)


@app.command("note")
def note(
    item: ItemArgument,
    action: Annotated[str, typer.Argument(help="Code from vocab/custody_action.yaml.")],
    party: Annotated[str, typer.Option("--party", help="From or to whom; sealed.")] = "",
    reason: ReasonOption = "",
    happened: Annotated[str, typer.Option(help="When it happened (EDTF), if not now.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record what happened to an item outside: handed over, returned, seized, lost."""
    session = open_session(archive, as_name, unlocked=True)
    handling = Handling(action, party, reason, happened)
    record_custody(session.actor, read_id(item, " of an item"), handling)
    say("Recorded.")
