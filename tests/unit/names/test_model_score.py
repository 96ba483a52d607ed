"""The learned similarity: symmetric, blind to how a name was typed, bounded, and right on clear cases."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.names import POSSIBLE, SAME, NameTooLong, rank, score, score_pairs
from aigaq.names.model import Scorer
from aigaq.names.params import load

NAMES = [
    "Нұрбақыт Сәбитұлы",
    "Нурбахыт Сабитов",
    "نۇرباقىت",
    "努尔巴合提·沙比提",
    "NUERBAHETI",
    "Nurbakhyt",
    "Мәмет",
    "买买提",
    "麦麦提",
    "مەمەت",
    "Ахмет қажы",
    "轮台县",
    "O'Brien",
    "",
]
TEXT = st.text(max_size=256)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Нұрбақыт", "努尔巴合提"),
        ("努尔巴合提", "NUERBAHETI"),
        ("Нұрбақыт", "Nurbakhyt"),
        ("نۇرباقىت", "Нұрбақыт"),
        ("Нұрбақыт Сәбитұлы", "Нурбахыт Сабитов"),
        ("Нұрбақыт Сәбитұлы", "努尔巴合提·沙比提"),
        ("Nurbakhyt Sabit", "Сәбит Нұрбақыт"),
        ("买买提", "麦麦提"),
        ("轮台", "Bugur"),
    ],
)
def test_one_name_in_two_scripts_is_the_same(a: str, b: str) -> None:
    assert score(a, b) >= SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Нұрбақыт", "Гүлнар"),
        ("Нұрлан Ахметұлы", "Серік Омарұлы"),
        ("Ахмет қажы", "Серік қажы"),
        ("Memet Ghulam", "Memet Rozi"),
        ("Hajji", "Қажы Ахмет"),
        ("Imam Serik", "Imam Nurlan"),
        ("Серікұлы", "Омарұлы"),
        ("Ахметов", "Омаров"),
        ("ұлы", "oghli"),
        ("Мұратбек", "Асанбек"),
        ("Серікжан", "Ерланжан"),
        ("مەمەت غۇلام", "Memet Rozi"),
        ("努尔巴合提", "Gulnar"),
        ("", "Нұрлан"),
        ("", ""),
        ("123", "456"),
    ],
)
def test_two_names_are_not_the_same_nor_is_a_shared_title_or_ending(a: str, b: str) -> None:
    assert score(a, b) < POSSIBLE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Нұрлан Ахметұлы", "Нұрлан Сәбитұлы"),
        ("Нурлан Ахметов", "Нурлан Омаров"),
        ("Нұрлан Қасым", "Нұрлан Тоқтар"),
        ("买买提·吾拉木", "买买提·肉孜"),
        ("努尔兰·阿合买提", "Нұрлан Сәбитұлы"),
        ("Айгүл Омарқызы", "Жанар Омарқызы"),
    ],
)
def test_a_shared_name_beside_another_father_is_never_the_same(a: str, b: str) -> None:
    assert score(a, b) < SAME


def test_scores_are_symmetric_for_every_pair_of_scripts() -> None:
    pairs = [(a, b) for a in NAMES for b in NAMES]
    ahead = score_pairs(pairs).reshape(len(NAMES), -1)
    assert (ahead == ahead.T).all()
    assert (ahead >= 0).all()
    assert (ahead <= 1).all()


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT)
def test_no_text_raises_and_the_order_does_not_matter(a: str, b: str) -> None:
    value = score(a, b)
    assert 0 <= value <= 1
    assert value == score(b, a)


@pytest.mark.parametrize(
    "retype",
    [
        lambda n: unicodedata.normalize("NFD", n),
        lambda n: unicodedata.normalize("NFKD", n),
        str.upper,
        lambda n: f"  {n.replace(' ', '   ')}\u00a0",
        lambda n: "\u200b".join(n),
        lambda n: f"\u200f{n}\ufeff",
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_how_a_name_was_typed_does_not_change_its_score(name: str, retype) -> None:  # type: ignore[no-untyped-def]
    assert score(retype(name), "Нұрбақыт") == score(name, "Нұрбақыт")


def test_arabic_presentation_forms_do_not_change_the_score() -> None:
    shaped = "\ufee7\ufeee\ufead"  # نور in presentation forms
    plain = unicodedata.normalize("NFKC", shaped)
    assert shaped != plain
    assert score(shaped, "Нұр") == score(plain, "Нұр")


def test_a_batch_gives_what_single_calls_give() -> None:
    pairs = [(a, b) for a in NAMES[:7] for b in NAMES[5:12]]
    assert score_pairs(pairs).tolist() == [score(a, b) for a, b in pairs]
    assert len(score_pairs([])) == 0


def test_a_frequent_word_weighs_less_than_a_rare_one() -> None:
    rare, common = score_pairs([("Тілеуқабыл", "Тілеуқабыл Омарұлы"), ("Нұрлан", "Нұрлан Омарұлы")])
    assert POSSIBLE <= common < SAME <= rare
    caps = load().caps
    assert caps["ivan"] < max(caps.values())
    assert all(cap > 0 for cap in caps.values())


def test_remembered_pairs_of_words_change_nothing() -> None:
    names = [f"{a} {b}" for a in ("Нұрлан", "Әсет", "Memet") for b in ("Омарұлы", "Rozi", "Сабит")]
    pairs = [(a, b) for a in names for b in names]
    assert score_pairs(pairs + pairs).tolist() == 2 * [score(a, b) for a, b in pairs]


def test_too_long_a_name_is_refused() -> None:
    with pytest.raises(NameTooLong):
        score("а" * 257, "Нұрлан")
    assert score("а" * 256, "Нұрлан") >= 0


def test_the_table_of_steps_is_bounded_by_the_longest_name() -> None:
    scorer = Scorer(["а б в г " * 32, "努" * 256, "ab" * 128, "\ufdfa" * 256])
    assert scorer.store.word_at[1] <= 8
    assert len(scorer._space[0]) <= 257 * 257


def test_rank_puts_the_right_form_first_and_keeps_ties_in_order() -> None:
    ((best, second),) = rank(["努尔巴合提"], ["Гүлнар", "Нұрбақыт", "Нұрбақыт"], top=2)
    assert (best.position, second.position) == (1, 2)
    assert best.score == second.score >= SAME
