"""`aigaq link`: propose identity judgements, review them, accept a batch."""

import json
from typing import Annotated

import typer

from aigaq.cli.reviewing import Review
from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, open_session, say
from aigaq.services import linking as service
from aigaq.services.contradictions import find_contradictions
from aigaq.services.queue import accept_links


def link(
    accept: Annotated[
        float | None,
        typer.Option(
            help="Accept, in your name, links of historical lists at or above this probability."
        ),
    ] = None,
    review: Annotated[bool, typer.Option(help="Decide waiting pairs one by one.")] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Propose which accounts are about one person. Machine links are provisional until a person judges."""
    session = open_session(archive, as_name)
    if review:
        say(f"{Review(session).run()} decided.")
        return
    report = service.link(session.actor)
    accepted = accept_links(session.actor, accept) if accept is not None else 0
    contradictions = len(find_contradictions(session.actor))
    if as_json:
        found = {name: getattr(report, name) for name in report.__slots__}
        typer.echo(json.dumps({**found, "accepted": accepted, "contradictions": contradictions}))
        return
    say(
        f"{report.mentions} accounts, {report.pairs} pairs scored: {report.linked} new provisional links, "
        f"{report.withdrawn} withdrawn, {report.waiting} pairs wait for a person (aigaq link --review)."
    )
    if contradictions:
        say(
            f"{contradictions} decisions of members contradict others (aigaq link --review shows them)."
        )
    if accept is not None:
        say(f"{session.actor.name} accepted {accepted} links at or above {accept}.")
