"""What one hand writes down about a person: a script, a convention, what is left out, slips."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from truth.lexicon import HABITS, County, Lexeme
from truth.people import Person, Village

COLUMNS = (
    "id name lang sex birth birth_place residence father mother spouse event event_date event_place id_number"
).split()
_HABIT_WEIGHTS = (20, 16, 6, 3, 20, 12, 6, 12, 5)
_GIVEN_ONLY = 0.03
_SLIP_IN_NAME, _SLIP_IN_WORD = 0.12, 0.06
_WRONG_SEX = 0.01
_SAYS = {
    "sex": 0.9,
    "birth": 0.92,
    "birth_place": 0.55,
    "residence": 0.75,
    "father": 0.55,
    "mother": 0.35,
    "spouse": 0.35,
    "event": 0.75,
    "event_date": 0.7,
    "event_place": 0.5,
    "id_number": 0.08,
}
_SON = {"kk-Cyrl": "ұлы", "kk-Arab": " ۇلى", "kk-Latn": "ūly", "en-Latn": "uly", "ru-Cyrl": "улы"}
_DAUGHTER = {
    "kk-Cyrl": "қызы",
    "kk-Arab": " قىزى",
    "kk-Latn": "qyzy",
    "en-Latn": "kyzy",
    "ru-Cyrl": "кызы",
}
_RUSSIAN = {
    "ru-Cyrl": ("ович", "овна", "ов", "ова"),
    "kk-Cyrl": ("ович", "овна", "ов", "ова"),
    "en-Latn": ("ovich", "ovna", "ov", "ova"),
}
_ORDERS = (
    "G P",
    "G P",
    "G P",
    "G P",
    "G P",
    "S G",
    "S G P",
    "S G P",
    "S G P",
    "S G P",
    "P G",
    "G F",
)
_DOTS = ("·", "·", "•", "‧", " ", "")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes: a habit of script and spelling, and the chances of the day.

    `rng` decides what is said and how it is put, `pen` how words are spelt; so the same record can be written
    with every word in its one true form (`known`), which is what an oracle would read.
    """

    habit: str
    rng: Random
    pen: Random
    known: bool = False

    def spell(self, lexeme: Lexeme) -> str:
        """Write one word."""
        return lexeme.code if self.known else lexeme.write(self.habit, self.pen)

    def slip(self, text: str, chance: float) -> str:
        """Let the pen slip in a text, by chance."""
        return text if self.known else _slip(text, chance, self.pen)

    def word(self, lexeme: Lexeme) -> str:
        """Write one word, now and then with a slip."""
        return self.slip(self.spell(lexeme), _SLIP_IN_WORD)


def write_record(person: Person, id: str, seed: int, *, known: bool = False) -> dict[str, str]:
    """Return one record of a person in the columns of `aigaq match`.

    Args:
        person: whom it is about.
        id: of the record.
        seed: of the record.
        known: with names and places in the one form an oracle would know, all else as it is.
    """
    rng = Random(seed)
    habit = rng.choices(HABITS, weights=_HABIT_WEIGHTS)[0]
    hand = Hand(habit, rng, Random(seed + 1), known)
    told = {
        "sex": _write_sex(person.sex, rng),
        "birth": _write_day(person.birth, rng, wrong=0.03),
        "birth_place": _write_village(person.born_in, hand),
        "residence": _write_village(person.lives_in, hand),
        "father": hand.word(person.father),
        "mother": hand.word(person.mother),
        "spouse": hand.word(person.spouse) if person.spouse else "",
        "event": person.event.kind,
        "event_date": _write_day(_wander(person.event.day, rng), rng, wrong=0.03),
        "event_place": _write_county(person.event.place, hand),
        "id_number": person.identity,
    }
    kept = {column: value for column, value in told.items() if rng.random() < _SAYS[column]}
    name = hand.slip(write_name(person, hand), _SLIP_IN_NAME)
    return (
        dict.fromkeys(COLUMNS, "")
        | {"id": id, "name": name, "lang": "" if known else _write_tag(habit, hand.pen)}
        | kept
    )


