"""The sample archive is whole: keys resolve, values fit their properties, contradictions survive."""

import csv
import unicodedata
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from aigaq.intake.drafting import draft_rows
from aigaq.intake.drafts import Reject, RowDraft, SourceDraft
from aigaq.intake.mapping import load_mapping
from aigaq.intake.sources import read_sources
from aigaq.intake.tables import read_table
from aigaq.records.claims import SubjectKind, check_value
from aigaq.records.dates import parse_date
from aigaq.records.langtags import check_tag, script_of_tag
from aigaq.records.vocabulary import property_of, vocabulary

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "alash"
COMPILED = ROOT.parent / "shared" / "data" / "alash"
SCRIPTS = {
    "CYRILLIC": "Cyrl",
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Kore",
    "THAI": "Thai",
}
MAIN_SCRIPT = {"Hans": "Hani", "Hant": "Hani"}
MIXED_AS_FOUND = {
    "Mаgjаn Bekenulı Jumаbаev",
    "Елизавета Сəдуақасова",
    "reburied, cemetery 卡拉特克利, Astana",
}
ASPECTS = {"end_of_life": ("death", "execution")}

type Row = dict[str, str]
type Key = tuple[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def claims() -> list[Row]:
    return read(SAMPLE / "claims.csv")


@pytest.fixture(scope="module")
def sources() -> dict[str, Row]:
    return {row["key"]: row for row in read(SAMPLE / "sources.csv")}


@pytest.fixture(scope="module")
def judgements() -> list[Row]:
    return read(SAMPLE / "judgements.csv")


@pytest.fixture(scope="module")
def people(claims: list[Row], judgements: list[Row]) -> dict[Key, list[Row]]:
    """The claims by person: mentions that a judgement joins to an earlier one go to that one."""
    first = {
        (row["right_source"], row["right_mention"]): (row["left_source"], row["left_mention"])
        for row in judgements
        if row["outcome"] == "same"
    }
    found: dict[Key, list[Row]] = defaultdict(list)
    for claim in claims:
        key = (claim["source_key"], claim["mention"])
        found[first.get(key, key)].append(claim)
    return found


def scripts_of(text: str) -> set[str]:
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    return {SCRIPTS[name] for name in names if name in SCRIPTS}


def test_every_claim_has_a_source_and_every_source_a_claim(
    claims: list[Row], sources: dict[str, Row]
) -> None:
    assert {claim["source_key"] for claim in claims} == set(sources)
    assert len(sources) == len(read(SAMPLE / "sources.csv"))


def test_sources_use_the_vocabularies_and_derive_from_sources(sources: dict[str, Row]) -> None:
    for source in sources.values():
        vocabulary("source_kind").term(source["kind"])
        vocabulary("voice").term(source["voice"])
        assert source["lang"] == "" or check_tag(source["lang"])
        assert source["dated"] == "" or parse_date(source["dated"])
        origin = source["independent_of"]
        assert origin == "" or (origin in sources and sources[origin]["independent_of"] == "")


def test_values_are_of_their_property_and_of_a_person(claims: list[Row]) -> None:
    for claim in claims:
        definition = property_of(claim["property"])
        assert SubjectKind.MENTION in definition.subjects
        assert bool(claim["value"]) != bool(claim["refers_to"]), claim
        check_value(definition, claim["value"] or str(uuid4()))
        if claim["qualifier"]:
            vocabulary(definition.qualifier).term(claim["qualifier"])
        if claim["voice"]:
            vocabulary("voice").term(claim["voice"])


def test_words_have_a_tag_in_their_script_and_codes_have_none(claims: list[Row]) -> None:
    for claim in claims:
        words = property_of(claim["property"]).value in ("name", "text", "place", "person_name")
        assert bool(claim["lang"]) == words, claim
        if words and claim["value"] not in MIXED_AS_FOUND:
            script = script_of_tag(check_tag(claim["lang"]))
            expected = MAIN_SCRIPT.get(script, script)
            assert scripts_of(claim["value"]) <= {expected}, claim


def test_the_mixed_scripts_are_still_as_found(claims: list[Row]) -> None:
    assert {claim["value"] for claim in claims} >= MIXED_AS_FOUND


def test_references_lead_to_another_mention_of_the_same_source(claims: list[Row]) -> None:
    mentions = {(claim["source_key"], claim["mention"]) for claim in claims}
    references = [claim for claim in claims if claim["refers_to"]]
    assert references
    for claim in references:
        assert claim["property"] == "relative"
        assert claim["refers_to"] != claim["mention"]
        assert (claim["source_key"], claim["refers_to"]) in mentions


def test_claims_stand_in_an_episode_as_their_property_asks(claims: list[Row]) -> None:
    unplaced = Counter()
    for claim in claims:
        scope = property_of(claim["property"]).scope
        assert scope != "mention" or not (claim["episode"] or claim["leg"]), claim
        assert (scope == "leg") == bool(claim["leg"]), claim
        unplaced[claim["property"]] += scope != "mention" and not claim["episode"]
    assert +unplaced == {"alleged_perpetrator": 2}


def test_mention_keys_say_nothing_of_the_person(claims: list[Row]) -> None:
    assert all(claim["mention"][0] == "m" and claim["mention"][1:].isdigit() for claim in claims)


def test_judgements_join_known_mentions_once(claims: list[Row], judgements: list[Row]) -> None:
    mentions = {(claim["source_key"], claim["mention"]) for claim in claims}
    same = [row for row in judgements if row["outcome"] == "same"]
    rights = [(row["right_source"], row["right_mention"]) for row in same]
    assert len(rights) == len(set(rights))
    for row in judgements:
        left, right = (
            (row["left_source"], row["left_mention"]),
            (
                row["right_source"],
                row["right_mention"],
            ),
        )
        assert {left, right} <= mentions
        assert row["outcome"] in ("same", "different")
        assert row["reason"]
        assert left not in rights


def test_accounts_of_one_case_are_joined_within_one_person(
    claims: list[Row], people: dict[Key, list[Row]]
) -> None:
    owner = {
        (claim["source_key"], claim["mention"], claim["episode"]): person
        for person, said in people.items()
        for claim in said
        if claim["episode"]
    }
    for row in read(SAMPLE / "episode_judgements.csv"):
        left = owner[row["left_source"], row["left_mention"], row["left_episode"]]
        right = owner[row["right_source"], row["right_mention"], row["right_episode"]]
        assert left == right
        assert row["outcome"] == "same"
        assert row["reason"]


def test_there_are_55_people_16_of_them_women(people: dict[Key, list[Row]]) -> None:
    sexes = [
        {claim["value"] for claim in said if claim["property"] == "sex"} for said in people.values()
    ]
    assert len(people) == 55
    assert sexes.count({"female"}) == 16
    assert sexes.count({"male"}) == 39


def test_everyone_is_named_and_some_in_many_scripts(people: dict[Key, list[Row]]) -> None:
    scripts = [
        {
            script
            for claim in said
            if claim["property"] == "name" and claim["qualifier"] != "generated"
            for script in scripts_of(claim["value"])
        }
        for said in people.values()
    ]
    assert all(scripts)
    assert sum(len(found) >= 3 for found in scripts) >= 10


def test_general_knowledge_is_marked(claims: list[Row], sources: dict[str, Row]) -> None:
    assert sources["gk"]["kind"] == "general_knowledge"
    for claim in claims:
        assert (claim["confidence"] == "general-knowledge") == (claim["source_key"] == "gk")
    assert {claim["confidence"] for claim in claims} == {"general-knowledge", "seen-in-source"}


def test_misprints_are_kept(people: dict[Key, list[Row]]) -> None:
    values = {claim["value"] for said in people.values() for claim in said}
    assert values >= {"1679-05-12", "1937-08-10", "1937-10-08", "Dulatov World-Yakub (Mirzhakip)"}


def test_subjects_say_only_what_a_row_says(claims: list[Row], sources: dict[str, Row]) -> None:
    rows: dict[str, str] = defaultdict(str)
    for claim in claims:
        rows[claim["origin"]] += f" {claim['source_key']} {claim['value']} {claim['note']}"
    document = yaml.safe_load((SAMPLE / "subjects.yaml").read_text("utf-8"))
    assert {subject["kind"] for subject in document["subjects"]} >= {"facility", "body", "figure"}
    for subject in document["subjects"]:
        for claim in subject["claims"]:
            definition = property_of(claim["property"])
            assert SubjectKind(subject["kind"]) in definition.subjects, claim
            check_value(definition, claim["value"])
            assert claim["source"] in rows[str(claim["origin"])].split(), claim
            said = rows[str(claim["origin"])].replace(",", "")
            words = claim["value"] if definition.value in ("name", "text", "place") else ""
            assert set(words.replace(",", "").split()) <= set(said.split()), claim


def test_every_contradiction_survives(claims: list[Row]) -> None:
    if not COMPILED.is_dir():
        pytest.skip("../shared/data/alash is not here: the compiled conflicts can't be compared")
    compiled = read(COMPILED / "alash_claims.csv")
    said: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for claim in claims:
        person = compiled[int(claim["origin"]) - 2]["person_key"]
        said[person, claim["source_key"], claim["property"]].append(claim["value"])
    conflicts = read(COMPILED / "alash_conflicts.csv")
    assert conflicts
    for row in conflicts:
        for source in row["source_keys"].split():
            aspects = ASPECTS.get(row["aspect"], (row["aspect"],))
            values = [v for aspect in aspects for v in said[row["person_key"], source, aspect]]
            if row["aspect"] == "burial":
                assert any(value.startswith(row["reported"]) for value in values), row
            else:
                assert row["reported"] in values, row


def draft_sample() -> tuple[dict[str, SourceDraft], list[RowDraft | Reject]]:
    mapping = load_mapping((SAMPLE / "mapping.yaml").read_text("utf-8"), "mapping.yaml")
    drafted = read_sources((SAMPLE / "sources.csv").read_bytes(), "sources.csv", mapping)
    data = (SAMPLE / "claims.csv").read_bytes()
    table = read_table(data, "claims.csv", mapping)
    return drafted, list(draft_rows(table, mapping, sha256(data).hexdigest(), drafted))


def test_the_mapping_reads_every_source_as_it_stands(sources: dict[str, Row]) -> None:
    drafted, _ = draft_sample()
    fields = ("key", "kind", "title", "url", "lang", "voice", "dated", "independent_of")
    assert list(drafted) == list(sources)
    for key, draft in drafted.items():
        assert {field: getattr(draft, field) for field in fields} == {
            field: sources[key][field] for field in fields
        }
        assert draft.publication_basis == "historical_dead"
        assert draft.basis_reason


def test_the_mapping_reads_every_row_as_it_stands(claims: list[Row]) -> None:
    _, rows = draft_sample()
    assert [row.line("claims.csv") for row in rows if isinstance(row, Reject)] == []
    found = [row for row in rows if isinstance(row, RowDraft)]
    for row, claim in zip(found, claims, strict=True):
        (draft,) = row.claims
        assert (row.source.key, row.mention) == (claim["source_key"], claim["mention"])
        for field in ("property", "value", "lang", "qualifier", "refers_to", "voice", "note"):
            assert getattr(draft, field) == claim[field], (row.row, field)
        assert draft.certainty == (3 if claim["confidence"] == "seen-in-source" else 1)
        if claim["episode"] or property_of(claim["property"]).scope == "mention":
            place = int(claim["episode"] or 0), int(claim["leg"] or 0)
            assert (draft.episode, draft.leg) == place, row.row


def test_who_was_killed_without_arrest_gets_no_episode() -> None:
    _, rows = draft_sample()
    said = [claim for row in rows if isinstance(row, RowDraft) for claim in row.claims]
    named = [claim.episode for claim in said if claim.property == "alleged_perpetrator"]
    assert named == [0, 0]
