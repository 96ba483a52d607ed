import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.intake.cells import BROKEN
from aigaq.intake.rejects import write_rejects
from aigaq.intake.tables import read_table

from .builders import HEADER, draft, wide

cell = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=20).filter(
    lambda text: not BROKEN.search(text) and "\ufeff" not in text
)
tricky = st.sampled_from(
    ["=A1", "+7 701", "-", "@a", "'", "''=1", "\t", 'a"b', "a;b", "a\r\nb", " x "]
)


def table(rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


@settings(max_examples=150, deadline=None)
@given(st.lists(cell | tricky, min_size=2, max_size=2), st.sampled_from(",;\t"))
def test_a_mended_row_comes_back_exactly(notes: list[str], delimiter: str) -> None:
    header = [*HEADER, "n1", "n2"]
    bad = ["7", "Ana", "", "31/02/1977", "", "", "", "", *notes]
    data = table([header, bad], delimiter)
    whole = read_table(data, "list.csv", wide())
    _, (reject,) = draft(data, wide())
    rejects = write_rejects(whole.header, [reject])

    shown = list(csv.reader(io.StringIO(rejects.decode("utf-8-sig"), newline="")))
    shown[1][3] = "28/02/1977"
    again = table(shown, delimiter)  # a spreadsheet may save it with another separator
    (row,) = read_table(again, "mended.csv", wide()).rows
    assert row.cells == ("7", "Ana", "", "28/02/1977", "", "", "", "", *notes)


@given(st.lists(cell | tricky, min_size=8, max_size=8))
def test_no_cell_of_the_file_begins_as_a_formula(cells: list[str]) -> None:
    _, rejects = draft(table([list(HEADER), cells]), wide())
    shown = csv.reader(io.StringIO(write_rejects(HEADER, rejects).decode("utf-8-sig"), newline=""))
    assert not any(one[:1] in tuple("=+-@\t\r") and one for row in shown for one in row)


def test_cells_too_many_stay_beside_the_row_until_they_are_put_in_place() -> None:
    data = table([list(HEADER), ["1", "Ana", "", "", "", "", "", "", "left", "over"]])
    _, (reject,) = draft(data, wide())
    rejects = write_rejects(HEADER, [reject])
    good, (again,) = draft(rejects, wide())
    assert good == []
    assert (again.column, again.value) == ("_extra", "left | over")
    assert write_rejects(HEADER, [again]).count(b"left | over") >= 1
    good, left = draft(rejects.replace(b'"left | over"', b'""', 1), wide())
    assert (len(good), left) == (1, [])


def test_a_mapping_for_another_encoding_and_delimiter_reads_its_rejects_file() -> None:
    mapping = wide("format: {encoding: windows-1251, delimiter: ';'}")
    data = ";".join(HEADER).encode() + b"\n" + "1;Әлия;;1976;;;;".encode("windows-1251", "replace")
    data += b"\n" + "2;Алия;;2/3;;;;".encode("windows-1251")
    _, rejects = draft(data, mapping)
    mended = write_rejects(HEADER, rejects).replace(b"2/3", b"1937")
    good, left = draft(mended, mapping)
    assert left == []
    assert [claim.value for claim in good[0].claims] == ["Алия", "1937"]
