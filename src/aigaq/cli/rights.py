"""`aigaq rights`: consents, publication bases, harm decisions."""

from datetime import date as date_type
from typing import Annotated

import typer

from aigaq.cli.session import ArchiveOption, AsOption, open_session, read_id, say
from aigaq.records.errors import BadInput
from aigaq.records.vocabulary import property_of
from aigaq.services import rights as service

app = typer.Typer(help="Consents, publication bases and harm decisions.", no_args_is_help=True)


@app.command("withdraw")
def withdraw(
    source: Annotated[str, typer.Argument(help="Id or key of the testimony.")],
    reason: Annotated[
        str, typer.Option(help="What the speaker said.")
    ] = "withdrawn by the speaker",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record that a speaker takes their consent back; nothing of theirs is released any more."""
    session = open_session(archive, as_name)
    service.withdraw_consent(session.actor, service.find_source(source), reason)
    say("Recorded. Publish again now: pages already out still show what was withdrawn.")


@app.command("consent")
def consent(
    source: Annotated[str, typer.Argument(help="Id or key of the testimony.")],
    purpose: Annotated[
        list[str],
        typer.Option(help="PURPOSE=yes, no or ask_again (vocab/consent_purpose.yaml). Repeat it."),
    ],
    audience: Annotated[
        str, typer.Option(help="Code from vocab/consent_audience.yaml.")
    ] = "organisation",
    identity_mode: Annotated[
        str, typer.Option(help="How the person may be named: code from vocab/identity_mode.yaml.")
    ] = "no_name",
    place: Annotated[
        str,
        typer.Option(help="Most precise place to show: code from vocab/place_granularity.yaml."),
    ] = "none",
    date: Annotated[
        str, typer.Option(help="Most precise date to show: code from vocab/date_granularity.yaml.")
    ] = "year",
    withhold: Annotated[
        list[str] | None,
        typer.Option(help="Code from vocab/properties.yaml to leave out. Repeat it."),
    ] = None,
    until: Annotated[
        str, typer.Option(help="Last day it holds, as 2030-12-31; no end without.")
    ] = "",
    about: Annotated[str, typer.Option(help="self, proxy, child or deceased.")] = "proxy",
    words_reviewed: Annotated[
        bool, typer.Option(help="The words were reviewed for release.")
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record what a speaker allows now; it replaces what they allowed before, which stays on record."""
    answers = dict(_answer(text) for text in purpose)
    session = open_session(archive, as_name)
    terms = service.ConsentTerms(
        about=about,
        purposes=answers,
        audience=audience,
        identity_mode=identity_mode,
        place_granularity=place,
        date_granularity=date,
        words_reviewed=words_reviewed,
        withhold=frozenset(property_of(code).code for code in withhold or ()),
        until=_day(until) if until else None,
    )
    typer.echo(str(service.record_consent(session.actor, service.find_source(source), terms)))


def _day(text: str) -> date_type:
    try:
        return date_type.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no day; write it as 2030-12-31") from error


def _answer(text: str) -> tuple[str, str]:
    purpose, equals, answer = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r}: write PURPOSE=yes, PURPOSE=no or PURPOSE=ask_again")
    return purpose, answer


@app.command("basis")
def basis(
    source: Annotated[str, typer.Argument(help="Id or key of the source.")] = "",
    kind: Annotated[str, typer.Argument(help="Code from vocab/publication_basis.yaml.")] = "",
    reason: Annotated[str, typer.Option(help="Why it may be published, or why no longer.")] = "",
    undo: Annotated[str, typer.Option(help="Id of a basis to take back.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record why a source may be published without its speaker's consent, or take that back."""
    if not undo and not (source and kind):
        raise BadInput("say SOURCE and KIND, or --undo ID")
    session = open_session(archive, as_name)
    if undo:
        service.withdraw_basis(session.actor, read_id(undo, " of a publication basis"), reason)
        say("Taken back. Publish again now: pages already out still show what it alone supported.")
        return
    typer.echo(str(service.record_basis(session.actor, service.find_source(source), kind, reason)))


@app.command("harm")
def harm(
    mention: Annotated[str, typer.Argument(help="Id of the account.")],
    allow: Annotated[
        bool | None,
        typer.Option("--allow/--refuse", help="May it be released? Say one of the two."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")] = "",
    purpose: Annotated[
        str, typer.Option(help="Code from vocab/consent_purpose.yaml.")
    ] = "publication_profile",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record a reviewer's decision whether releasing an account could hurt someone; asks for the password."""
    if allow is None:
        raise BadInput("say --allow or --refuse")
    session = open_session(archive, as_name, unlocked=True)
    service.decide_harm(
        session.actor,
        read_id(mention, "; `aigaq persons` lists them"),
        purpose,
        allow=allow,
        reason=reason,
    )
    say("Recorded.")
