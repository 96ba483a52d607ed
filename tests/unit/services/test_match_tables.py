from datetime import date

import pytest

from aigaq.linkage.table import NOTHING
from aigaq.records.errors import BadInput
from aigaq.services.match_tables import base_of, read_plain, to_linkage


def read(text):
    return read_plain(text.splitlines(keepends=True), "a.csv")


def lines(table):
    return [problem.line(table.name) for problem in table.problems]


def test_good_rows_are_kept_and_bad_ones_told():
    table = read(
        "id,name,birth\n1,Ana,1950\n,Eva,1951\n1,Ina,1952\n3,Oda\n4,Uma,1953,x\n5,Isa,1954\n\n"
    )
    assert table.ids == ["1", "5"]
    assert lines(table) == [
        "a.csv, row 3, column id: is empty; the row is left out",
        "a.csv, row 4, column id: 1 stands in row 2 already; the row is left out",
        "a.csv, row 5: has 2 cells, the first row 3; left out",
        "a.csv, row 6: has 4 cells, the first row 3; left out",
    ]


def test_bytes_that_are_not_utf8_cost_one_row():
    table = read("id,name\n1,Ana\n2,M\udcfcller\n3,Eva\n")
    assert table.ids == ["1", "3"]
    assert lines(table) == [
        "a.csv, row 3, column name: is not UTF-8 or far too long; the row is left out"
    ]


def test_a_column_that_is_not_read_is_named():
    assert lines(read("id,name,phone\n1,Ana,5\n")) == [
        "a.csv, row 1, column phone: is not read; see docs/reference/matching.md for what is"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name\nAna\n", "no column id"),
        ("id,birth\n1,1950\n", "no column name"),
        (
            "id,name,birth,birth\n1,A,1,2\n",
            "the column birth stands twice; write birth_1 and birth_2",
        ),
    ],
)
def test_what_can_not_be_a_table_of_people_is_refused(text, said):
    with pytest.raises(BadInput, match=said):
        read(text)


@pytest.mark.parametrize(
    ("heading", "base"),
    [
        ("name_kk-Cyrl", "name"),
        ("birth_place_2", "birth_place"),
        ("birth_1", "birth"),
        ("event_date", "event_date"),
        ("names", ""),
    ],
)
def test_a_heading_may_carry_a_number_or_a_language(heading, base):
    assert base_of(heading) == base


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_part_cells_as_well(delimiter):
    table = read(delimiter.join(["id", "name"]) + "\n" + delimiter.join(["1", "Ana, Rojas"]) + "\n")
    assert table.columns["name"].values == ["Ana, Rojas"]


def births(*texts):
    table = read("id,name,birth\n" + "".join(f'{n},A,"{text}"\n' for n, text in enumerate(texts)))
    return to_linkage([table]).dates["birth"], lines(table)


def test_dates_are_spans_of_days():
    spans, told = births("1950", "1950-05-13", "", "13.05.1950")
    assert not told
    assert spans.low.tolist() == [
        date(1950, 1, 1).toordinal(),
        date(1950, 5, 13).toordinal(),
        NOTHING,
        date(1950, 5, 13).toordinal(),
    ]
    assert spans.parts.tolist()[3] == [1950, 5, 13]


def test_an_impossible_day_counts_as_its_year_and_keeps_its_digits():
    spans, told = births("1950-05-73")
    assert (spans.low[0], spans.high[0]) == (
        date(1950, 1, 1).toordinal(),
        date(1950, 12, 31).toordinal(),
    )
    assert spans.parts[0].tolist() == [1950, 5, 73]
    assert told == [
        "a.csv, column birth: '1950-05-73', id 0, is no day of the calendar; read as the year 1950"
    ]


def test_a_date_that_is_none_counts_as_not_said():
    spans, told = births("soon", "soon")
    assert spans.low.tolist() == [NOTHING, NOTHING]
    assert told[0].startswith("a.csv, column birth: 'soon', id 0 (and 1 rows more), is no EDTF")


def test_sex_in_words_of_several_languages():
    words = ["f", "Женский", "女", "ئايال", "m", "ер", "", "blue"]
    table = read("id,name,sex\n" + "".join(f"{n},A,{text}\n" for n, text in enumerate(words)))
    column = to_linkage([table]).words["sex"]
    told = [column.values[code] if code >= 0 else "" for code in column.codes]
    assert told == ["female"] * 4 + ["male"] * 2 + ["", ""]
    assert "blue" in lines(table)[0]


def test_names_of_every_form_and_two_tables_one_under_the_other():
    first = read("id,name,name_kk-Cyrl\n1,Ana,Ана\n2,,Ева\n")
    second = read("id,name,father_1,father_2\n1,Eva,Luis,Luis\n")
    table = to_linkage([first, second])
    assert table.size == 3
    assert [[c.values[k] if k >= 0 else "" for k in c.codes] for c in table.names] == [
        ["Ana", "", "Eva"],
        ["Ана", "Ева", ""],
    ]
    assert table.source.tolist() == [0, 0, 1]
    assert table.kin["father"].codes.tolist() == [NOTHING, NOTHING, 0]
    assert table.kin["father"].values == ["Luis"]
