"""A release to look at and to test on: four people of the Alash era as public sources tell them, and one
invented person of today, whose account needs what history seldom does: a relative, an official reply, the
four absences, a sign of life, uncertain edges.
"""

import csv
import uuid
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from aigaq.publish.wording import Wording
from aigaq.records.dates import parse_date
from aigaq.records.langtags import direction
from aigaq.records.release import (
    Conflict,
    Position,
    Release,
    ReleasedClaim,
    ReleasedEpisode,
    ReleasedLeg,
    ReleasedName,
    ReleasedPerson,
    ReleasedSource,
    ReleasedStatus,
)
from aigaq.records.vocabulary import properties

HERE = Path(__file__).parent
KINDS = {"press": "press_article", "encyclopaedia": "encyclopaedia"}
HEADINGS = {
    "bukeikhan_alikhan": ("Alikhan Bukeykhanov", "en-Latn", "Moscow", "1937"),
    "khodzhanova_gulandam": ("Kúlándam Qojanova", "kk-Latn", "Akmola", "1938"),
    "shonanova_shakhzada": ("Шахзада Шонанова", "ru-Cyrl", "Almaty", "1937"),
    "zhumabayev_maghzhan": ("Magzhan Zhumabayev", "en-Latn", "Almaty", "1937"),
}
SUMMARIES = {
    "bukeikhan_alikhan": "Alikhan Bukeikhan, politician and publisher, was kept in Moscow from 1922, "
    "was arrested there in July 1937 and shot on 27 September 1937.",
    "khodzhanova_gulandam": "Kúlándam Qojanova was held in the Akmola camp for wives of “traitors”.",
    "shonanova_shakhzada": "Shakhzada Shonanova, a student, was arrested in 1937 in Almaty. One source "
    "says she was shot on 9 March 1938.",
    "zhumabayev_maghzhan": "Maghzhan Zhumabayev, a poet and writer, was arrested on 30 December 1937 in "
    "Almaty. Most sources say he was shot in March 1938; two say he died in a camp in 1951.",
}  # fmt: skip


