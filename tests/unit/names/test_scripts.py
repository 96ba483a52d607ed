import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.names import scripts
from aigaq.names.keys import keys
from aigaq.names.scripts import MAX_LENGTH, NameTooLong, fold, script_of

from .strategies import REAL, any_text, in_presentation_forms, names

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202b\u202c"


@given(any_text)
def test_any_text_folds_and_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)[:MAX_LENGTH]) == fold(text)[:MAX_LENGTH].strip()


@given(names)
def test_composition_does_not_matter(name: str) -> None:
    forms = {form: fold(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC")}
    assert set(forms.values()) == {fold(name)}


@given(names)
def test_case_does_not_matter(name: str) -> None:
    if "ı" not in name and "I" not in name:
        assert fold(name.upper()) == fold(name.lower()) == fold(name)


@given(names, st.sampled_from(ZERO_WIDTH), st.data())
def test_invisible_characters_do_not_matter(name: str, mark: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    assert fold(name[:at] + mark + name[at:]) == fold(name)


@given(names)
def test_spacing_does_not_matter(name: str) -> None:
    assert fold(f"\u3000 {name.replace(' ', chr(0xA0) * 2)}\t\n") == fold(name)


@given(names)
def test_presentation_forms_do_not_matter(name: str) -> None:
    assert fold(in_presentation_forms(name)) == fold(name)


_PLAIN = [chr(code) for code in range(0x10000) if scripts._ONE_BY_ONE.fullmatch(chr(code))]


def test_characters_that_fold_one_by_one_leave_nothing_that_joins_its_neighbour() -> None:
    assert len(_PLAIN) > 20_000
    for char in _PLAIN:
        assert not any(unicodedata.combining(c) for c in scripts._FOLDED[ord(char)]), ascii(char)


@given(st.text(alphabet=st.sampled_from(_PLAIN), max_size=40))
def test_folding_one_by_one_is_folding_all_at_once(text: str) -> None:
    at_once = scripts._fold_letters(text).translate(scripts._SIMPLIFIED)
    assert text.translate(scripts._FOLDED) == at_once


@pytest.mark.parametrize("name", REAL)
def test_presentation_forms_were_in_fact_written(name: str) -> None:
    if script_of(name) in ("Arab", "Latn"):
        assert in_presentation_forms(name) != name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Нурлaн", "нурлан"),  # a Latin a
        ("Nurlаn", "nurlan"),  # a Cyrillic а
        ("Hұрлан", "һұрлан"),
        ("Бeк", "бек"),
        ("Cepiк", "серік"),
        ("əлия", "әлия"),
        ("Oʻtkir", "o'tkir"),
        ("Qur’an", "qur'an"),
        ("麦麦提・阿卜杜拉", "麦麦提·阿卜杜拉"),
        ("買買提", "买买提"),
        ("ٴاليحان", "ءاليحان"),
        ("کەرىم", "كەرىم"),
        ("هاشىم", "ھاشىم"),
        ("نه‌ر", "نەر"),
        ("İsmail", "ismail"),
    ],
)
def test_keyboards_are_made_one(typed: str, meant: str) -> None:
    assert fold(typed) == meant


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Нұрбақыт", "Cyrl"),
        ("نۇرباقىت", "Arab"),
        ("努尔", "Hans"),
        ("Nurbakhyt", "Latn"),
        ("12 · –", "Zyyy"),
        ("", "Zyyy"),
        ("Алихан (Ali)", "Cyrl"),
        ("アリハン", "Kana"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def test_long_names_are_refused_with_their_length() -> None:
    fold("a" * MAX_LENGTH)
    with pytest.raises(NameTooLong, match="257 characters"):
        fold("a" * (MAX_LENGTH + 1))
    with pytest.raises(NameTooLong):
        keys("我" * 300)
