import datetime
import zipfile
from io import BytesIO
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.intake.cells import is_error, is_formula
from aigaq.intake.drafts import Reject, RowDraft
from aigaq.intake.tables import read_table
from aigaq.records.errors import BadInput

from .builders import HEADER, complaint, draft, values, wide, xlsx

HEAD = ",".join(HEADER)
GOOD = "1,Pérez,,1976,,,,"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"\xef\xbb\xbf", "first row is empty"),
        (b",,,\n1,2,3", "first row is empty"),
        (b"%PDF-1.7 x", "a PDF file"),
        (b"\x89PNG....", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "an old Excel file (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x00\x01\x02\x03" * 50, "not a row of headings"),
        (HEAD.replace("name", "nam").encode(), "no column “name”; did you mean “nam”?"),
        (HEAD.replace("phone", "sex").encode(), "the heading “sex” stands twice"),
        (b"a;b;c\n1;2;3", "no column “id”"),
    ],
)
def test_what_is_no_such_table_is_one_clear_line(data: bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_table(data, "list.csv", wide())
    assert words in str(caught.value)
    assert str(caught.value).startswith("list.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    data = f"{HEAD}\r\n{GOOD}\r\n".replace(",", delimiter).encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    told = "" if encoding.startswith("utf") else "format: {encoding: windows-1252}"
    good, rejects = draft(data, wide(told))
    assert [values(row, "name") for row in good] == [["Pérez"]]
    assert not rejects


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    good, _ = draft(f'{HEAD}\n\n1,"A\nB",,,,,,\n,,,,,,,\n2,C,,,,,,'.encode(), wide())
    assert [row.row for row in good] == [3, 5]
    assert values(good[0], "name") == ["A B"]
    assert good[0].claims[0].words == "A\nB"


def test_empty_cells_at_the_end_of_a_row_do_no_harm() -> None:
    good, rejects = draft(f"{HEAD}\n{GOOD},,,\n".encode(), wide())
    assert (len(good), len(rejects)) == (1, 0)


def test_columns_beginning_with_an_underscore_are_not_read() -> None:
    good, rejects = draft(f"{HEAD},_seen\n{GOOD},=NOW()\n".encode(), wide())
    assert (len(good), len(rejects)) == (1, 0)


def test_the_line_by_which_excel_tells_its_separator_is_no_row() -> None:
    good, _ = draft(f"sep=;\n{HEAD}\n{GOOD}\n".replace(",", ";").encode(), wide())
    assert [row.row for row in good] == [2]


def test_formulas_are_told_quickly_in_long_cells() -> None:
    assert not is_formula("+" + "|" * 99_999)
    assert not is_formula("+" + "1" * 99_999)


def test_headings_over_lines_and_with_spaces_are_one_line() -> None:
    head = HEAD.replace("taken", '" taken\r\non"')
    with pytest.raises(BadInput, match="did you mean “taken on”"):
        read_table(head.encode(), "list.csv", wide())


def test_formulas_in_columns_nobody_maps_do_no_harm() -> None:
    assert draft(f"{HEAD},n\n{GOOD},=A1\n".encode(), wide())[1] == []
    rows = [[*HEADER, "n"], [1, "Pérez", "", 1976, "", "", "", "", "=A1"]]
    good, rejects = draft(xlsx(rows), wide())
    assert values(good[0], "arrest_date") == ["1976"]
    assert rejects == []


def test_a_workbook() -> None:
    from_sheet = xlsx(
        [
            HEADER,
            [1, "Pérez", None, "26/12/1976", "Masculino", 26.0, "LA PLATA", "+7 701 000 00 01"],
            [2, "Gómez", None, "=1+1"],
            [],
            [4, "Díaz", None, "#REF!"],
            [5, "Ñandú", None, 1976, None, None, None, None, "beyond"],
        ]
    )
    good, rejects = draft(from_sheet, wide(), "list.xlsx")
    assert [(row.row, row.mention) for row in good] == [(2, "1")]
    assert values(good[0], "age_when_taken") == ["26"]
    assert [(r.row, r.column, r.value) for r in rejects] == [
        (3, "taken", "=1+1"),
        (5, "taken", "#REF!"),
        (6, "", "beyond"),
    ]


def test_real_dates_of_a_workbook_are_read_whatever_the_formats() -> None:
    rows = [HEADER, [1, "A", "", datetime.datetime(1976, 12, 26)]]
    good, _ = draft(xlsx(rows), wide())
    assert values(good[0], "arrest_date") == ["1976-12-26"]


def test_a_named_sheet_must_exist() -> None:
    data = xlsx([HEADER, [1, "A"]], title="List")
    assert len(draft(data, wide("format: {sheet: List}"))[0]) == 1
    with pytest.raises(BadInput, match="no sheet “Other”; it has List"):
        draft(data, wide("format: {sheet: Other}"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    with pytest.raises(BadInput, match="unpacks to 30,000,011 bytes"):
        read_table(out.getvalue(), "list.xlsx", wide())


def test_xml_entities_are_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>')
    with pytest.raises(BadInput, match="defines XML entities"):
        read_table(out.getvalue(), "list.xlsx", wide())


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["mimetype", "content.xml"], "OpenDocument"),
        (["word/document.xml"], "Word document"),
        (["a.csv"], "zip archive"),
    ],
)
def test_other_zip_files_are_named(names: list[str], words: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(BadInput, match=words):
        read_table(out.getvalue(), "list.xlsx", wide())


def test_a_cut_off_workbook_is_refused_whole() -> None:
    data = xlsx([HEADER, *([n, "A"] for n in range(1, 200))])
    for size in (len(data) // 2, len(data) - 30):
        with pytest.raises(BadInput, match="damaged"):
            read_table(data[:size], "list.xlsx", wide())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes_never_raise_anything_but_bad_input(noise: bytes, headed: bool) -> None:
    data = HEAD.encode() + b"\n" + noise if headed else noise
    found: list[RowDraft | Reject] = []
    assert "\n" not in complaint(lambda: found.extend(chain(*draft(data, wide()))))
    assert all(one.claims if isinstance(one, RowDraft) else one.reason for one in found)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_spoiled_workbook_is_read_or_bad_input(data: st.DataObject) -> None:
    whole = bytearray(_WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert "\n" not in complaint(lambda: draft(bytes(whole), wide()))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_workbook_with_spoiled_xml_is_read_or_bad_input(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(_PARTS)))
    text = bytearray(_PARTS[part])
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(b'<>"/ A9-&\0z'))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**_PARTS, part: bytes(text)}.items():
            archive.writestr(name, content)
    assert "\n" not in complaint(lambda: draft(out.getvalue(), wide()))


_WORKBOOK = xlsx([HEADER, [1, "A", "", "1976"], [2, "=1+1", "", 1976.5]])
with zipfile.ZipFile(BytesIO(_WORKBOOK)) as _archive:
    _PARTS = {name: _archive.read(name) for name in _archive.namelist()}

junk = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters='"'), max_size=30)


