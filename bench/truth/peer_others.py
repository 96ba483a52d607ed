"""Peers that live in an environment of their own: the `dedupe` library and nomenklatura.

    PEERS/bin/python bench/truth/peer_others.py dedupe|nomenklatura RECORDS.csv PAIRS.csv [TRUTH.csv]

Reads records in the columns of `aigaq match`, writes id_l,id_r,probability. nomenklatura 4 asks for duckdb 1,
Splink 5 for duckdb 2, so they can't share an environment. Imports nothing of ours.
"""

import csv
import importlib
import io
import json
import logging
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

_WORDS = ("name", "birth_place", "residence", "father", "mother", "spouse", "event_place")
_PAIRS_PER_RECORD = 20
_EXAMPLES = 300
type Scored = tuple[str, str, float]


def main() -> None:
    peer, records, out, *labelled = sys.argv[1:]
    with open(records, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    logging.disable(logging.WARNING)
    found = _run_dedupe(rows, labelled[0]) if peer == "dedupe" else _run_nomenklatura(rows)
    with open(out, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id_l", "id_r", "probability"), *found])


def _run_dedupe(rows: list[dict[str, str]], labelled: str) -> Iterator[Scored]:
    """Trained, to its favour, on true and random pairs of the very records, romanised for it."""
    dedupe = importlib.import_module("dedupe")
    with open(labelled, encoding="utf-8", newline="") as file:
        person = {row["id"]: row["person"] for row in csv.DictReader(file)}
    random.seed(1)
    said = [column for column in (*_WORDS, "sex", "birth") if any(row.get(column) for row in rows)]
    fields = [
        (dedupe.variables.Exact if column == "sex" else dedupe.variables.String)(
            column, **({"has_missing": True} if column != "name" else {})
        )
        for column in said
    ]
    deduper = dedupe.Dedupe(fields, num_cores=0)
    data = {row["id"]: _romanise(row, said) for row in rows}
    deduper.prepare_training(data, _make_examples(data, person), sample_size=1500)
    deduper.train(recall=0.9)
    for ids, scores in deduper.partition(data, 0.5):
        for (left, a), (right, b) in combinations(zip(ids, scores, strict=True), 2):
            yield left, right, float(min(a, b))


def _make_examples(data: dict[str, dict[str, str | None]], person: dict[str, str]) -> io.StringIO:
    """Return examples as a training file: only through it does dedupe add them to its sample."""
    people: dict[str, list[str]] = {}
    for id in data:
        people.setdefault(person[id], []).append(id)
    same = [two for own in people.values() for two in combinations(own, 2)][:_EXAMPLES]
    firsts = [own[0] for own in people.values()]
    apart = [tuple(random.sample(firsts, 2)) for _ in range(_EXAMPLES)]
    return io.StringIO(
        json.dumps(
            {
                answer: [{"__class__": "tuple", "__value__": [data[a], data[b]]} for a, b in pairs]
                for answer, pairs in (("match", same), ("distinct", apart))
            }
        )
    )


def _romanise(row: dict[str, str], said: list[str]) -> dict[str, str | None]:
    anyascii = importlib.import_module("anyascii")
    plain = {
        column: anyascii.anyascii(row.get(column, "")).lower().strip() or None for column in said
    }
    return plain | {"name": plain["name"] or "-"}


def _run_nomenklatura(rows: list[dict[str, str]]) -> Iterator[Scored]:
    """Its own blocking index and its logic-v2, as OpenSanctions and OpenAleph use them."""
    blocker = importlib.import_module("nomenklatura.blocker")
    matching = importlib.import_module("nomenklatura.matching")
    stores = importlib.import_module("nomenklatura.store.memory")
    resolvers = importlib.import_module("nomenklatura.resolver")
    ftm = importlib.import_module("followthemoney")
    dataset = ftm.Dataset.make({"name": "records", "title": "Records"})
    entities = [_make_entity(ftm, dataset, row) for row in rows]
    store = stores.MemoryStore(dataset, resolvers.Linker({}))
    with store.writer() as writer:
        for entity in entities:
            writer.add_entity(entity)
    known = {entity.id: entity for entity in entities}
    config = matching.ScoringConfig.defaults()
    with tempfile.TemporaryDirectory() as scratch:
        index = blocker.Index(store.default_view(), Path(scratch), options={})
        index.build()
        for (left, right), _ in index.pairs(max_pairs=_PAIRS_PER_RECORD * len(rows)):
            score = matching.LogicV2.compare(known[left.id], known[right.id], config).score
            if score >= 0.1:
                yield left.id[2:], right.id[2:], score


_PROPERTIES = {"name": "name", "sex": "gender", "birth_place": "birthPlace", "residence": "address"}
_PROPERTIES |= {"father": "fatherName", "mother": "motherName", "id_number": "idNumber"}


def _make_entity(ftm: Any, dataset: Any, row: dict[str, str]) -> Any:
    entity = ftm.StatementEntity(dataset, {"schema": "Person", "id": f"x-{row['id']}"})
    for column, name in _PROPERTIES.items():
        entity.add(name, row.get(column) or None)
    if birth := re.match(r"\d{4}(-\d\d){0,2}(?!X)", row.get("birth", "")):
        entity.add("birthDate", birth[0])
    return entity


if __name__ == "__main__":
    main()
