"""``aigaq names``: score pairs of names, rank candidates, explain one pair."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import batched
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from aigaq.cli.csv_files import BadTable, Row, read_header, read_table, write_table
from aigaq.names import MAX_LENGTH, NameTooLong, Ranked, explain, rank, score_pairs

app = typer.Typer(help="Compare names across scripts.", no_args_is_help=True)

_PAIR_COLUMNS = ("name_a", "lang_a", "name_b", "lang_b")
_NAME_COLUMNS = ("id", "name", "lang")
_RANKED_COLUMNS = ("query_id", "rank", "candidate_id", "score")
_AT_A_TIME = 20_000

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@contextmanager
def _bad_input_ends_with_2() -> Iterator[None]:
    """Turn bad input into its one line on stderr and exit code 2."""
    try:
        yield
    except (BadTable, NameTooLong) as error:
        typer.echo(f"aigaq: {error}", err=True)
        raise typer.Exit(2) from None


def _check_length(path: Path, number: int, column: str, name: str) -> str:
    if len(name) > MAX_LENGTH:
        raise BadTable(
            f"{path}: row {number}, column {column}: the name has {len(name)} characters, at most "
            f"{MAX_LENGTH} are taken; give one name per field"
        )
    return name


def _show_progress[T](items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """Pass items on, with a progress bar where stderr is a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        return items
    return track(items, description=what, total=total, console=Console(stderr=True))


def _report(as_json: bool, count: int, what: str, out: Path) -> None:
    if as_json:
        typer.echo(json.dumps({what: count, "out": str(out)}))
    else:
        typer.echo(f"{count} {what} written to {out}", err=True)


def _read_pairs(path: Path) -> Iterator[Row]:
    for number, row in read_table(path, _PAIR_COLUMNS):
        for column in ("name_a", "name_b"):
            _check_length(path, number, column, row[column])
        yield row


def _score_rows(rows: Sequence[Row]) -> Iterator[Row]:
    pairs = [(r["name_a"], r["name_b"], r["lang_a"], r["lang_b"]) for r in rows]
    for row, value in zip(rows, score_pairs(pairs), strict=True):
        yield {**row, "score": f"{value:.6f}"}


@app.command()
def score(
    pairs: Annotated[Path, typer.Option(help="CSV: name_a, lang_a, name_b, lang_b.")],
    out: Annotated[Path, typer.Option(help="CSV to write: the same rows plus score.")],
    as_json: _Json = False,
) -> None:
    """Score pairs of names: 0 is surely different, 1 surely the same name.

    lang_a and lang_b are BCP 47 tags with script (kk-Cyrl, ug-Arab, zh-Hans) and may be empty.
    """
    count = 0
    with _bad_input_ends_with_2():
        header = read_header(pairs, _PAIR_COLUMNS)
        if "score" in header:
            raise BadTable(f"{pairs}: row 1 has a column score already; rename it first")
        with write_table(out, [*header, "score"]) as writer:
            for chunk in _show_progress(batched(_read_pairs(pairs), _AT_A_TIME), "Scoring"):
                writer.writerows(_score_rows(chunk))
                count += len(chunk)
    _report(as_json, count, "pairs", out)


def _read_names(path: Path) -> list[tuple[str, str, str]]:
    return [
        (row["id"], _check_length(path, number, "name", row["name"]), row["lang"])
        for number, row in read_table(path, _NAME_COLUMNS)
    ]


def _ranked_rows(
    query_id: str, ranking: Sequence[Ranked], offered: Sequence[tuple[str, str, str]]
) -> Iterator[Row]:
    for place, found in enumerate(ranking, start=1):
        values = (query_id, str(place), offered[found.position][0], f"{found.score:.6f}")
        yield dict(zip(_RANKED_COLUMNS, values, strict=True))


@app.command("rank")
def rank_names(
    queries: Annotated[Path, typer.Option(help="CSV: id, name, lang.")],
    candidates: Annotated[Path, typer.Option(help="CSV: id, name, lang.")],
    out: Annotated[Path, typer.Option(help="CSV to write: query_id, rank, candidate_id, score.")],
    top: Annotated[int, typer.Option(min=1, help="How many candidates a query gets.")] = 10,
    as_json: _Json = False,
) -> None:
    """Rank candidates for each query by how likely they are the same name, best first.

    lang is a BCP 47 tag with script (kk-Cyrl, ug-Arab, zh-Hans) and may be empty.
    """
    count = 0
    with _bad_input_ends_with_2():
        asked, offered = _read_names(queries), _read_names(candidates)
        rankings = rank([name[1:] for name in asked], [name[1:] for name in offered], top)
        with write_table(out, _RANKED_COLUMNS) as writer:
            for at, ranking in enumerate(_show_progress(rankings, "Ranking", len(asked))):
                writer.writerows(_ranked_rows(asked[at][0], ranking, offered))
                count += len(ranking)
    _report(as_json, count, "rows", out)


@app.command("explain")
def explain_pair(
    name_a: Annotated[str, typer.Argument(metavar="A", help="A name.")],
    name_b: Annotated[str, typer.Argument(metavar="B", help="Another name.")],
    lang_a: Annotated[str, typer.Option(help="BCP 47 tag of A, if known.")] = "",
    lang_b: Annotated[str, typer.Option(help="BCP 47 tag of B, if known.")] = "",
    as_json: _Json = False,
) -> None:
    """Show which pieces of two names correspond, and how the score comes about."""
    with _bad_input_ends_with_2():
        explanation = explain(name_a, name_b, lang_a, lang_b)
    if as_json:
        typer.echo(json.dumps(asdict(explanation), ensure_ascii=False))
    else:
        typer.echo(str(explanation))
