"""A file with every kind of broken row between good ones: no good row is lost, each bad one is named."""

import csv
import io

import pytest

from aigaq.intake.csvlines import Splitter
from aigaq.intake.rejects import write_rejects
from aigaq.intake.tables import read_table

from .builders import HEADER, draft, values, wide

LONG = "Ñ" * 1_048_576
HERE = "Pozo de Banfield"


def cells(key: str, **changed: str) -> list[str]:
    row = dict(zip(HEADER, (key, f"Pérez, Ana {key}", "", "1976", "", "", HERE, ""), strict=True))
    return list({**row, **changed}.values())


def line(key: str, **changed: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells(key, **changed))
    return out.getvalue().encode("utf-8", "surrogatepass")


# kind → (the line, column named, start of the value shown, words of the reason)
BROKEN: dict[str, tuple[bytes, str, str, str]] = {
    "wrong encoding": ("b1,Muñoz,,1976,,,,".encode("latin-1"), "name", "Mu\ufffdoz", "encoding"),
    "too few cells": (b"b2,Ana,,1976", "sex", "", "4 cells where the headings are 8"),
    "too many cells": (line("b3") + b",more", "", "more", "9 cells where the headings are 8"),
    "impossible date": (line("b4", taken="31/02/1977"), "taken", "31/02/1977", "impossible date"),
    "no date": (line("b5", taken="last spring"), "taken", "last spring", "no date in the mapping"),
    "formula =": (line("b6", place="=SUM(A1:A9)"), "place", "=SUM", "formula"),
    "formula +": (line("b7", phone="+1+cmd|' /C calc'!A0"), "phone", "+1+cmd", "formula"),
    "formula -": (line("b8", place="-SUM(A1)"), "place", "-SUM", "formula"),
    "formula @": (line("b9", place="@SUM(1+1)"), "place", "@SUM", "formula"),
    "spreadsheet error": (line("b10", place="#REF!"), "place", "#REF!", "spreadsheet's error"),
    "1 MB cell": (line("b11", place=LONG), "place", "ÑÑÑ", "1,048,576 characters"),
    "NUL": (b"b12,An\0a,,1976,,,,", "name", "An\0a", "NUL"),
    "control character": (b"b13,An\x07a,,1976,,,,", "name", "An\x07a", "control character"),
    "unterminated quote": (b'b14,"Ana,,1976,,,,', "name", '"Ana', "not closed"),
    "stray quote": (b'b15,"An"a,,1976,,,,', "name", '"An"a', "after a closing quotation mark"),
    "missing key": (line(""), "id", "", "key is missing"),
    "repeated key": (line("g1", place="Elsewhere"), "id", "g1", "already in row 2"),
    "unknown term": (line("b16", sex="Varón"), "sex", "Varón", "no term of sex"),
    "no number": (line("b17", age="veinte"), "age", "veinte", "fits none of the patterns"),
    "missing name": (line("b18", name=""), "name", "", "name is missing"),
    "lone surrogate": (b"b19,An\xed\xa0\x80a,,1976,,,,", "name", "An", "encoding"),
    "noncharacter": (line("b20", name="An\ufdd0a"), "name", "An\ufdd0a", "no character"),
    "direction override": (line("b21", name="An\u202ea"), "name", "An", "direction override"),
    "language tag": (line("b22", tag="spanish"), "tag", "spanish", "needs a language and a script"),
    "name too long": (line("b23", name="A" * 257), "name", "AAA", "257 characters"),
    "letters lost before": (line("b24", name="Mu\ufffdoz"), "name", "Mu", "letters were lost"),
    "missing column": (b"b25;Ana;;1976;;;;", "name", "", "1 cell where the headings are 8"),
}
ENDS = (b"\r\n", b"\n", b"\r")


def broken_file() -> bytes:
    """Return the file: a BOM, headings, and every broken line between two good ones, line ends mixed."""
    lines = [b"\xef\xbb\xbf" + ",".join(HEADER).encode(), line("g1")]
    for number, (bad, *_) in enumerate(BROKEN.values(), start=2):
        lines.extend([bad, line(f"g{number}", name=f"\ufeffGood {number}")])
    lines.extend([b"", b",,,,,,,"])
    return b"".join(text + ENDS[at % 3] for at, text in enumerate(lines))


def test_there_are_at_least_twenty_kinds() -> None:
    assert len(BROKEN) >= 20


def test_no_good_row_is_lost() -> None:
    good, _ = draft(broken_file(), wide())
    assert [row.mention for row in good] == [f"g{n}" for n in range(1, len(BROKEN) + 2)]
    assert values(good[1], "name") == ["Good 2"]
    assert all(values(row, "arrest_place") == [HERE] for row in good)


@pytest.mark.parametrize("kind", BROKEN)
def test_each_bad_row_is_named(kind: str) -> None:
    _, rejects = draft(broken_file(), wide())
    assert len(rejects) == len(BROKEN)
    at = list(BROKEN).index(kind)
    reject, (_, column, value, reason) = rejects[at], BROKEN[kind]
    assert reject.row == 3 + 2 * at
    assert reject.column == column
    assert reject.value.startswith(value)
    assert bool(reject.value) == bool(value)
    assert reason in reject.reason
    message = reject.line("list.csv")
    assert (message + reject.value).encode("utf-8")
    assert message.startswith(f"list.csv, row {reject.row}")
    assert len(message) < 400


def test_rejects_file_names_each_row_and_rejects_again_what_is_not_mended() -> None:
    table = read_table(broken_file(), "list.csv", wide())
    _, rejects = draft(broken_file(), wide())
    data = write_rejects(table.header, rejects)
    good, again = draft(data, wide(), "rejects.csv")
    assert good == []
    assert len(again) == len(rejects)
    header, *rows = [record.cells for record in Splitter(",").records(data.decode("utf-8-sig"))]
    assert header[-4:] == ["_extra", "_row", "_column", "_reason"]
    assert [int(row[-3]) for row in rows] == [reject.row for reject in rejects]
    assert [row[-1] for row in rows] == [reject.reason for reject in rejects]


def test_phone_numbers_dashes_and_handles_are_no_formulas() -> None:
    plain = ("+7 701 123 45 67", "-", "—", "-5", "- none", "@handle", "+7 (701) 123-45-67", "=")
    for text in plain:
        good, rejects = draft(
            b"\n".join([",".join(HEADER).encode(), line("k", phone=text)]), wide()
        )
        assert not rejects, text
        assert values(good[0], "phone") == [text]
