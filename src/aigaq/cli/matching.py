"""`aigaq match`: which rows of plain tables are about one person; no archive needed."""

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import open_lines
from aigaq.cli.csv_files import BadTable, write_table
from aigaq.cli.session import JsonOption, say, show_progress
from aigaq.records.errors import BadInput
from aigaq.records.wording import counted
from aigaq.services.match_tables import PlainTable, read_plain
from aigaq.services.matching import Matched
from aigaq.services.matching import match as service

_SHOWN_PROBLEMS = 10
_SUREST = 0.999999  # nothing the machine says is certain, so that no row says 1


class EngineChoice(StrEnum):
    """Where pairs are compared."""

    duckdb = "duckdb"
    spark = "spark"


def match(
    first: Annotated[Path, typer.Argument(metavar="A.csv", help="A table of people.")],
    out: Annotated[Path, typer.Option(help="CSV to write: id_l, id_r, probability.")],
    clusters: Annotated[Path, typer.Option(help="CSV to write: id, cluster.")],
    second: Annotated[
        Path | None, typer.Argument(metavar="[B.csv]", help="Another one, matched with the first.")
    ] = None,
    engine: Annotated[
        EngineChoice, typer.Option(help="Where pairs are compared.")
    ] = EngineChoice.duckdb,
    as_json: JsonOption = False,
) -> None:
    """Match the rows of one table with each other, or those of two tables. No archive is needed."""
    given = [path for path in (first, second) if path]
    _check_outputs(out, clusters, given)
    tables = [_read(path) for path in given]
    with show_progress("Matching") as progress:
        found = service(tables, engine=engine.value, progress=progress)
    try:
        _write_pairs(out, tables, found)
        _write_clusters(clusters, tables, found)
    except BadTable as error:
        raise BadInput(str(error)) from error
    for table in tables:
        _tell_problems(table)
    _report(tables, found, as_json)


def _check_outputs(out: Path, clusters: Path, given: Iterable[Path]) -> None:
    # A result written over a table of people would be the end of that table.
    places = [path.resolve() for path in (out, clusters, *given)]
    if len(set(places[:2]) - set(places[2:])) < 2:
        raise BadInput(
            f"--out {out} and --clusters {clusters}: name two files, neither of them a table to be matched"
        )


def _read(path: Path) -> PlainTable:
    with open_lines(path) as lines:
        return read_plain(lines, str(path))


def _write_pairs(out: Path, tables: Iterable[PlainTable], found: Matched) -> None:
    ids = [one for table in tables for one in table.ids]
    with write_table(out, ("id_l", "id_r", "probability")) as writer:
        writer.writerows(
            {
                "id_l": ids[left],
                "id_r": ids[right],
                "probability": f"{min(probability, _SUREST):.6f}",
            }
            for left, right, probability in zip(
                found.left.tolist(), found.right.tolist(), found.probability.tolist(), strict=True
            )
        )


def _write_clusters(out: Path, tables: list[PlainTable], found: Matched) -> None:
    """A cluster is named by the id of its first row; where an id stands in both tables, a third column
    tells which of them a row is from."""
    rows = [(one, str(number)) for number, table in enumerate(tables, start=1) for one in table.ids]
    shared = len(tables) > 1 and not set(tables[0].ids).isdisjoint(tables[1].ids)
    with write_table(out, ("id", "cluster", *(["table"] if shared else []))) as writer:
        for (own, table), head in zip(rows, found.heads.tolist(), strict=True):
            named, from_table = rows[head]
            row = {"id": own, "cluster": f"{from_table}:{named}" if shared else named}
            writer.writerow(row | ({"table": table} if shared else {}))


def _tell_problems(table: PlainTable) -> None:
    for problem in table.problems[:_SHOWN_PROBLEMS]:
        say(problem.line(table.name))
    if (more := len(table.problems) - _SHOWN_PROBLEMS) > 0:
        say(f"{table.name}: … and {more} more (--json lists them all).")


def _report(tables: list[PlainTable], found: Matched, as_json: bool) -> None:
    rows = sum(len(table.ids) for table in tables)
    persons = len(set(found.heads.tolist()))
    likely = int((found.probability >= 0.5).sum())
    if as_json:
        problems = [
            {"file": table.name, "row": one.row, "column": one.column, "reason": one.reason}
            for table in tables
            for one in table.problems
        ]
        figures = {"rows": rows, "pairs": len(found.left), "likely": likely, "clusters": persons}
        typer.echo(json.dumps({**figures, "problems": problems}, ensure_ascii=False))
        return
    say(
        f"{counted(rows, 'row')}: {counted(len(found.left), 'pair')} that may be one person, {likely} of "
        f"them more likely than not; {counted(persons, 'person', 'people')} if the machine is right."
    )
