import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.names.pinyin import hanzi_syllables, initial_final, readings, split_pinyin
from aigaq.names.tables import read_rows

from .strategies import any_text

SYLLABLES = [row[0] for row in read_rows("pinyin.tsv")]


@pytest.mark.parametrize(
    "typed",
    [
        "NUERBAHETI",
        "Nu'erbaheti",
        "nǔ ěr bā hé tí",
        "Nu3er3ba1he2ti2",
        "NU ER BA HE TI",
        "nu-er-ba-he-ti",
    ],
)
def test_one_name_however_its_pinyin_is_typed(typed: str) -> None:
    assert split_pinyin(typed) == ("nu", "er", "ba", "he", "ti")


@pytest.mark.parametrize("typed", ["LÜ", "LV", "LYU", "lu:", "lǚ", "lü3"])
def test_every_way_to_write_u_umlaut(typed: str) -> None:
    assert split_pinyin(typed) == ("lv",)


@pytest.mark.parametrize("word", ["Nurlan", "Murat", "Bakhyt", "Serik", "Нұрлан", "", "1234"])
def test_what_is_no_pinyin_is_not_cut(word: str) -> None:
    assert split_pinyin(word) == ()


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("ABUDUREYIMU", "a bu du re yi mu"),
        ("MAIMAITI TUERXUN", "mai mai ti tu er xun"),
        ("GULINAZI", "gu li na zi"),
        ("xi'an", "xi an"),
        ("XIAN", "xian"),
    ],
)
def test_passport_pinyin_is_cut_where_it_is_likeliest(typed: str, cut: str) -> None:
    assert split_pinyin(typed) == tuple(cut.split())


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8))
def test_written_breaks_are_kept(syllables: list[str]) -> None:
    by_parts = tuple(part for syllable in syllables for part in split_pinyin(syllable))
    assert split_pinyin("'".join(syllables)) == by_parts


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8))
def test_run_together_pinyin_is_always_pinyin(syllables: list[str]) -> None:
    letters = "".join(syllables)
    assert (
        sum(map(len, split_pinyin(letters))) == len(letters) or "lue" in letters or "nue" in letters
    )


@given(any_text)
def test_any_text_is_cut_or_refused_quietly(text: str) -> None:
    assert all(isinstance(s, str) for s in split_pinyin(text))


def test_the_reading_of_transcribed_names_comes_first() -> None:
    assert readings("什")[0] == "shi"
    assert readings("车")[0] == "che"
    assert set(readings("合")) >= {"he", "ge"}
    assert readings("x") == ()
    assert [r[0] for r in hanzi_syllables("喀什·努尔")] == ["ka", "shi", "nu", "er"]


def test_syllables_are_cut_into_initial_and_final() -> None:
    cut = {s: initial_final(s) for s in ("zhang", "er", "yi", "nv")}
    assert cut == {"zhang": ("zh", "ang"), "er": ("", "er"), "yi": ("y", "i"), "nv": ("n", "v")}
