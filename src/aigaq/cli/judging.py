"""`aigaq judge`: decide whether two accounts are about one person, or take a decision back."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_text
from aigaq.cli.session import ArchiveOption, AsOption, open_session, read_id, say
from aigaq.records.errors import BadInput
from aigaq.records.judgements import Outcome
from aigaq.records.wording import counted
from aigaq.services import judging as service
from aigaq.services.judgement_files import read_verdicts


def judge(
    left: Annotated[str, typer.Argument(help="Id of an account.")] = "",
    right: Annotated[str, typer.Argument(help="Id of the other account.")] = "",
    outcome: Annotated[str, typer.Argument(help="same, different or undecided")] = "",
    reason: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="Many decisions, as a table (docs/reference/judgements.md).")
    ] = None,
    undo: Annotated[str, typer.Option(help="Id of a judgement to take back.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Decide whether two accounts are about one person. Every decision can be undone."""
    session = open_session(archive, as_name)
    if undo:
        service.undo(session.actor, read_id(undo, " of a judgement"), reason)
        say("Taken back; the judgement and its withdrawal stay on record.")
    elif file:
        rows = list(csv.DictReader(io.StringIO(read_text(file))))
        verdicts = read_verdicts(rows, str(file))
        service.judge(session.actor, verdicts, batch=f"from {file.name}")
        say(f"{counted(len(verdicts), 'decision')} recorded in the name of {session.actor.name}.")
    else:
        if outcome not in set(Outcome):
            raise BadInput("say LEFT RIGHT and one of same, different, undecided")
        verdict = service.Verdict(
            read_id(left, _LISTED), read_id(right, _LISTED), Outcome(outcome), reason
        )
        (id,) = service.judge(session.actor, [verdict])
        typer.echo(str(id))


_LISTED = "; `aigaq persons` lists them"
