"""`aigaq import`: tables into the archive."""

import json
import os
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_file, write_file
from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    open_session,
    run_unlocked,
    say,
    show_progress,
)
from aigaq.intake.mapping import load_mapping
from aigaq.intake.mappingtypes import SourceTable, TableMapping
from aigaq.intake.rejects import write_rejects
from aigaq.records.wording import counted
from aigaq.services.importing import ImportReport, import_table

_SHOWN_REJECTS = 20


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV, TSV or XLSX.")],
    mapping: Annotated[Path, typer.Option(help="What the columns mean (YAML).", metavar="M.yaml")],
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; write nothing.")] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Import tables. A second import of the same file adds nothing; bad rows go to FILE.rejects.csv."""
    rules = load_mapping(read_file(mapping).decode("utf-8", errors="replace"), mapping.name)
    session = open_session(archive, as_name, unlocked=rules.testifier is not None and not dry_run)
    reports = []
    for file in files:
        data = read_file(file)
        with show_progress(file.name) as progress:
            work = partial(
                import_table,
                data=data,
                file_name=file.name,
                mapping=rules,
                companions=companions_of(file, rules),
                dry_run=dry_run,
                progress=progress,
            )
            session, report = run_unlocked(session, work)
        reports.append(report)
        _keep_rejects(file, report, dry_run)
        if not as_json:
            _say_report(file, report, dry_run)
    if as_json:
        typer.echo(json.dumps([_as_json(report) for report in reports], ensure_ascii=False))


def companions_of(file: Path, mapping: TableMapping) -> dict[str, bytes]:
    """Return the tables a mapping names besides the file itself, read from the folder it lies in."""
    if not isinstance(mapping.source, SourceTable):
        return {}
    return {mapping.source.table: read_file(file.parent / mapping.source.table)}


def _rejects_file(file: Path) -> Path:
    """Return where the rejects go: beside the file, or here where its folder can't be written."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path.cwd()
    return folder / f"{file.stem}.rejects.csv"


def _keep_rejects(file: Path, report: ImportReport, dry_run: bool) -> None:
    if not report.rejects or dry_run:
        return
    out, data = _rejects_file(file), write_rejects(report.headings, report.rejects)
    if out.is_file() and read_file(out) != data:
        kept = next(path for path in _numbered(out) if not path.exists())
        out.rename(kept)
        say(f"{out} was here already and may be mended: it is {kept} now.")
    write_file(out, data)


def _numbered(out: Path) -> Iterator[Path]:
    return (out.with_stem(f"{out.stem}.{number}") for number in count(1))


def _say_report(file: Path, report: ImportReport, dry_run: bool) -> None:
    verb = "would add" if dry_run else "added"
    here = "claim was" if report.unchanged == 1 else "claims were"
    say(
        f"{file}: {counted(report.rows, 'good row')}; {verb} {counted(report.mentions, 'account')} and "
        f"{counted(report.claims, 'claim')} ({report.unchanged} {here} already here)."
    )
    if report.consents:
        say(f"Answers about consent that changed since the last edition: {report.consents}.")
    for reject in report.rejects[:_SHOWN_REJECTS]:
        say(reject.line(str(file)))
    more = len(report.rejects) - _SHOWN_REJECTS
    if more > 0:
        say(f"… and {more} more.")
    if report.rejects and not dry_run:
        what = "row was" if len(report.rejects) == 1 else "rows were"
        say(
            f"{len(report.rejects)} {what} not imported: mend {_rejects_file(file)} and import it again."
        )


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "file": report.file,
        "sha256": report.sha256,
        "rows": report.rows,
        "mentions_added": report.mentions,
        "claims_added": report.claims,
        "claims_unchanged": report.unchanged,
        "rejects": [
            {"row": one.row, "column": one.column, "value": one.value[:200], "reason": one.reason}
            for one in report.rejects
        ],
    }
