"""The mappings we ship read their lists; the lists themselves lie outside the repository."""

from collections import Counter
from pathlib import Path

import pytest

from aigaq.intake.mapping import load_mapping
from aigaq.intake.sources import read_sources
from aigaq.records.claims import ClaimState, check_value
from aigaq.records.vocabulary import property_of

from .builders import draft

ROOT = Path(__file__).parents[3]
MAPPINGS = ROOT / "samples" / "mappings"
LISTS = ROOT.parent / "shared" / "data" / "lists"


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_is_valid(path: Path) -> None:
    assert load_mapping(path.read_text("utf-8"), path.name).headings


@pytest.mark.parametrize(
    ("name", "rows", "dates"),
    [
        ("argentina_ruvte", 8_628, 7_545),
        ("argentina_ruvte_without_complaint", 784, 386),
        ("argentina_parque_de_la_memoria", 8_751, 7_124),
        ("chile_rettig", 2_398, 1_484),
    ],
)
def test_the_real_lists_lose_no_row(name: str, rows: int, dates: int) -> None:
    path = LISTS / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"needs ../shared/data/lists/{path.name}, which is not shipped")
    mapping = load_mapping((MAPPINGS / f"{name}.yaml").read_text("utf-8"), name)
    good, rejects = draft(path.read_bytes(), mapping)
    assert [reject.line(path.name) for reject in rejects] == []
    assert len(good) == rows
    claims = Counter(c.property for row in good for c in row.claims if c.value)
    assert (claims["name"], claims["arrest_date"]) == (rows, dates)
    for value in {(c.property, c.value) for row in good for c in row.claims if c.value}:
        check_value(property_of(value[0]), value[1])


def test_the_fictional_testimonies() -> None:
    mapping = load_mapping((MAPPINGS / "testimonies.yaml").read_text("utf-8"), "testimonies.yaml")
    data = (ROOT / "samples" / "testimonies_fictional.csv").read_bytes()
    good, rejects = draft(data, mapping)
    assert [reject.line("testimonies_fictional.csv") for reject in rejects] == []
    assert len(good) == 12
    answers = {answer for row in good if row.consent for answer in row.consent.purposes.values()}
    assert answers == {"yes", "no", "ask_again"}
    scripts = {c.lang for row in good for c in row.claims if c.property == "name"}
    assert {"kk-Cyrl", "kk-Arab", "zh-Hans"} <= scripts
    assert all(line.split(b",")[1] == b"FICTIONAL" for line in data.split(b"\nT-")[1:])


def test_the_alash_sample() -> None:
    folder = ROOT / "samples" / "alash"
    mapping = load_mapping((folder / "mapping.yaml").read_text("utf-8"), "mapping.yaml")
    sources = read_sources((folder / "sources.csv").read_bytes(), "sources.csv", mapping)
    data = (folder / "claims.csv").read_bytes()
    good, rejects = draft(data, mapping, "claims.csv", sources)
    assert [reject.line("claims.csv") for reject in rejects] == []
    assert len(good) == data.count(b"seen-in-source") + data.count(b"general-knowledge")
    assert all(c.state is ClaimState.KNOWN for row in good for c in row.claims)
