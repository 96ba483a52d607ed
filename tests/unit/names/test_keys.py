import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import given

from aigaq.names.keys import keys, pair_keys, wide_keys
from aigaq.names.scripts import fold

from .strategies import any_text, in_presentation_forms, names

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "names"


def test_one_name_in_five_scripts_shares_a_key() -> None:
    spellings = ("Нұрбақыт", "نۇرباقىت", "努尔巴合提", "Nurbakhyt", "NUERBAHETI")
    assert set.intersection(*(set(keys(s)) for s in spellings)) == {"NLPKT"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("买买提", "Memet"),
        ("麦麦提", "مەمەت"),
        ("阿卜杜热依木", "Abdureyim"),
        ("古丽娜孜", "Gülnaz"),
        ("托列吾汗", "Төлеухан"),
        ("Әлихан", "阿里汗"),
        ("San Juan", "Sanjuan"),
        ("Раджаб", "Rejep"),
    ],
)
def test_the_same_name_shares_a_key(a: str, b: str) -> None:
    assert set(keys(a)) & set(keys(b))


@pytest.mark.parametrize(
    ("a", "b"), [("Memet Hajji", "Ghulam Hajji"), ("Болатұлы", "Серікұлы"), ("Omarov", "Saparov")]
)
def test_titles_and_endings_alone_share_nothing(a: str, b: str) -> None:
    assert not set(keys(a)) & set(keys(b))


def test_pairs_of_parts_do_not_mind_the_order() -> None:
    assert pair_keys("Нұрбақыт Сәлім") == pair_keys("Сәлім Нұрбақыт")
    assert set(pair_keys("Нұрбақыт Сәлім")) & set(pair_keys("努尔巴合提·萨里木"))
    assert pair_keys("Нұрбақыт") == ()


def test_keys_join_as_a_column_of_duckdb() -> None:
    rows = [(i, list(keys(n))) for i, n in enumerate(("Нұрбақыт", "努尔巴合提", "Гүлнар"))]
    with duckdb.connect() as db:
        db.execute("CREATE TABLE a (id INTEGER, keys VARCHAR[])")
        db.executemany("INSERT INTO a VALUES (?, ?)", rows)
        met = db.execute(
            "SELECT DISTINCT l.id, r.id FROM (SELECT id, unnest(keys) k FROM a) l"
            " JOIN (SELECT id, unnest(keys) k FROM a) r USING (k) WHERE l.id < r.id"
        ).fetchall()
    assert met == [(0, 1)]


def test_wide_keys_bridge_one_difference() -> None:
    assert not set(keys("Abdurahmanov")) & set(keys("Abdurahmatov"))
    assert set(wide_keys("Abdurahmanov")) & set(wide_keys("Abdurahmatov"))
    assert set(keys("Нұрбақыт")) <= set(wide_keys("Нұрбақыт"))


@given(any_text)
def test_any_text_has_plain_keys(text: str) -> None:
    for make in (keys, wide_keys, pair_keys):
        found = make(text)
        assert list(found) == sorted(set(found))
        assert all(key and set(key) <= set("PMTNLSK ") for key in found)


@pytest.mark.parametrize("filler", ["ﷺ", "хан", "xin", "努", "jx", "b "])
def test_the_longest_names_give_few_and_short_keys(filler: str) -> None:
    found = wide_keys((filler * 256)[:256])
    assert len(found) < 5000
    assert max(map(len, found), default=0) <= 48


@given(names)
def test_keys_follow_the_fold(name: str) -> None:
    assert keys(name) == keys(fold(name)) == keys(in_presentation_forms(f" {name} "))


def read(letter: str, part: str) -> list[dict[str, str]]:
    with (DATA / f"dev_{letter}_{part}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("letter", "least"), [("A", 0.93), ("C", 0.97), ("E", 0.90), ("M", 0.97)])
def test_recall_on_the_development_sets(letter: str, least: float) -> None:
    if not DATA.is_dir():
        pytest.skip("../shared/data/names is not here")
    tables = {part: read(letter, part) for part in ("queries", "candidates", "answers")}
    hits = 0
    for query in tables["queries"]:
        groups = {r["answer_id"] for r in tables["answers"] if r["query_id"] == query["id"]}
        forms = [r for r in tables["candidates"] if r["id"].rpartition("#")[0] in groups]
        asked = set(keys(query["name"], query["lang"]))
        hits += any(asked & set(keys(r["name"], r["lang"])) for r in forms)
    assert hits / len(tables["queries"]) >= least
