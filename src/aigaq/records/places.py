"""Administrative divisions, dated and in their hierarchy, and words resolved to them.

A place claim keeps the words said; the division is a separate, fallible reading of them. Data:
`data/xinjiang_divisions.csv`, `data/xinjiang_id_prefix_history.csv`, `data/kazakhstan_regions.csv`
(sources and licences in `data/README.md`).
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_FORMER = re.compile(r"(\d{6})\(([^,]+),(\d{4})-(\d{4})\)")
_CREATED = re.compile(r"created (\d{4})(-\d\d-\d\d)?")
_UNTIL = re.compile(r"until (\d{4})(?:-(\d\d))?")

#: Coarsest last: how precisely a place may be shown (`vocab/place_granularity.yaml`).
_LEVEL_OF_GRANULARITY = {"county": 2, "prefecture": 1, "region": 0}
_LEVELS = {"region": 0, "prefecture": 1, "county": 2, "xpcc_city": 2}


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division in one period.

    Attributes:
        code: GB/T 2260 code (China) or ISO 3166-2 code (Kazakhstan).
        scheme: which of the two.
        level: `region`, `prefecture`, `county` or `xpcc_city`.
        parent: code of the division above it, or "".
        names: language tag → name.
        unreviewed: tags of names that still wait for a native speaker.
        valid_from, valid_to: first and last day under this code, or None.
        successor: code that took its place, or "".
        point: latitude and longitude of the seat (WGS 84), or None.
    """

    code: str
    scheme: str
    level: str
    parent: str
    names: Mapping[str, str]
    unreviewed: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""
    point: tuple[float, float] | None = None

    def held_on(self, day: date) -> bool:
        """Return whether the division carried this code on `day`."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Resolution:
    """A reading of place words: the division, and how sure (1 unsure … 3 the exact name)."""

    code: str
    certainty: int


@cache
def divisions() -> Mapping[str, Division]:
    """Return every division by code, retired codes included."""
    found: dict[str, Division] = {}
    for row in _rows("xinjiang_divisions.csv"):
        current = _chinese_division(row)
        found[current.code] = current
        formers = _FORMER.findall(row["former_codes"])
        for former in formers:
            # One retired code can be claimed by two successors (Ghulja city and county share theirs, as the
            # table goes by the name without its kind): the one that kept the whole name has it.
            if former[0] not in found or former[1] == row["zh_hans"]:
                newest = former is max(formers, key=lambda one: one[3])
                found[former[0]] = _former_division(current, former, row["note"] if newest else "")
    for row in _rows("kazakhstan_regions.csv"):
        found[row["iso3166_2"]] = _kazakh_region(row)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _chinese_division(row: Mapping[str, str]) -> Division:
    names = {
        "zh-Hans": row["zh_hans"],
        "zh-Latn-pinyin": row["pinyin"],
        "en-Latn": row["en_common"],
        "ug-Arab": row["ug_arab"],
        "ug-Latn": row["ug_latn"],
        "kk-Cyrl": row["kk_cyrl"],
    }
    unreviewed = {"ug-Arab", "ug-Latn"} if row["ug_source"] == "unreviewed" else set()
    return Division(
        code=row["code"],
        scheme="GB/T 2260",
        level=row["level"],
        parent=row["parent_code"],
        names={tag: name for tag, name in names.items() if name},
        unreviewed=frozenset(unreviewed | {"kk-Cyrl"}),
        valid_from=_created(row["note"]) or _first_day(row["former_codes"], row["note"]),
        point=_point(row["lat_geonames"], row["lon_geonames"]),
    )


def _created(note: str) -> date | None:
    found = _CREATED.search(note)
    return date.fromisoformat(found[1] + (found[2] or "-01-01")) if found else None


def _first_day(former_codes: str, note: str) -> date | None:
    years = [int(former[3]) for former in _FORMER.findall(former_codes)]
    if until := _UNTIL.search(note):
        # The day of the change is not known, so that both codes hold in its month or year.
        return date(int(until[1]), int(until[2] or 1), 1) if years else None
    return date(max(years) + 1, 1, 1) if years else None


def _former_division(current: Division, former: tuple[str, str, str, str], note: str) -> Division:
    code, name, first, last = former
    # The table of old codes ends in 2019; where a code lived longer, the note says until when.
    until = _UNTIL.search(note)
    last = max(last, until[1]) if until else last
    return Division(
        code=code,
        scheme=current.scheme,
        level=current.level,
        parent=current.parent,
        names={"zh-Hans": name},
        valid_from=date(int(first), 1, 1),
        valid_to=date(int(last), 12, 31),
        successor=current.code,
        point=current.point,
    )


def _kazakh_region(row: Mapping[str, str]) -> Division:
    return Division(
        code=row["iso3166_2"],
        scheme="ISO 3166-2",
        level="region",
        parent="",
        names={"kk-Cyrl": row["kk_cyrl"], "ru-Cyrl": row["ru"], "en-Latn": row["en"]},
        valid_from=_created(row["note"]),
    )


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    return (float(latitude), float(longitude)) if latitude and longitude else None


def ancestors(code: str) -> tuple[str, ...]:
    """Return `code` and the divisions above it, nearest first; empty for an unknown code."""
    chain: list[str] = []
    found = divisions().get(code)
    while found is not None:
        chain.append(found.code)
        found = divisions().get(found.parent)
    return tuple(chain)


def is_within(code: str, other: str) -> bool:
    """Return whether `code` is `other` or lies inside it, following retired codes to their successors."""
    chain = set(ancestors(code))
    found = divisions().get(code)
    if found is not None and found.successor:
        chain.update(ancestors(found.successor))
    return other in chain


def coarsen_place(code: str, granularity: str) -> str:
    """Return the division to show at a granularity, or "" when nothing may be shown.

    Args:
        code: a resolved division, or "" for words that were never resolved. A retired code is shown as the
            division that took its place: it has a name in every language, and nothing exact is lost here.
        granularity: code of `vocab/place_granularity.yaml`; `exact` and `township` are the caller's own
            words and are not handled here, `none` always gives "".
    """
    level = _LEVEL_OF_GRANULARITY.get(granularity)
    if level is None:
        return ""
    found = divisions().get(code)
    current = found.successor or code if found else code
    chain = [one for one in ancestors(current) if _LEVELS[divisions()[one].level] <= level]
    return chain[0] if chain else ""


_COMMON_WORDS = (
    "ауданы|қаласы|облысы|автономиялық|автономиялы|район|область|город|nahiyisi|shehiri|wilayiti|rayoni|"
    "oblasti|county|city|prefecture|district|region|ناھىيىسى|شەھىرى|ۋىلايىتى|رايونى|ئوبلاستى|"
    "县|市|区|地区|自治州|自治县|自治区"
)
_COMMON = re.compile(rf"\s*\b(?:{_COMMON_WORDS})\b|(?:自治州|自治县|自治区|地区|县|市|区)$")


def _fold(text: str, *, bare: bool) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if bare:
        plain = _COMMON.sub("", plain)
    return re.sub(r"[\s\W_]+", " ", plain).strip()


@cache
def _index(bare: bool) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for division in divisions().values():
        for name in division.names.values():
            for part in re.split(r"[/()]", name) if bare else [name]:
                if folded := _fold(part, bare=bare):
                    found[folded].add(division.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def resolve_place(words: str, on: date | None = None) -> tuple[Resolution, ...]:
    """Read place words as divisions, surest first. Ambiguity is normal: Ghulja is a city and a county.

    Args:
        words: one place as said, in any script.
        on: the day spoken of; divisions that did not exist then come last, with certainty 1. Without it,
            a retired code gives way to the one that took its place, if the words fit both.

    Returns:
        Certainty 3 for one exact full name, 2 for the name without its kind (`Qorghas`) or one of several
        exact names, 1 otherwise.
    """
    exact = _index(False).get(_fold(words, bare=False), frozenset())
    loose = _index(True).get(_fold(words, bare=True), frozenset()) - exact
    exact_then, loose_then = _standing(exact, on), _standing(loose, on)
    certain = dict.fromkeys(exact | loose, 1)
    if exact_then:
        certain.update(dict.fromkeys(exact_then, 3 if len(exact_then) == 1 else 2))
    elif len(loose_then) == 1:
        certain.update(dict.fromkeys(loose_then, 2))
    found = [Resolution(code, certainty) for code, certainty in certain.items()]
    return tuple(sorted(found, key=lambda one: (-one.certainty, one.code)))


def _standing(codes: frozenset[str], on: date | None) -> frozenset[str]:
    """Return the codes in use on a day; on no day in particular, those whose successor is not among them."""
    if on is None:
        return frozenset(code for code in codes if divisions()[code].successor not in codes)
    return frozenset(code for code in codes if divisions()[code].held_on(on))


@cache
def _id_prefixes() -> list[dict[str, str]]:
    return _rows("xinjiang_id_prefix_history.csv")


def suggest_from_prefix(prefix: str) -> tuple[str, str, int, int] | None:
    """Return what the first six digits of a PRC identity number meant: a hint, never a check (GB 11643).

    Returns:
        (code, Chinese name, first and last revision of GB/T 2260 that had it, as yyyymm), or None. Where a
        code changed its name, the first one.
    """
    for row in _id_prefixes():
        if row["code"] == prefix[:6]:
            return (
                row["code"],
                row["name_zh"],
                int(row["first_revision"]),
                int(row["last_revision"]),
            )
    return None