def public_id(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_of(row: dict[str, str]) -> ReleasedSource:
    return ReleasedSource(
        key=row["source"],
        kind=KINDS.get(row["kind"], "other"),
        title=row["title"],
        citation=f"{row['title']}, as read in 2025",
        url=row["url"],
        lang=row["lang"],
        voice="press" if row["kind"] == "press" else "researcher",
        basis="historical, all concerned are dead",
    )


def claim_of(row: dict[str, str], source: ReleasedSource) -> ReleasedClaim:
    dated = properties()[row["property"]].value == "date"
    when = parse_date(row["value"]) if dated else None
    low = when.earliest.isoformat() if when and when.earliest else ""
    high = when.latest.isoformat() if when and when.latest else ""
    return ReleasedClaim(
        key=public_id("|".join(row.values())),
        property=row["property"],
        state="known",
        value=row["value"],
        display=Wording().span(low, high) if dated else row["value"],
        words=row["words"] or row["value"],
        lang=row["lang"],
        dir=direction(row["lang"]),
        source=source.key,
        locator=f"row {row['row']}",
        voice=source.voice,
        earliest=low,
        latest=high,
        approximate=bool(when and when.approximate),
        episode=row["episode"] and f"e{row['episode']}",
        leg=1 if row["property"] in ("arrest_date", "arrest_place") else 0,
        qualifier=row["qualifier"],
        note=row["note"],
    )


def conflicts_of(claims: Iterable[ReleasedClaim]) -> tuple[Conflict, ...]:
    groups: dict[tuple[str, str], dict[str, list[ReleasedClaim]]] = {}
    for claim in claims:
        if properties()[claim.property].single:
            answers = groups.setdefault((claim.property, claim.episode), {})
            answers.setdefault(claim.display, []).append(claim)
    return tuple(
        Conflict(
            code,
            episode,
            "precision" if len({one[0].value[:4] for one in answers.values()}) == 1 else "differ",
            tuple(
                Position(display, tuple(one.key for one in found))
                for display, found in sorted(answers.items(), key=lambda item: -len(item[1]))
            ),
        )
        for (code, episode), answers in groups.items()
        if len(answers) > 1
    )


def names_of(claims: Iterable[ReleasedClaim]) -> tuple[ReleasedName, ...]:
    forms: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        if claim.property == "name" and claim.state == "known":
            forms.setdefault((claim.words, claim.lang), []).append(claim.key)
    return tuple(
        ReleasedName(text, lang, direction(lang), tuple(keys))
        for (text, lang), keys in forms.items()
    )


def episodes_of(key: str) -> tuple[ReleasedEpisode, ...]:
    if key == "zhumabayev_maghzhan":
        return (
            ReleasedEpisode("e1", 1, (ReleasedLeg(1, "prison", "Omsk", "1918-01-01", "1918-12-31"),)),
            ReleasedEpisode(
                "e2",
                7,
                (
                    ReleasedLeg(1, "prison", "Butyrka prison, Moscow", "1929-07-01", "1929-07-31",
                                "1930-01-01", "1930-12-31"),
                    ReleasedLeg(2, "labour_camp", "Solovki, Svir and Karelia", "1930-01-01",
                                "1930-12-31", "1935-01-01", "1936-12-31"),
                ),
            ),
            ReleasedEpisode("e3", 3, (ReleasedLeg(1, "prison", "Almaty", "1937-12-30", "1937-12-30",
                                                  "", "1938-12-31"),)),
        )  # fmt: skip
    leg = ReleasedLeg(1, "unknown_custody", "", "1937-01-01", "1937-12-31")
    return (ReleasedEpisode("e1", 2, (leg,)),)


def alash_person(key: str) -> ReleasedPerson:
    sources = {row["source"]: source_of(row) for row in read("alash_sources.csv")}
    rows = [row for row in read("alash_claims.csv") if row["person"] == key]
    claims = tuple(claim_of(row, sources[row["source"]]) for row in rows)
    name, lang, place, year = HEADINGS[key]
    shot = next((claim for claim in claims if claim.property in ("execution", "death")), None)
    cited = dict.fromkeys(claim.source for claim in claims)
    return ReleasedPerson(
        key=public_id(key),
        display_name=name,
        display_lang=lang,
        display_dir="ltr",
        names=names_of(claims),
        summary=SUMMARIES[key],
        claims=claims,
        sources=tuple(sources[one] for one in cited),
        conflicts=conflicts_of(claims),
        episodes=episodes_of(key),
        status=(
            ReleasedStatus("executed", "Executed", shot.earliest, "encyclopaedias", (shot.key,)),
        )
        if shot
        else (),
        corroboration="partly" if len(cited) > 1 else "reported",
        corroboration_words=f"Named in {len(cited)} public sources, many of them copies of one another.",
        former_keys=(public_id("old " + key),) if key == "zhumabayev_maghzhan" else (),
        place=place,
        year=year,
    )  # fmt: skip


def said(
    key: str, code: str, display: str, words: str = "", source: str = "account-1", **more: object
) -> ReleasedClaim:
    values: dict[str, object] = {
        "key": public_id(key), "property": code, "state": "known", "value": display,
        "display": display, "words": words, "lang": "kk-Cyrl" if words else "", "dir": "ltr",
        "source": source, "voice": "relative", "basis": "phone_or_wechat", "certainty": 2,
    }  # fmt: skip
    return ReleasedClaim(**{**values, **more})  # type: ignore[arg-type]


def invented_person() -> ReleasedPerson:
    """Return an invented person of today; nobody of this name and story is known to us."""
    uyghur = {"lang": "ug-Arab", "dir": "rtl", "source": "account-2"}
    official = {"source": "reply", "voice": "official", "basis": "official_document",
                "lang": "zh-Hans", "locator": "page 2"}  # fmt: skip
    claims = (
        said("n1", "name", "Нұрия Мысалқызы", "Нұрия Мысалқызы"),
        said("n2", "name", "نۇريا مىسال قىزى", "نۇريا مىسال قىزى", lang="kk-Arab", dir="rtl"),
        said("n3", "name", "نۇرىيە مىسال", "نۇرىيە مىسال", **uyghur),
        said("n4", "name", "努丽娅·米萨力", "努丽娅·米萨力", **official),
        said("a1", "arrest_date", "spring 2017", "Көктемде, егіс кезінде алып кетті", value="2017-21",
             earliest="2017-03-01", latest="2017-05-31", episode="e1", leg=1, approximate=True),
        said("a2", "arrest_date", "12 June 2017", "2017年6月12日", value="2017-06-12",
             earliest="2017-06-12", latest="2017-06-12", episode="e1", leg=1, **official),
        said("h1", "held_place", "a camp near the county town", episode="e1", leg=1),
        said("h2", "held_place", "ناھىيە مەركىزىدىكى لاگېر", "ناھىيە مەركىزىدىكى لاگېر", episode="e1",
             leg=1, **uyghur),
        said("o1", "official_statement", "She “took part in training of her own will and has finished”.",
             "该人自愿参加培训，现已结业。", episode="e1", **official),
        said("l1", "last_sign_of_life", "February 2019", "2019 жылы ақпанда қоңырау шалды",
             value="2019-02", earliest="2019-02-14", latest="2019-02-14", qualifier="video_call"),
        said("c1", "charge", "", state="not_asked", value="", source="account-1"),
        said("c2", "sentence", "", state="unknown", value="", source="account-1"),
        said("c3", "health", "", state="refused", value="", source="account-2"),
        said("c4", "birth", "", state="not_stated", value="", **official),
    )  # fmt: skip
    return ReleasedPerson(
        key=public_id("invented"),
        display_name="Нұрия Мысалқызы",
        display_lang="kk-Cyrl",
        display_dir="ltr",
        names=names_of(claims),
        summary="Nuriya Mysalqyzy (an invented person) was taken in spring 2017, as a relative says; an "
        "official reply says June. She has not been heard from since February 2019.",
        claims=claims,
        sources=(
            ReleasedSource("account-1", "testimony", "A relative's account", year="2019",
                           voice="relative", basis="consent of the speaker"),
            ReleasedSource("account-2", "testimony", "A second relative's account", year="2021",
                           voice="relative", basis="consent of the speaker"),
            ReleasedSource("reply", "document", "Reply of a county office", lang="zh-Hans",
                           voice="official", year="2020", basis="public document"),
        ),
        conflicts=(
            Conflict("arrest_date", "e1", "differ", (
                Position("spring 2017", (public_id("a1"),)),
                Position("12 June 2017", (public_id("a2"),)),
            )),
        ),
        episodes=(
            ReleasedEpisode("e1", 3, (
                ReleasedLeg(1, "camp", "a camp near the county town", "2017-03-01", "2017-06-12",
                            "2018-09-01", "2018-12-31"),
                ReleasedLeg(2, "forced_labour_placement", "a factory, place not known", "2018-12-31",
                            "2019-01-31"),
            )),
        ),
        status=(
            ReleasedStatus("no_news_since", "No news since", "2019-02-14", "a relative",
                           (public_id("l1"),)),
            ReleasedStatus("released", "Released", "2020", "an official reply", (public_id("o1"),)),
        ),
        corroboration="partly",
        corroboration_words="Two relatives who spoke separately, and one official reply.",
        place="",
        year="2017",
    )  # fmt: skip


@pytest.fixture(scope="session")
def people() -> tuple[ReleasedPerson, ...]:
    """Four historical people and one invented one, in the order of their names."""
    found = [*(alash_person(key) for key in HEADINGS), invented_person()]
    return tuple(sorted(found, key=lambda person: person.display_name))


@pytest.fixture(scope="session")
def release(people: tuple[ReleasedPerson, ...]) -> Release:
    """A draft release of those people."""
    return Release(
        title="People of Alash",
        purpose="publication_profile",
        audience="public",
        made_on=date(2026, 11, 23),
        draft=True,
        people=people,
        withheld={"the speaker has not agreed to publication": 3},
        method=("Facts were compiled from public sources and checked against them.",),
    )
