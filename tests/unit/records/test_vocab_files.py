"""What the house relies on in the vocabulary files: codes, languages, references, scripts."""

import csv
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
VOCAB = ROOT / "vocab"
ALASH = ROOT.parent / "shared" / "data" / "alash" / "alash_claims.csv"
LANGUAGES = ["en", "ru", "kk", "zh-Hans", "ug"]
CODE = re.compile(r"[a-z][a-z0-9_]*")
TAG = re.compile(r"[a-z]{2,3}-[A-Z][a-z]{3}(-[A-Za-z0-9]+)*")
ABSENCES = {"unknown", "not_asked", "not_stated", "refused"}
VALUES = {
    "name", "text", "date", "place", "term", "number",
    "mention_ref", "person_name", "identifier", "url",
}  # fmt: skip
SUBJECTS = {"mention", "facility", "site", "body", "group", "policy", "event", "figure"}
SENSITIVITIES = {"public", "restricted", "identity", "sensitive", "operators"}
CONCERNED = {"speaker", "victim", "relatives", "perpetrators"}
PROPERTY_KEYS = {
    "code", "subjects", "scope", "value", "vocabulary", "qualifier", "cardinality", "sensitivity",
    "never_public", "names_other_person", "role", "labels", "sentence", "xwalk",
}  # fmt: skip
TERM_KEYS = {"code", "labels", "broader", "dir", "covers", "note", "xwalk"}


class StrictLoader(yaml.SafeLoader):
    """A loader that refuses a key written twice, which PyYAML would silently overwrite."""


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    doubled = {key for key in keys if keys.count(key) > 1}
    assert not doubled, f"{node.start_mark}: {doubled} written twice"
    return dict(loader.construct_pairs(node))


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text("utf-8"), Loader=StrictLoader)


DOCUMENTS = {path.stem: read(path) for path in sorted(VOCAB.glob("*.yaml"))}
LISTS = {name: doc for name, doc in DOCUMENTS.items() if "terms" in doc}
PROPERTIES = DOCUMENTS["properties"]["properties"]
RULES = DOCUMENTS["transitions"]["rules"]
FORMS = {term["code"] for term in LISTS["custody_form"]["terms"]}


def codes_of(name: str) -> list[str]:
    return [term["code"] for term in LISTS[name]["terms"]]


def all_labels() -> list[tuple[str, dict[str, str]]]:
    labelled = [(name, doc["labels"]) for name, doc in LISTS.items()]
    labelled += [
        (f"{name}.{term['code']}", term["labels"])
        for name, doc in LISTS.items()
        for term in doc["terms"]
    ]
    return labelled + [(f"properties.{prop['code']}", prop["labels"]) for prop in PROPERTIES]


def scripts(text: str) -> set[str]:
    names = [unicodedata.name(letter, "").split()[0] for letter in text if letter.isalpha()]
    return {"CJK" if name.startswith("CJK") else name for name in names}


def test_every_file_is_a_list_the_properties_or_the_transitions() -> None:
    assert set(DOCUMENTS) - set(LISTS) == {"properties", "transitions"}
    for name, doc in DOCUMENTS.items():
        assert doc["code"] == name
        assert doc["version"] >= 1


@pytest.mark.parametrize("name", LISTS)
def test_codes_are_unique_and_well_formed(name: str) -> None:
    codes = codes_of(name)
    shape = TAG if name == "language_tag" else CODE
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not (type(code) is str and shape.fullmatch(code))] == []


@pytest.mark.parametrize("name", LISTS)
def test_terms_have_known_keys_and_broader_terms_without_circles(name: str) -> None:
    terms = {term["code"]: term for term in LISTS[name]["terms"]}
    for code, term in terms.items():
        assert set(term) <= TERM_KEYS, code
        above, climbed = term.get("broader"), {code}
        while above is not None:
            assert above in terms, f"{name}.{code}: no term {above}"
            assert above not in climbed, f"{name}.{code}: broader terms run in a circle"
            climbed.add(above)
            above = terms[above].get("broader")


def test_every_label_stands_in_all_five_languages() -> None:
    for where, labels in all_labels():
        assert list(labels) == LANGUAGES, where
        for language, text in labels.items():
            assert type(text) is str, f"{where} {language}"
            assert text, f"{where} {language}"
            assert text == unicodedata.normalize("NFC", text.strip()), f"{where} {language}"


def test_labels_are_in_the_script_of_their_language() -> None:
    needed = {"en": "LATIN", "ru": "CYRILLIC", "kk": "CYRILLIC", "zh-Hans": "CJK", "ug": "ARABIC"}
    for where, labels in all_labels():
        for language, text in labels.items():
            used = scripts(text)
            assert needed[language] in used, f"{where} {language}: {text}"
            assert used <= {needed[language], "LATIN"}, f"{where} {language}: {text}"


def test_no_word_mixes_scripts() -> None:
    for where, labels in all_labels():
        for language, text in labels.items():
            for word in re.findall(r"[^\W\d_]+", text):
                mixed = len(scripts(word)) > 1 and language != "zh-Hans"
                assert not mixed, f"{where} {language}: {word}"


def test_uyghur_labels_use_uyghur_letters_only() -> None:
    letters = set("ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە")
    for where, labels in all_labels():
        arabic = {letter for letter in labels["ug"] if scripts(letter) == {"ARABIC"}}
        assert arabic <= letters, f"{where}: {arabic - letters}"


def test_labels_of_one_list_do_not_repeat() -> None:
    for name, doc in LISTS.items():
        for language in LANGUAGES:
            texts = [term["labels"][language] for term in doc["terms"]]
            assert len(texts) == len(set(texts)), f"{name} {language}: a label stands twice"


