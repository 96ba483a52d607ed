import pytest
from hypothesis import given

from aigaq.names.harmony import mark_front
from aigaq.names.phones import PHONES, guess_habit, to_phones
from aigaq.names.scripts import fold

from .strategies import any_text


@given(any_text)
def test_any_text_gives_known_phones(text: str) -> None:
    assert set(to_phones(text)) <= set(PHONES)


@pytest.mark.parametrize(
    ("phones", "spellings"),
    [
        ("nurbaqıt", "Нұрбақыт:kk-Cyrl نۇرباقىت:kk-Arab Nūrbaqyt:kk-Latn Nurbaqyt:en-Latn"),
        ("älixan", "Әлихан:kk-Cyrl ءاليحان:kk-Arab"),
        ("däwlet", "Дәулет:kk-Cyrl داۋلەت:kk-Arab Däulet:kk-Latn"),
        ("älihan", "Älihan:kk-Latn A'lihan:kk-Latn Álihan:kk-Latn"),
        ("särik", "سەرىك:ug-Arab Serik:ug-Latn Сәрик:ug-Cyrl"),
        ("žüsipbek", "Жүсіпбек:kk-Cyrl جۇسىپبەك:kk-Arab Jüsıpbek:kk-Latn Ju'sipbek:kk-Latn"),
        (
            "šıŋğıs",
            "Шыңғыс:kk-Cyrl شىڭعىس:kk-Arab Shyńǵys:kk-Latn S'yn'g'ys:kk-Latn Şyñğys:kk-Latn",
        ),
        ("tursungül", "تۇرسۇنگۈل:ug-Arab Tursun'gül:ug-Latn Турсунгүл:ug-Cyrl Tursungül:"),
        ("ǰümä", "جۈمە:ug-Arab Jüme:ug-Latn Җүмә:ug-Cyrl"),
        ("süleymenov", "Сүлейменов:kk-Cyrl Süleimenow:de-Latn Süleymenov:tr-Latn"),
        ("karamanov", "Караманов:ru-Cyrl Karamanov:en-Latn Karamanov:fr-Latn"),
        ("bawıržan", "Бауыржан:kk-Cyrl Bauyrzhan:en-Latn باۋىرجان:kk-Arab"),
        ("erlan", "Ерлан:kk-Cyrl Yerlan:en-Latn Erlan:en-Latn ەرلان:kk-Arab"),
        ("čıŋgız", "Чыңгыз:ky-Cyrl"),
        ("ǰanıbek", "Жаныбек:ky-Cyrl"),
        ("ǰan", "Can:tr-Latn Jan:uz-Latn Җан:tt-Cyrl Dschan:de-Latn Djan:fr-Latn"),
        ("xalil", "Xalil:uz-Latn خالىل:ug-Arab"),
        ("ğafur", "G'afur:uz-Latn Gʻafur:uz-Latn Ғафур:uz-Cyrl غافۇر:ug-Arab"),
    ],
)
def test_spellings_of_one_name_are_read_alike(phones: str, spellings: str) -> None:
    read = {spelling: "".join(to_phones(*spelling.split(":"))) for spelling in spellings.split()}
    assert read == dict.fromkeys(read, phones)


@pytest.mark.parametrize(
    ("tote", "marked"),
    [
        ("ءاسەل", "ٵسەل"),
        ("ءومىر", "ٶمٸر"),
        ("نۇربەك", "نۇربەك"),
        ("سەرىكجان", "سەرٸكجان"),
        ("ەربول", "ەربول"),
        ("ءاليا", "ٵليا"),
        ("ءمىرجاقىپ", "مٸرجاقىپ"),
        ("گۇلنار", "گٷلنار"),
        ("سۇلتانبەك", "سۇلتانبەك"),
    ],
)
def test_the_hamza_rule_stops_at_the_joints_of_compounds(tote: str, marked: str) -> None:
    assert mark_front(tote) == marked


@pytest.mark.parametrize(
    ("name", "lang", "habit"),
    [
        ("ئەركىن", "", "ug"),
        ("ءاليحان بوكەيحان", "", "kk"),
        ("احمەت", "", "kk"),
        ("Qajyrbek Süleimenow", "en-Latn", "xj"),
        ("Shyńǵys", "und-Latn", "kk"),
        ("Oʻtkir", "", "uz"),
        ("Ayşe", "", "tr"),
        ("Nurlan", "", ""),
        ("Nurlan", "kk-Latn", "kk"),
        ("Нурлан", "ky-Cyrl", "ky"),
    ],
)
def test_habits_are_told_by_the_tag_or_the_spelling(name: str, lang: str, habit: str) -> None:
    assert guess_habit(fold(name), lang) == habit
