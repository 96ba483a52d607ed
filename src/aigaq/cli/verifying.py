"""`aigaq verify`: does it hold, and if not, where."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import digest, read_file
from aigaq.cli.session import AsOption, JsonOption, open_session, show_progress
from aigaq.records.errors import BadInput
from aigaq.services.checking import check_archive, count_acts
from aigaq.services.publishing import MANIFEST, check_site
from aigaq.vault.listing import Finding


def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="An archive or a published site.")],
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check an archive or a published site: exit 0 when it holds, 1 when it does not."""
    if (path / "archive.json").is_file():
        findings = _verify_archive(path, as_name)
        held = "every act gives the root it was recorded with; nothing is signed yet"
    elif (path / MANIFEST).is_file():
        findings = check_site(path)
        held = (
            f"every file is as it was written. {MANIFEST} has SHA-256 "
            f"{digest(read_file(path / MANIFEST))}; compare it with the one its publisher gives"
        )
    else:
        raise BadInput(f"{path}: is neither an archive nor a site that Aigaq published")
    _report(path, findings, held, as_json)


def _verify_archive(path: Path, as_name: str) -> tuple[Finding, ...]:
    session = open_session(path, as_name)
    findings = []
    total = count_acts()
    with show_progress("acts") as progress:
        for done, finding in enumerate(check_archive(session.actor), start=1):
            progress(done, total)
            if finding is not None:
                findings.append(finding)
    return tuple(findings)


def _report(path: Path, findings: tuple[Finding, ...], held: str, as_json: bool) -> None:
    if as_json:
        wrong = [{"path": one.path, "problem": one.problem} for one in findings]
        typer.echo(json.dumps({"holds": not findings, "findings": wrong}, ensure_ascii=False))
    elif findings:
        typer.echo(f"{path}: does not hold")
        for one in findings:
            typer.echo(f"  {one.path} {one.problem}")
    else:
        typer.echo(f"{path}: holds: {held}")
    if findings:
        raise typer.Exit(1)
