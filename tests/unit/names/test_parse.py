import pytest
from hypothesis import given

from aigaq.names.parse import ParsedName, parse

from .strategies import any_text


def parts(parsed: ParsedName) -> dict[str, str]:
    return {f"{token.text}": str(token.role) for token in parsed.tokens}


@pytest.mark.parametrize(
    ("name", "given_name", "father", "surname"),
    [
        ("Заманбек Қалабайұлы Нұрқаділов", "заманбек", "қалабай", "нұрқаділ"),
        ("Канат Бекмурзаевич Саудабаев", "канат", "бекмурза", "саудаба"),
        ("Қадырова Зәуре Жүсіпқызы", "зәуре", "жүсіп", "қадыр"),
        ("Kadyrova Zaure Zhussupovna", "zaure", "zhussup", "kadyr"),
        ("توقتار وڭعاربايۇلى اۋباكىروۆ", "توقتار", "وڭعارباي", "اۋباكىر"),
        ("Erkin Sidiq oghli", "erkin", "sidiq", ""),
        ("احمەت بايتۇرسىن ۇلى", "احمەت", "بايتۇرسىن", ""),
        ("Нурбүбү Абдыкадыр кызы", "нурбүбү", "абдыкадыр", ""),
        ("努尔巴合提·艾合买提", "努尔巴合提", "艾合买提", ""),
        ("Batyr Omarov", "batyr", "", "omar"),
        ("Abdulla bin Omar", "abdulla", "omar", ""),
    ],
)
def test_the_parts_of_a_name(name: str, given_name: str, father: str, surname: str) -> None:
    parsed = parse(name)
    found = (*parsed.given, "")[0], (*parsed.patronymic, "")[0], (*parsed.surname, "")[0]
    assert found == (given_name, father, surname)
    assert parsed.order_known


def test_two_plain_names_leave_the_order_open() -> None:
    parsed = parse("Әлихан Бөкейхан")
    assert not parsed.order_known
    assert parsed.given == ("әлихан", "бөкейхан")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Memet Hajji", "hajji"),
        ("Нұрбақыт Қажы", "hajji"),
        ("麦麦提·哈吉", "hajji"),
        ("مەمەت ھاجى", "hajji"),
        ("Qari Abdulla", "qari"),
        ("Imam Memet", "imam"),
        ("Молда Мұса", "mulla"),
    ],
)
def test_titles_are_marked_and_kept(name: str, title: str) -> None:
    parsed = parse(name)
    assert parsed.honorifics == (title,)
    assert len(parsed.tokens) == 2
    assert sum(token.identifies for token in parsed.tokens) == 1


def test_a_title_alone_is_somebodys_name() -> None:
    assert parse("Imam").given == ("imam",)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("Серікжан", "jan"), ("Nurbek", "bek"), ("ئايگۈل", "gul"), ("麦麦提江", "jan"), ("阿依古丽", "gul"),
     ("阿卜杜拉哈吉", "hajji"), ("Тұрсынбай", "bay"), ("Sulaymankhan", "khan")],
)  # fmt: skip
def test_name_forming_suffixes_are_marked_and_stay(name: str, suffix: str) -> None:
    parsed = parse(name)
    assert parsed.suffixes == (suffix,)
    assert parsed.tokens[0].stem == parsed.tokens[0].text


def test_clans_and_initials_identify_nobody() -> None:
    parsed = parse("М. Дулатұлы Найман руы")
    assert parsed.clan == ("найман", "руы")
    assert parsed.initials == ("м",)
    assert [t.text for t in parsed.tokens if t.identifies] == ["дулатұлы"]


def test_what_only_looks_like_an_ending_stays() -> None:
    assert parse("Ғұрбанғұлы").tokens[0].stem == "ғұрбанғұлы"
    assert parse("Andrew").tokens[0].stem == "andrew"


def test_generated_forms_are_known_by_their_tag() -> None:
    assert parse("سەرىك", "kk-Arab-t-kk-cyrl").generated
    assert not parse("سەرىك", "kk-Arab").generated


@given(any_text)
def test_any_text_is_parsed_and_no_word_is_lost(text: str) -> None:
    parsed = parse(text)
    assert "".join(t.text for t in parsed.tokens).replace(" ", "") in "".join(
        c for c in parsed.text if not c.isspace() and c not in '·.,،、()（）/;"«»“”[]'
    )
