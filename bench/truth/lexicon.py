"""Name parts and villages from the development pairs, with every form that is attested for them."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aigaq.names.pinyin import readings
from truth.scripts import to_sounds, write

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
PERSONS, VILLAGES = "AEFGJ", "ILM"
HABITS = (
    "kk-Cyrl",
    "ru-Cyrl",
    "kk-Arab",
    "kk-Latn",
    "en-Latn",
    "ug-Arab",
    "ug-Latn",
    "zh-Hans",
    "zh-Latn",
)
# Attested forms tagged with less than a habit stand in for it.
_SERVES = {
    "kk-Cyrl": ("kk-Cyrl",),
    "ru-Cyrl": ("ru-Cyrl", "und-Cyrl"),
    "en-Latn": ("en-Latn", "und-Latn"),
    "kk-Arab": ("kk-Arab",),
    "ug-Arab": ("ug-Arab",),
    "zh-Hans": ("zh-Hans",),
}
# Readings of sounds, the most telling spelling first.
_TELLING = ("kk-Cyrl", "ug-Arab", "und-Cyrl", "en-Latn", "und-Latn")
_ATTESTED = 0.6


@dataclass(slots=True)
class Lexeme:
    """One name or village: its attested forms by tag and, where letters tell them, its sounds."""

    number: int
    forms: Mapping[str, list[str]]
    sounds: str = ""
    _written: dict[str, list[str]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The word's one true form: made-up letters that no other word shares."""
        digits = f"{self.number * 387_403 % 1_000_000:06d}"  # scattered, so that no two look alike
        return "".join(
            ("ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su")[int(d)] for d in digits
        ).capitalize()

    def write(self, habit: str, rng: Random) -> str:
        """Return the word in a habit: an attested form or one by rule; "" where neither exists."""
        if habit == "zh-Latn":
            return to_pinyin(self.write("zh-Hans", rng))
        attested = [form for tag in _SERVES.get(habit, ()) for form in self.forms.get(tag, ())]
        if attested and (not self.sounds or rng.random() < _ATTESTED):
            form = rng.choice(attested)
            return form[:1].upper() + form[1:]
        return write(self.sounds, habit, rng)


def to_pinyin(hanzi: str) -> str:
    """Run the first readings together, as passports do."""
    return "".join(syllable[0] for char in hanzi if (syllable := readings(char))).capitalize()


def read_lexemes(sets: str) -> list[Lexeme]:
    """Return the words of the development sets that can be written in most habits, in a fixed order.

    A query and its answers are one word, also by way of a third set (the ids are shared).
    """
    groups = _join_groups(sets)
    forms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for letter in sets:
        for id, name, lang in _rows(letter, "queries"):
            forms[groups[id]][lang].add(name)
        for id, name, lang in _rows(letter, "candidates"):
            if (group := id.rsplit("#", 1)[0]) in groups:
                forms[groups[group]][lang].add(name)
    found = []
    for head in sorted(forms):
        own = {
            lang: sorted(n for n in names if " " not in n) for lang, names in forms[head].items()
        }
        told = next((to_sounds(own[tag][0], tag) for tag in _TELLING if own.get(tag)), "")
        if len(told) > 2:
            found.append(Lexeme(len(found), own, told))
    return found


def _join_groups(sets: str) -> dict[str, str]:
    parent: dict[str, str] = {}

    def head(id: str) -> str:
        while parent.setdefault(id, id) != id:
            id = parent[id]
        return id

    for letter in sets:
        path = DATA / "names" / f"dev_{letter}_answers.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                left, right = sorted((head(row["query_id"]), head(row["answer_id"])))
                parent[right] = left
    return {id: head(id) for id in list(parent)}


def _rows(letter: str, part: str) -> Iterator[tuple[str, str, str]]:
    with (DATA / "names" / f"dev_{letter}_{part}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["id"], row["name"], row["lang"]


@dataclass(frozen=True, slots=True)
class County:
    """A county with its forms by habit, its prefecture, and its identity-number prefix."""

    code: str
    names: Mapping[str, str]
    parent: Mapping[str, str]


def read_counties() -> list[County]:
    """Return the counties of Xinjiang with their prefectures."""
    with (DATA / "places" / "xinjiang_divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    return [
        County(code, _place_names(row), _place_names(rows[row["parent_code"]]))
        for code, row in rows.items()
        if row["level"] == "county"
    ]


def _place_names(row: Mapping[str, str]) -> dict[str, str]:
    english = row["en_common"].split(" (")[0].removesuffix(" County")
    uyghur = row["ug_latn"].rsplit(" ", 1)[0] if " " in row["ug_latn"] else row["ug_latn"]
    told, lang = (row["kk_cyrl"], "kk-Cyrl") if row["kk_cyrl"] else (english, "en-Latn")
    sounds = [to_sounds(word, lang) for word in told.split()]
    plain = Random(0)
    made = {
        habit: write(sounds, habit, plain) for habit in ("kk-Cyrl", "ru-Cyrl", "kk-Arab", "kk-Latn")
    }
    given = {
        "kk-Cyrl": row["kk_cyrl"],
        "en-Latn": english,
        "ug-Arab": row["ug_arab"],
        "ug-Latn": uyghur,
        "zh-Hans": row["zh_hans"],
        "zh-Latn": row["pinyin"],
    }
    return made | {habit: name for habit, name in given.items() if name}
