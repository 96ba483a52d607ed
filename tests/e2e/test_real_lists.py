"""The two Argentine lists of the disappeared, by command line, from files to pages. Needs ../shared."""

import csv
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ROOT.parent / "shared" / "data" / "lists"
NAMES = ("argentina_ruvte", "argentina_parque_de_la_memoria")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not LISTS.is_dir(), reason="the Argentine lists are in ../shared/data/lists"
    ),
]


@pytest.fixture(scope="module")
def archive(aigaq, tmp_path_factory):
    """Both lists imported and linked, the batch accepted."""
    place = tmp_path_factory.mktemp("lists") / "archive"
    assert aigaq("init", place).returncode == 0
    for name, rows in zip(NAMES, (8628, 8751), strict=True):
        (report,) = _import(aigaq, place, name)
        assert report["mentions_added"] == report["rows"] == rows
        assert report["rejects"] == []
    linked = aigaq("link", "--accept", "0.99", "--as", "administrator", "--json", archive=place)
    assert linked.returncode == 0, linked.stderr
    return place


def _import(aigaq, place, name):
    mapping = ROOT / "samples" / "mappings" / f"{name}.yaml"
    done = aigaq("import", LISTS / f"{name}.csv", "--mapping", mapping, "--json", archive=place)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def site(aigaq, archive, tmp_path_factory):
    """What is published of them."""
    out = tmp_path_factory.mktemp("site") / "site"
    done = aigaq("publish", out, "--draft", archive=archive)
    assert done.returncode == 0, done.stderr
    return out


def normalise(name):
    """Capitals, no accents, punctuation and blanks folded: 8,013 distinct names stand in both lists."""
    plain = unicodedata.normalize("NFKD", name.upper())
    return " ".join(
        re.findall("[A-Z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    )


def test_a_second_import_adds_nothing(aigaq, archive):
    for name in NAMES:
        (report,) = _import(aigaq, archive, name)
        assert (report["mentions_added"], report["claims_added"]) == (0, 0)


def test_nearly_every_name_in_both_lists_is_linked_and_nobody_twice(site):
    rows = read(site, "names.csv")
    lists_of = defaultdict(set)
    named = defaultdict(lambda: defaultdict(set))
    sources = {
        row["key"]: row["source"] for row in read(site, "claims.csv") if row["property"] == "name"
    }
    per_list = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for claim in row["claims"].split():
            lists_of[row["person"]].add(sources[claim])
            named[normalise(row["text"])][sources[claim]].add(row["person"])
            per_list[row["person"]][sources[claim]] += 1
    both = {name: found for name, found in named.items() if len(found) == 2}
    assert len(both) == 8013
    linked = sum(1 for found in both.values() if set.intersection(*found.values()))
    assert linked >= 7900
    twice = sum(1 for counts in per_list.values() if max(counts.values()) > 1)
    assert twice == 0


def read(site, name):
    with (site / "data" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_person_in_both_shows_each_date_with_its_list_and_row(site):
    conflicts = [row for row in read(site, "conflicts.csv") if row["property"] == "arrest_date"]
    assert len({row["person"] for row in conflicts}) > 100
    claims = {row["key"]: row for row in read(site, "claims.csv")}
    page = next((site / "person").glob(f"*{conflicts[0]['person']}*.html")).read_text("utf-8")
    for row in (row for row in conflicts if row["person"] == conflicts[0]["person"]):
        for claim in row["claims"].split():
            assert claims[claim]["words"] in page
            assert re.search(r"row \d+", claims[claim]["locator"])
            assert claims[claim]["locator"].split(",")[0] in page
    assert "Registro" in page
    assert "Parque" in page