@settings(max_examples=100, deadline=None)
@given(st.lists(junk, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_good_rows_among_any_junk_without_quotes_survive(lines: list[str], end: str) -> None:
    text = HEAD
    for number, line in enumerate(lines):
        text += f"{end}{line}{end}g{number},Pérez,,1976,,,,"
    good, _ = draft(text.encode(), wide())
    kept = {row.mention for row in good}
    assert {f"g{number}" for number in range(len(lines))} <= kept


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text('",ab \n', max_size=12), max_size=8))
def test_good_rows_among_broken_quotes_survive(lines: list[str]) -> None:
    # Junk that closes a quote rightly makes one long cell of what stands between, by the rules of CSV;
    # three good rows in a row are then told from prose.
    text = HEAD
    for number, line in enumerate(lines):
        good = "".join(f"\ng{number}{part},Pérez,,1976,,,," for part in "abc")
        text += f"\n{line}{good}"
    good_rows, _ = draft(text.encode(), wide())
    kept = {row.mention for row in good_rows}
    assert {f"g{n}{part}" for n in range(len(lines)) for part in "abc"} <= kept


@pytest.mark.parametrize("text", ["=A1", "= 1+1", "=СУММ(A1)", "+A1", "-A1+3", "@SUM(1)", "-2+3*4"])
def test_formulas(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    ["=", "==", "+7 701 123-45-67", "-", "-12", "-12.5", "- hermano (a)", "@nick", "+", "a=b"],
)
def test_texts_that_are_no_formulas(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize(
    "text", ["#REF!", "#DIV/0!", "#NAME?", "#N/A", "#¡REF!", "#ССЫЛКА!", "####"]
)
def test_errors_of_spreadsheets(text: str) -> None:
    assert is_error(text)


@pytest.mark.parametrize("text", ["#1", "#hashtag", "# 5", "#"])
def test_texts_that_are_no_errors(text: str) -> None:
    assert not is_error(text)