def write_name(person: Person, hand: Hand) -> str:
    """Return the full name in the hand's script and in a convention usual there."""
    rng, habit = hand.rng, hand.habit
    given, father = hand.spell(person.given), hand.spell(person.father)
    if rng.random() < _GIVEN_ONLY:
        return given
    if habit == "zh-Hans":
        dot = rng.choice(_DOTS)
        return given + (" " if hand.known else dot) + father
    if habit in ("ug-Arab", "ug-Latn", "zh-Latn"):
        return f"{given} {father}"
    order = rng.choice(_ORDERS).split()
    surname = hand.spell(person.surname)
    if hand.known:
        known = {"G": given, "F": father, "P": father, "S": surname}
        return " ".join(known[part] for part in order)
    parts = {"G": given, "F": father, "P": _write_patronymic(father, person.sex, habit, hand.pen)}
    parts["S"] = _write_surname(surname, person.sex, habit)
    ordered = [parts[part] for part in order]
    if habit == "en-Latn" and hand.pen.random() < 0.15:
        ordered[0] = f"{ordered[0]},"
    text = " ".join(ordered)
    return text.upper() if hand.pen.random() < 0.08 else text


def _write_patronymic(father: str, sex: str, habit: str, rng: Random) -> str:
    if habit in _RUSSIAN and rng.random() < (0.7 if habit == "ru-Cyrl" else 0.2):
        return _join_ending(father, _RUSSIAN[habit][sex == "female"])
    ending = (_DAUGHTER if sex == "female" else _SON)[habit]
    return father + (" " if rng.random() < 0.15 else "") + ending


def _write_surname(base: str, sex: str, habit: str) -> str:
    if habit not in _RUSSIAN:
        return base
    return _join_ending(base, _RUSSIAN[habit][2 + (sex == "female")])


def _join_ending(stem: str, ending: str) -> str:
    """Ахметов, but Алиев and Тулегенев's kin after soft ends: о turns е after и, й and a vowel."""
    if stem[-1:] in "аеёиоуыэюяіәөұүй" or stem[-1:] in "aeiouy":
        soft = ending.replace("о", "е", 1).replace("o", "e", 1)
        return stem[:-1] + soft if stem[-1:] in "аaйyеe" else stem + soft
    return stem + ending


def _write_tag(habit: str, rng: Random) -> str:
    """The language as a clerk gives it: right, only the script, or not at all."""
    given = rng.random()
    if given < 0.15:
        return ""
    return habit if given < 0.8 else f"und-{habit.split('-')[1]}"


def _write_sex(sex: str, rng: Random) -> str:
    if rng.random() < _WRONG_SEX:
        return "female" if sex == "male" else "male"
    return sex


def _wander(day: date, rng: Random) -> date:
    return day + timedelta(days=round(rng.gauss(0, 25))) if rng.random() < 0.3 else day


def _write_day(day: date, rng: Random, *, wrong: float) -> str:
    """Return a day as EDTF: exact, partial, uncertain, as a span, and now and then wrong."""
    if rng.random() < wrong:
        year = day.year + rng.choice((-2, -1, -1, 1, 1, 2, 10))
        day = day.replace(year=year, day=min(day.day, 28))
    kind = rng.random()
    if kind < 0.35:
        if day.day <= 12 and rng.random() < 0.04:
            return f"{day.year}-{day.day:02d}-{day.month:02d}"
        return day.isoformat()
    if kind < 0.5:
        return f"{day:%Y-%m}"
    if kind < 0.82:
        return f"{day.year}"
    if kind < 0.94:
        return f"{day.year + rng.choice((-2, -1, 0, 0, 1, 2))}{rng.choice('~?')}"
    if kind < 0.97:
        return f"{day.year - rng.randint(0, 1)}/{day.year + rng.randint(0, 1)}"
    return f"{day.year // 10}X"


def _write_village(village: Village, hand: Hand) -> str:
    parts = (hand.word(village.name), *_name_county(village.county, hand))
    shown = hand.rng.choice(((0,), (0, 1), (0, 1), (1,), (1, 2), (0, 1, 2), (2,)))
    return ", ".join(parts[place] for place in shown if parts[place])


def _write_county(county: County, hand: Hand) -> str:
    parts = _name_county(county, hand)
    return ", ".join(part for part in parts[: hand.rng.randint(1, 2)] if part)


def _name_county(county: County, hand: Hand) -> tuple[str, str]:
    if hand.known:
        return county.names["zh-Hans"], county.parent["zh-Hans"]
    return county.names.get(hand.habit, ""), county.parent.get(hand.habit, "")


def _slip(text: str, chance: float, rng: Random) -> str:
    """Leave out, double, swap or mistake one letter, as a tired typist does."""
    if len(text) < 4 or rng.random() >= chance:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(text.lower()) + text[at + 1 :]
