"""`aigaq rights`: consents, publication bases, harm decisions."""

from typing import Annotated

import typer

from aigaq.cli.session import ArchiveOption, AsOption, open_session, read_id, say
from aigaq.records.errors import BadInput
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
        list[str], typer.Option(help="PURPOSE=yes, no or ask_again; repeat it for each purpose.")
    ],
    audience: Annotated[
        str, typer.Option(help="Code from vocab/consent_audience.yaml.")
    ] = "organisation",
    identity_mode: Annotated[str, typer.Option(help="How the person may be named.")] = "no_name",
    place: Annotated[str, typer.Option(help="Most precise place that may be shown.")] = "none",
    date: Annotated[str, typer.Option(help="Most precise date that may be shown.")] = "year",
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
    )
    typer.echo(str(service.record_consent(session.actor, service.find_source(source), terms)))


def _answer(text: str) -> tuple[str, str]:
    purpose, equals, answer = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r}: write PURPOSE=yes, PURPOSE=no or PURPOSE=ask_again")
    return purpose, answer


@app.command("basis")
def basis(
    source: Annotated[str, typer.Argument(help="Id or key of the source.")],
    kind: Annotated[str, typer.Argument(help="Code from vocab/publication_basis.yaml.")],
    reason: Annotated[str, typer.Option(help="Why it may be published.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record why a source may be published without its speaker's consent."""
    session = open_session(archive, as_name)
    typer.echo(str(service.record_basis(session.actor, service.find_source(source), kind, reason)))


@app.command("harm")
def harm(
    mention: Annotated[str, typer.Argument(help="Id of the account.")],
    allow: Annotated[bool, typer.Option("--allow/--refuse", help="May it be released?")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")] = "",
    purpose: Annotated[
        str, typer.Option(help="Code from vocab/consent_purpose.yaml.")
    ] = "publication_profile",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record a reviewer's decision whether releasing an account could hurt someone; asks for the password."""
    session = open_session(archive, as_name, unlocked=True)
    service.decide_harm(session.actor, read_id(mention), purpose, allow=allow, reason=reason)
    say("Recorded.")
