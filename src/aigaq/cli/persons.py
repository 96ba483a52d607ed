"""`aigaq persons` and `aigaq person`: the person views."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, open_session, read_id
from aigaq.records.claims import Claim
from aigaq.records.dates import describe
from aigaq.records.person import Person
from aigaq.records.status import Status
from aigaq.records.vocabulary import property_of, vocabulary
from aigaq.records.wording import say_value
from aigaq.services.people import count_withheld, find_person, read_people, source_titles


def persons(
    archive: ArchiveOption = None, as_name: AsOption = "", as_json: JsonOption = False
) -> None:
    """List the persons: id, names by language tag, last known status, number of sources."""
    session = open_session(archive, as_name)
    for person in read_people(session.actor):
        if as_json:
            typer.echo(json.dumps(_as_json(person), ensure_ascii=False))
        else:
            typer.echo("\t".join(_as_line(person)))


def _as_line(person: Person) -> tuple[str, ...]:
    names = "; ".join(f"{text} ({tag})" for tag, text in _names(person))
    status = "; ".join(map(_say_status, person.status)) or "nothing is known of what followed"
    provisional = " (some joined provisionally)" if person.provisional else ""
    sources = f"{person.sources} source{'' if person.sources == 1 else 's'}"
    return str(person.id), names, status, sources + provisional


def _names(person: Person) -> list[tuple[str, str]]:
    return list(dict.fromkeys((claim.lang, claim.value) for claim in person.names))


def _say_status(status: Status) -> str:
    label = vocabulary("status").term(status.code).label()
    return f"{label}, as of {describe(status.as_of)}" if status.as_of else f"{label}, undated"


def _as_json(person: Person) -> dict[str, object]:
    return {
        "id": str(person.id),
        "mentions": [str(id) for id in person.mentions],
        "provisional": sorted(str(id) for id in person.provisional),
        "names": [{"lang": tag, "text": text} for tag, text in _names(person)],
        "status": [
            {"code": one.code, "as_of": one.as_of.edtf if one.as_of else None}
            for one in person.status
        ],
        "sources": person.sources,
        "corroboration": person.corroboration,
        "disagreements": [
            {"property": one.property, "kind": one.kind} for one in person.disagreements
        ],
    }


def _claim_as_json(claim: Claim, source: str) -> dict[str, object]:
    return {
        "id": str(claim.id),
        "property": claim.property,
        "state": claim.state.value,
        "value": claim.value,
        "words": claim.words,
        "lang": claim.lang,
        "source": source,
        "where": claim.locator.describe(),
    }


def person(
    id: Annotated[str, typer.Argument(help="Id of the person, or of any account of theirs.")],
    unlock: Annotated[
        bool,
        typer.Option("--unlock", help="Ask for the password and show what is sealed to you too."),
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one person: every claim with its source and place in it, and where sources differ."""
    session = open_session(archive, as_name, unlocked=unlock)
    mention = read_id(id, "; `aigaq persons` lists them")
    found = find_person(session.actor, mention)
    withheld = count_withheld(session.actor, found.mentions)
    titles = source_titles(claim.source for claim in found.claims)
    if as_json:
        claims = [_claim_as_json(claim, titles[claim.source]) for claim in found.claims]
        whole = {**_as_json(found), "claims": claims, "withheld": withheld}
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    console = Console()
    console.print("\n".join(_as_line(found)), markup=False, highlight=False, soft_wrap=True)
    table = Table(box=None)
    for heading in ("what", "value", "words", "source", "where"):
        table.add_column(heading, overflow="fold")  # a name is never cut off
    for claim in found.claims:
        table.add_row(
            property_of(claim.property).label(),
            say_value(claim),
            claim.words,
            titles[claim.source],
            claim.locator.describe(),
        )
    console.print(table, markup=False)
    for compartment, count in withheld.items():
        console.print(_say_withheld(compartment, count), markup=False)
    for one in found.disagreements:
        positions = " | ".join(f"{say_value(group[0])} ({len(group)})" for group in one.positions)
        how = "Sources differ" if one.kind == "differ" else "Sources differ in precision"
        console.print(
            f"{how} on {property_of(one.property).label()}: {positions}",
            markup=False,
            soft_wrap=True,
        )
    for episode in found.episodes:
        for warning in episode.warnings:
            console.print(warning, markup=False, soft_wrap=True)


def _say_withheld(compartment: str, count: int) -> str:
    claims, them = ("1 more claim is", "it") if count == 1 else (f"{count} more claims are", "them")
    return f"{claims} sealed in {compartment}; --unlock shows {them}."
