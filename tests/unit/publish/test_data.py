"""The data files: they parse, they match the dictionary, nothing is lost, no cell is a formula."""

import csv
import dataclasses
import io
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.publish.dictionary import codes, dictionary_files, entries, field_words
from aigaq.publish.tables import TABLES, data_files, guard_cell, unguard_cell, write_csv
from aigaq.records.release import Release, ReleasedClaim, ReleasedPerson
from aigaq.records.vocabulary import vocabulary


@pytest.fixture(scope="module")
def data(release: Release) -> Mapping[str, bytes]:
    return {**dict(data_files(release)), **dict(dictionary_files())}


def rows(data: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(data[f"data/{name}.csv"].decode(), newline=""))
    return [{key: unguard_cell(value) for key, value in row.items()} for row in reader]


def test_tables_have_a_row_for_each_thing(release: Release, data: Mapping[str, bytes]) -> None:
    people = release.people
    assert len(rows(data, "persons")) == len(people)
    assert len(rows(data, "claims")) == sum(len(one.claims) for one in people)
    assert len(rows(data, "names")) == sum(len(one.names) for one in people)
    assert len(rows(data, "sources")) == sum(len(one.sources) for one in people)
    positions = sum(len(conflict.positions) for one in people for conflict in one.conflicts)
    assert len(rows(data, "conflicts")) == positions


def test_claims_come_back_whole(release: Release, data: Mapping[str, bytes]) -> None:
    told = iter(rows(data, "claims"))
    for person in release.people:
        for claim in person.claims:
            row = next(told)
            assert row["person"] == person.key
            for name in ("key", "property", "state", "value", "display", "words", "lang", "dir",
                         "source", "locator", "voice", "earliest", "latest", "note"):  # fmt: skip
                assert row[name] == getattr(claim, name)
            assert row["approximate"] == str(claim.approximate).lower()
            assert row["certainty"] == ("" if claim.certainty is None else str(claim.certainty))


def test_every_row_is_as_wide_as_its_heading(data: Mapping[str, bytes]) -> None:
    for table in TABLES:
        text = data[f"data/{table.name}.csv"].decode()
        widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
        assert widths == {len(table.columns)}


def test_json_lines_hold_everything(release: Release, data: Mapping[str, bytes]) -> None:
    lines = data["data/persons.jsonl"].decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        json.loads(json.dumps(dataclasses.asdict(person))) for person in release.people
    ]


def test_the_dictionary_names_exactly_the_columns(data: Mapping[str, bytes]) -> None:
    described: dict[str, list[str]] = {}
    for row in rows(data, "dictionary"):
        described.setdefault(row["file"], []).append(row["field"])
        assert row["meaning"]
    for table in TABLES:
        head = data[f"data/{table.name}.csv"].decode().splitlines()[0]
        assert head.split(",") == described[f"{table.name}.csv"]
    fields = {f"person.{field.name}" for field in dataclasses.fields(ReleasedPerson)}
    assert fields <= set(described["persons.jsonl"])
    document = json.loads(data["data/dictionary.json"])
    assert len(document["fields"]) == len(list(entries()))


def test_every_field_is_described_in_words_for_the_public() -> None:
    for entry in entries():
        assert entry.words, entry
        assert not set('`"') & set(entry.words), entry
        assert "Released" not in entry.words, entry
    assert field_words(ReleasedClaim)["lang"] == field_words(ReleasedClaim)["dir"]


def test_codes_hold_every_code_in_the_data(release: Release) -> None:
    known = {(code.list, code.code) for code in codes()}
    for person in release.people:
        for claim in person.claims:
            assert ("properties", claim.property) in known
            assert ("claim_state", claim.state) in known
            assert ("voice", claim.voice) in known
        assert ("corroboration", person.corroboration) in known
    for column in (column for table in TABLES for column in table.columns):
        if column.codes and column.codes != "properties":
            assert {(column.codes, code) for code in vocabulary(column.codes).terms} <= known


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    cell = guard_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert unguard_cell(cell) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_csv_comes_back_whatever_the_text(cells: list[str]) -> None:
    body = write_csv(["c"] * len(cells), [cells]).decode()
    read = list(csv.reader(io.StringIO(body, newline="")))
    assert [unguard_cell(cell) for cell in read[1]] == cells