def test_no_list_claims_an_unknown_language_as_reviewed() -> None:
    for name, doc in DOCUMENTS.items():
        if name != "transitions":
            assert "en" in doc["reviewed"], name
            assert set(doc["reviewed"]) <= set(LANGUAGES), name


def test_absences_are_states_of_a_claim_and_no_terms() -> None:
    assert set(codes_of("claim_state")) == ABSENCES | {"known"}
    for name in set(LISTS) - {"claim_state", "voice"}:  # `voice` asks who spoke, not what was said
        assert not ABSENCES & set(codes_of(name)), name


def test_crosswalks_hold_codes_and_no_text() -> None:
    for name, doc in LISTS.items():
        for term in doc["terms"]:
            for system, codes in term.get("xwalk", {}).items():
                where = f"{name}.{term['code']} {system}"
                if system == "huridocs":
                    assert all(set(code) == {"mt", "code"} for code in codes), where
                    assert all(re.fullmatch(r"\d{12}", code["code"]) for code in codes), where
                else:
                    shape = {"wgad": r"I|II|III|IV|V", "iccs": r"\d+", "isco": r"\d{1,4}"}[system]
                    assert all(re.fullmatch(shape, code) for code in codes), where


def test_properties_are_unique_and_use_only_known_words() -> None:
    codes = [prop["code"] for prop in PROPERTIES]
    assert len(codes) == len(set(codes))
    for prop in PROPERTIES:
        where = prop["code"]
        assert CODE.fullmatch(where), where
        assert set(prop) <= PROPERTY_KEYS, where
        assert prop["subjects"], where
        assert set(prop["subjects"]) <= SUBJECTS, where
        assert prop["scope"] in {"mention", "episode", "leg"}, where
        assert prop["value"] in VALUES, where
        assert prop["cardinality"] in {"one", "many"}, where
        assert prop["sensitivity"] in SENSITIVITIES, where
        assert prop.get("role") in {None, "perpetrator"}, where


def test_properties_refer_to_lists_that_exist() -> None:
    for prop in PROPERTIES:
        assert (prop["value"] == "term") == ("vocabulary" in prop), prop["code"]
        for key in ("vocabulary", "qualifier"):
            assert prop.get(key, "sex") in LISTS, f"{prop['code']}: no list {prop.get(key)}"


def test_property_sentences_have_one_place_for_the_value() -> None:
    for prop in PROPERTIES:
        for language, sentence in prop.get("sentence", {}).items():
            assert language == "en", prop["code"]
            assert re.findall(r"\{.*?\}", sentence) == ["{value}"], prop["code"]


def test_what_identifies_or_names_others_is_guarded() -> None:
    by_code = {prop["code"]: prop for prop in PROPERTIES}
    for code in ("id_number", "passport_number", "iin", "phone", "email", "address"):
        assert by_code[code]["never_public"] is True, code
        assert by_code[code]["sensitivity"] == "identity", code
    for prop in PROPERTIES:
        if prop["value"] in {"person_name", "mention_ref"}:
            assert prop.get("names_other_person") is True, prop["code"]
        if prop.get("role") == "perpetrator":
            assert prop["sensitivity"] != "public", prop["code"]
        if prop["sensitivity"] in {"identity", "operators"} and prop["value"] == "identifier":
            assert prop.get("never_public") is True, prop["code"]


def test_publication_bases_say_whose_consent_they_stand_for() -> None:
    bases = {term["code"]: set(term["covers"]) for term in LISTS["publication_basis"]["terms"]}
    assert all(covered and covered <= CONCERNED for covered in bases.values())
    assert bases["own_publication"] == {"speaker"}
    assert {code for code, covered in bases.items() if "relatives" in covered} == {
        "historical_dead"
    }


def test_language_tags_say_their_direction() -> None:
    for term in LISTS["language_tag"]["terms"]:
        expected = "rtl" if "-Arab" in term["code"] else "ltr"
        assert term["dir"] == expected, term["code"]


def test_transitions_name_forms_and_pseudo_states_only() -> None:
    states = FORMS | {"taken", "released", "died"}
    assert set(DOCUMENTS["transitions"]["forms"]) == FORMS
    for rule in [*RULES, DOCUMENTS["transitions"]["default"]]:
        assert rule["verdict"] in {"usual", "exception"}
        assert rule["note"]["en"]
    for rule in RULES:
        assert set(rule["from"]) <= states, rule
        assert set(rule["to"]) <= states, rule


def test_transitions_never_reject_and_hold_the_rules_of_practice() -> None:
    def verdict(start: str, end: str) -> str:
        named = [rule for rule in RULES if start in rule["from"] and end in rule["to"]]
        return str((named or [DOCUMENTS["transitions"]["default"]])[0]["verdict"])

    usual = [
        ("taken", "police_custody"), ("police_custody", "kanshousuo"), ("police_custody", "camp"),
        ("kanshousuo", "prison"), ("camp", "released"), ("prison", "died"), ("released", "camp"),
    ]  # fmt: skip
    assert [pair for pair in usual if verdict(*pair) != "usual"] == []
    for pair in [("taken", "prison"), ("kanshousuo", "bail"), ("died", "camp")]:
        assert verdict(*pair) == "exception"
    assert {verdict(form, "died") for form in FORMS} == {"usual"}


def test_every_property_of_the_alash_sample_has_its_place() -> None:
    if not ALASH.is_file():
        pytest.skip("the Alash facts are not beside this checkout (../shared/data/alash)")
    with ALASH.open(encoding="utf-8", newline="") as lines:
        used = {row["property"] for row in csv.DictReader(lines)}
    known = {prop["code"] for prop in PROPERTIES}
    known |= {prop.get("xwalk", {}).get("alash", "") for prop in PROPERTIES}
    assert used - known == set()
