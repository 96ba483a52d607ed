"""`aigaq suggest`: is this person already here?"""

import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, open_session, say
from aigaq.linkage.suggest import Span
from aigaq.names import NameTooLong
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadInput
from aigaq.services.people import describe_mentions
from aigaq.services.suggesting import PersonSuggester, PersonSuggestion, open_suggester


def suggest(
    name: Annotated[
        str, typer.Argument(help="A name in any script; without it, names are asked for.")
    ] = "",
    birth: Annotated[str, typer.Option(help="Date of birth (EDTF), where known.")] = "",
    top: Annotated[int, typer.Option(min=1, help="How many to show.")] = 5,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show who here may be the person of that name, before somebody is recorded twice."""
    born = _read_birth(birth)
    session = open_session(archive, as_name)
    suggester = open_suggester(session.actor)
    for asked in [name] if name else _ask_names():
        found = _ask(suggester, asked, born, top)
        if as_json:
            typer.echo(json.dumps({"name": asked, "found": _as_json(found)}, ensure_ascii=False))
        else:
            _show(found)


def _read_birth(text: str) -> Span | None:
    if not text:
        return None
    told = parse_date(text)
    return told.earliest, told.latest


def _ask_names() -> Iterator[str]:
    """Names one by one: typed at a terminal, or a line each from a pipe."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    while asked := typer.prompt("Name (empty to end)", default="", show_default=False, err=True):
        yield asked


def _ask(
    suggester: PersonSuggester, name: str, birth: Span | None, top: int
) -> list[PersonSuggestion]:
    try:
        return suggester.ask(name, birth=birth, most=top)
    except NameTooLong as error:
        raise BadInput(str(error)) from error


def _as_json(found: list[PersonSuggestion]) -> list[dict[str, object]]:
    return [
        {"id": str(one.key), "name": one.name, "likeness": round(one.likeness, 4)} for one in found
    ]


def _show(found: list[PersonSuggestion]) -> None:
    if not found:
        say("Nobody of such a name is here.")
    told = describe_mentions(one.key for one in found)
    for one in found:
        typer.echo(f"{one.likeness:.2f}\t{one.key}\t{told[one.key]}")
