"""`aigaq link`: propose identity judgements, review them, accept a batch."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import write_file
from aigaq.cli.reviewing import Review
from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    open_session,
    run_unlocked,
    say,
)
from aigaq.records.errors import BadInput
from aigaq.services import linking as service
from aigaq.services.actors import Actor
from aigaq.services.contradictions import find_contradictions
from aigaq.services.link_report import link_and_report
from aigaq.services.queue import accept_links


def link(
    accept: Annotated[
        float | None,
        typer.Option(
            help="Accept, in your name, links of historical lists at or above this probability."
        ),
    ] = None,
    review: Annotated[bool, typer.Option(help="Decide waiting pairs one by one.")] = False,
    new: Annotated[
        bool,
        typer.Option(
            "--new", help="Compare only accounts recorded since the last run, with everyone."
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Write a page about the run. It names people: for members only."),
    ] = None,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Propose which accounts are about one person. Machine links are provisional until a person judges."""
    session = open_session(archive, as_name)
    if review:
        sitting = Review(session)
        say(f"{sitting.run()} decided." if sitting.asks else "No pair waits for a person.")
        return
    if new and report is not None:
        raise BadInput("--report is about a whole run: leave out --new")
    session, (run, page) = run_unlocked(
        session, lambda actor: _run(actor, new=new, with_page=report is not None)
    )
    if report is not None:
        write_file(report, page.encode())
    accepted = accept_links(session.actor, accept) if accept is not None else 0
    contradictions = len(find_contradictions(session.actor))
    if as_json:
        found = asdict(run)
        found |= found.pop("basis")
        typer.echo(json.dumps({**found, "accepted": accepted, "contradictions": contradictions}))
        return
    say(
        f"{run.mentions} accounts, {run.pairs} pairs scored: {run.linked} new provisional links, "
        f"{run.withdrawn} withdrawn, {run.waiting} pairs wait for a person (aigaq link --review)."
    )
    say(run.basis.tell())
    if contradictions:
        say(
            f"{contradictions} decisions of members contradict others (aigaq link --review shows them)."
        )
    if accept is not None:
        say(f"{session.actor.name} accepted {accepted} links at or above {accept}.")
    if report is not None:
        say(
            f"The report is {report}. It names people: only you can open it here; don't pass it on."
        )


def _run(actor: Actor, *, new: bool, with_page: bool) -> tuple[service.LinkReport, str]:
    if new:
        return service.link_new(actor), ""
    if with_page:
        return link_and_report(actor)
    return service.link(actor), ""
