import pytest

from aigaq.linkage.identity_numbers import check_digit, read_number


def test_the_parts_of_a_resident_number():
    # GB 11643-1999, annex: 11010519491231002X is the standard's own example.
    read = read_number("110105 19491231 002x")
    assert (read.text, read.county, read.birth, read.sex) == (
        "11010519491231002X",
        "110105",
        "19491231",
        "female",
    )
    assert read.holds
    assert check_digit("11010519491231002X") == "X"


def test_a_wrong_check_digit_is_told_and_the_parts_stay():
    read = read_number("110105194912310021")
    assert not read.holds
    assert read.birth == "19491231"


def test_the_former_kind_has_fifteen_digits():
    read = read_number("110105491231002")
    assert (read.birth, read.sex, read.holds) == ("19491231", "female", False)


@pytest.mark.parametrize("text", ["", "-", "1234", "n/a"])
def test_too_short_to_say_anything(text):
    assert read_number(text).text == ""


@pytest.mark.parametrize("text", ["N01234567", "110105194913310021", "+7 701 234 56 78"])
def test_numbers_of_other_kinds_have_no_parts(text):
    read = read_number(text)
    assert read.text
    assert (read.county, read.birth, read.sex) == ("", "", "")
