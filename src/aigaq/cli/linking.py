"""`aigaq link`: propose identity judgements, review them, accept a batch."""

import json
from typing import Annotated
from uuid import UUID

import typer

from aigaq.cli.session import ArchiveOption, AsOption, JsonOption, Session, open_session, say
from aigaq.records.judgements import Outcome
from aigaq.services import linking as service
from aigaq.services.judging import Verdict, judge
from aigaq.services.people import describe_mentions
from aigaq.services.queue import Waiting, accept_links, review_queue

_ANSWERS = {"s": Outcome.SAME, "d": Outcome.DIFFERENT, "u": Outcome.UNDECIDED}


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
        _review(session)
        return
    report = service.link(session.actor)
    accepted = accept_links(session.actor, accept) if accept is not None else 0
    if as_json:
        found = {name: getattr(report, name) for name in report.__slots__}
        typer.echo(json.dumps({**found, "accepted": accepted}))
        return
    say(
        f"{report.mentions} accounts, {report.pairs} pairs scored: {report.linked} new provisional links, "
        f"{report.withdrawn} withdrawn, {report.waiting} pairs wait for a person (aigaq link --review)."
    )
    if accept is not None:
        say(f"{session.actor.name} accepted {accepted} links at or above {accept}.")


def _review(session: Session) -> None:
    decided = 0
    for waiting in review_queue(session.actor):
        _show(waiting)
        answer = typer.prompt(
            "[s]ame, [d]ifferent, [u]ndecided, [n]ext, [q]uit", default="n", err=True
        )
        if answer.startswith("q"):
            break
        outcome = _ANSWERS.get(answer[:1].lower())
        if outcome is None:
            continue
        reason = typer.prompt("Why", err=True)
        pair = waiting.judgement
        (id,) = judge(session.actor, [Verdict(pair.left, pair.right, outcome, reason)])
        say(f"Recorded. To take it back: aigaq judge --undo {id}")
        decided += 1
    say(f"{decided} decided.")


def _show(waiting: Waiting) -> None:
    pair = waiting.judgement
    left, right = (_lines(id) for id in (pair.left, pair.right))
    say("")
    say(f"Probability {pair.probability:.3f} — are these one person?")
    say(f"  A  {left}\n  B  {right}")
    for comparison, level, ours, theirs, bits in waiting.evidence:
        if not bits:
            continue
        sign = "for" if bits > 0 else "against"
        values = f" ({ours} | {theirs})" if ours or theirs else ""
        say(f"     {abs(bits):5.1f} bits {sign:8}{comparison}: {level}{values}")


def _lines(mention: UUID) -> str:
    return describe_mentions([mention])[mention]
