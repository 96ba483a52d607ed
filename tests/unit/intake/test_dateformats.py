from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.intake.dateformats import ImpossibleDate, compile_format, read_date
from aigaq.intake.months import month_numbers
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadInput

FORMATS = tuple(
    compile_format(text, "es,en,ru,fr,kk", 1900)
    for text in (
        "%d/%m/%Y", "%dº/%m/%Y", "%b/%Y", "%d-%d/%m/%Y", "%d/%m-%d/%m/%Y", "%b-%b/%Y",
        "%b/%Y-%b/%Y", "%b/%Y-AÑO/%Y", "AÑOS/%Y-%y", "fines/%m/%Y", "%d %b %Y", "%b %d, %Y",
        "%b %d-%d, %Y", "%Y年%m月", "%d.%m.%y", "%Y", "edtf",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("26/12/1976", "1976-12-26"),
        ("1º/03/1976", "1976-03-01"),
        ("NOV/1976", "1976-11"),
        ("sept./1976", "1976-09"),
        ("27-28/06/1978", "1978-06-27/1978-06-28"),
        ("30/11-02/12/1976", "1976-11-30/1976-12-02"),
        ("SEP-OCT/1976", "1976-09/1976-10"),
        ("DIC/1974-ENE/1975", "1974-12/1975-01"),
        ("DIC/1977-AÑO/1978", "1977-12/1978"),
        ("AÑOS/1976-77", "1976/1977"),
        ("fines/09/1976", "1976-09"),
        ("5 ноября 1937", "1937-11-05"),
        ("14 févr. 1943", "1943-02-14"),
        ("5 қазан 2017", "2017-10-05"),
        ("March 3, 1938", "1938-03-03"),
        ("March 3-5, 1938", "1938-03-03/1938-03-05"),
        ("2017年12月", "2017-12"),
        ("05.11.37", "1937-11-05"),
        ("٠٥/١١/١٩٣٧", "1937-11-05"),
        ("1937~", "1937~"),
        ("193X", "193X"),
    ],
)
def test_dates_as_lists_write_them(text: str, edtf: str) -> None:
    assert read_date(text, FORMATS) == edtf
    parse_date(edtf)


@pytest.mark.parametrize("text", ["31/02/1977", "00/13/1977", "30/12-02/01/1977", "29/02/1937"])
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        read_date(text, FORMATS)


@pytest.mark.parametrize("text", ["last spring", "FOO/1976", "", "1/1", "12345"])
def test_texts_in_no_format(text: str) -> None:
    assert read_date(text, FORMATS) is None


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["es", "en", "ru", "fr", "kk"]), st.data())
def test_every_month_name_of_every_language_is_read(
    day: date, language: str, data: st.DataObject
) -> None:
    names = [name for name, n in month_numbers(language).items() if n == day.month]
    name = data.draw(st.sampled_from(names))
    form = compile_format("%d %b %Y", language)
    assert read_date(f"{day.day} {name.upper()} {day.year}", (form,)) == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_valid_date_or_none(text: str) -> None:
    try:
        found = read_date(text.strip(), FORMATS)
    except ImpossibleDate:
        return
    assert found is None or parse_date(found)


@pytest.mark.parametrize("wrong", ["%d/%m", "%H %Y", "%b %Y", "%d %Y", "%m/%y"])
def test_formats_that_cannot_be_used(wrong: str) -> None:
    with pytest.raises(BadInput, match="date format"):
        compile_format(wrong)


def test_month_names_of_an_unknown_language() -> None:
    with pytest.raises(BadInput, match="'xx'"):
        compile_format("%b %Y", "xx")
