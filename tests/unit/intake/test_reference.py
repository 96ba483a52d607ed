"""docs/reference/mapping.md: every example loads, and reads the table that follows it without a reject."""

import re
from pathlib import Path

from aigaq.intake.drafts import RowDraft
from aigaq.intake.mapping import load_mapping
from aigaq.intake.sources import read_sources

from .builders import draft, values

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "mapping.md"
BLOCKS = re.findall(r"^```(yaml|csv)\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def example(number: int) -> list[RowDraft]:
    at = [index for index, (kind, _) in enumerate(BLOCKS) if kind == "yaml"][number]
    mapping = load_mapping(BLOCKS[at][1], "mapping.md")
    tables = [text.encode() for kind, text in BLOCKS[at + 1 : at + 3] if kind == "csv"]
    sources = read_sources(tables[1], "sources.csv", mapping) if mapping.shape == "claims" else None
    good, rejects = draft(tables[0], mapping, sources=sources)
    assert [reject.line("mapping.md") for reject in rejects] == []
    return good


def test_there_is_an_example_a_shape() -> None:
    assert [kind for kind, _ in BLOCKS] == ["yaml", "csv", "yaml", "csv", "yaml", "csv", "csv"]


def test_a_wide_table() -> None:
    first, second = example(0)
    assert values(first, "name") == ["PEREZ, ANA"]
    assert values(first, "arrest_date") == ["1976-11"]
    assert values(first, "nickname") == ["La Negra", "Anita"]
    assert values(first, "birth_place") == ["Salta, ARGENTINA"]
    assert [(c.value, c.qualifier) for c in first.claims if c.property == "relative_name"] == [
        ("Paz, Rosa", "mother")
    ]
    assert [c.state for c in second.claims if c.property == "age_when_taken"] == ["not_stated"]
    assert values(second, "arrest_date") == ["1978-06-27/1978-06-28"]
    assert values(second, "nickname") == []
    assert values(second, "status") == ["reported_disappeared"]
    assert first.claims[0].locator.describe() == "page 12, row 2, column “name”"


def test_testimonies() -> None:
    (row,) = example(1)
    assert (row.source.key, row.source.voice, row.source.lang, row.source.dated) == (
        "interviews-2019/1", "relative", "kk-Cyrl", "2019-02-11",
    )  # fmt: skip
    assert row.testifier is not None
    assert (row.testifier.name, row.testifier.relation) == ("Ойша Аты", "younger_sister")
    assert row.consent is not None
    assert row.consent.purposes == {"publication_profile": "yes", "media": "ask_again"}
    assert (row.consent.audience, row.consent.identity_mode) == ("public", "full_name")
    assert row.consent.about == "proxy"


def test_a_table_of_claims() -> None:
    rows = example(2)
    claims = [(c.property, c.value, c.certainty, c.lang) for row in rows for c in row.claims]
    assert claims == [
        ("name", "Әлия Ойданқызы", 3, "kk-Cyrl"),
        ("sex", "female", 3, ""),
        ("taken_by", "NKVD", 1, "en-Latn"),
        ("arrest_date", "1937-11", 1, "en-Latn"),
        ("birth", "1901~", 3, ""),
    ]
    assert {(row.source.key, row.mention) for row in rows} == {("book", "p1")}
    assert rows[3].claims[0].note == "about"
