import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from aigaq.intake.csvlines import Splitter

text = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
rows = st.lists(st.lists(text, min_size=4, max_size=4), min_size=1, max_size=8)


def split(content: str, delimiter: str = ",") -> list[tuple[int, list[str], str]]:
    return [(r.number, r.cells, r.problem) for r in Splitter(delimiter).records(content)]


@given(rows, st.sampled_from(",;\t|"), st.sampled_from(["\r\n", "\n", "\r"]))
def test_what_the_csv_module_writes_is_read_back(
    table: list[list[str]], delimiter: str, end: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    assert [cells for _, cells, _ in split(out.getvalue(), delimiter)] == table


@given(st.text(st.sampled_from('",\n\ra'), max_size=60))
def test_every_line_is_accounted_for_and_numbers_count_up(content: str) -> None:
    found = split(content)
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
    letters = sum(cell.count("a") for _, cells, _ in found for cell in cells)
    assert letters == content.count("a")


def test_a_cell_over_lines_is_one_row() -> None:
    assert split('a,b,c,d\n1,"x\r\ny","",z\n') == [
        (1, ["a", "b", "c", "d"], ""),
        (2, ["1", "x\r\ny", "", "z"], ""),
    ]


def test_prose_over_lines_stays_one_cell_even_where_a_line_has_as_many_commas() -> None:
    story = "They came at night.\nOn Monday, at noon, in Kulja, they came\nand nobody knew."
    found = split(f'a,b,c,d\n1,2,3,"{story}"\n')
    assert [cells for _, cells, _ in found][1] == ["1", "2", "3", story]


def test_good_rows_after_an_unclosed_quote_survive_though_a_later_row_closes_it() -> None:
    found = split('a,b,c,d\n1,"x,y,z\n2,b,c,d\n3,b,c,d\n4,b",c,d\n')
    assert [cells[0] for _, cells, problem in found if not problem] == ["a", "2", "3", "4"]
    assert [(number, problem[:17]) for number, _, problem in found if problem] == [
        (2, "a quotation mark ")
    ]


def test_an_unclosed_quote_costs_one_line_to_the_end_of_the_file() -> None:
    found = split('a,b\n1,"x\n' + "2,y\n" * 1000)
    assert len([1 for _, cells, problem in found if cells == ["2", "y"] and not problem]) == 1000


def test_quotes_inside_an_unquoted_cell_are_text() -> None:
    assert split('1,Juan "El Negro" Pérez')[0][1] == ["1", 'Juan "El Negro" Pérez']
