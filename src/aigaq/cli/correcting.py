"""`aigaq correct`: a claim that was misread or mistyped."""

from typing import Annotated

import typer

from aigaq.cli.session import ArchiveOption, AsOption, open_session, read_id, run_unlocked
from aigaq.records.claims import ClaimState
from aigaq.records.errors import BadInput
from aigaq.services.correcting import correct_claim


def correct(
    claim: Annotated[
        str, typer.Argument(help="Id of the claim (aigaq person ID --json shows it).")
    ],
    value: Annotated[
        str, typer.Argument(help="What it should say: EDTF, code, number or text.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    state: Annotated[
        str, typer.Option(help="known, or which absence it really is (vocab/claim_state.yaml).")
    ] = "known",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Correct a claim that was misread or mistyped. The old claim and its words stay on record."""
    if state not in set(ClaimState):
        raise BadInput(f"{state!r} is none of {', '.join(ClaimState)}")
    if (state == ClaimState.KNOWN) != bool(value.strip()):
        raise BadInput("say what the claim should say, or with --state alone which absence it is")
    id = read_id(claim, " of a claim")
    session = open_session(archive, as_name)
    _, new = run_unlocked(
        session, lambda actor: correct_claim(actor, id, value, reason, state=ClaimState(state))
    )
    typer.echo(str(new))
