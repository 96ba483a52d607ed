from dataclasses import asdict
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings

from aigaq.names import MAX_LENGTH, NameTooLong, explain, score
from aigaq.names.model import Scorer
from aigaq.names.params import UNIT
from aigaq.names.trace import Tracer

from .strategies import REAL, any_text


def test_the_trace_finds_the_kernels_totals() -> None:
    scorer = Scorer(REAL)
    tracer = Tracer(scorer.store, scorer.parameters.weights, scorer.parameters.fit)
    pairs = list(combinations_with_replacement(range(len(REAL)), 2))[::7]
    left, right = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    evidence, _ = scorer.evidence(left, right)
    differing = []
    for (x, y), kernels in zip(pairs, evidence.tolist(), strict=True):
        traced = max((route.value for route in tracer.routes(x, y)), default=None)
        if traced is not None and traced != kernels:
            differing.append((REAL[x], REAL[y], traced, kernels))
    # The kernel looks near the diagonal only, so on names far apart it may find a little less.
    assert all(kernels < traced < 0 for _, _, traced, kernels in differing), differing
    assert len(differing) < len(pairs) // 5


@pytest.mark.parametrize(
    ("a", "b"),
    [("Нұрлан", "Nurlan"), ("买买提", "麦麦提"), ("سەرىك", "Серік")],
)
def test_the_pieces_of_one_word_add_up(a: str, b: str) -> None:
    found = explain(a, b)
    (match,) = found.matches
    assert found.score == pytest.approx(score(a, b), abs=1e-6)
    assert found.nats == match.odds
    total = sum(piece.nats for piece in match.pieces)
    assert match.nats == pytest.approx(total, abs=0.01 * len(match.pieces) + 1 / UNIT)


def test_hanzi_count_as_units_and_in_part_as_their_pinyin() -> None:
    found = explain("Нұрбақыт", "努尔巴合提")
    (match,) = found.matches
    assert found.score == pytest.approx(score("Нұрбақыт", "努尔巴合提"), abs=1e-6)
    assert match.odds == found.nats > 0
    alone = explain("Нұрбақыт", "努尔巴合提").matches[0].pieces
    assert sum(piece.nats for piece in alone) == pytest.approx(match.nats, abs=0.1)


def test_pieces_are_named_as_a_reader_knows_them() -> None:
    found = explain("努尔巴合提", "Нұрбақыт")
    pieces = [(piece.a, piece.b) for match in found.matches for piece in match.pieces]
    assert ("努", "nu") in pieces
    assert "".join(a for a, _ in pieces) == "努尔巴合提"
    assert "".join(b for _, b in pieces) == "nurbaqıt"


def test_titles_and_endings_are_named_and_the_rest_is_left_out() -> None:
    found = explain("Memet Hajji", "Ghulam Hajji")
    assert found.verdict == "different"
    assert "hajji: title hajji" in found.marked
    found = explain("Memet Ghulam", "Memet Rozi")
    assert (found.left_out_a, found.left_out_b) == (("ğulam",), ("rozi",))
    assert "бекмурзаевич: ending -евич (son-ru)" in explain("Бекмурзаевич", "x").marked


def test_it_reads_as_text_and_as_data() -> None:
    found = explain("Нұрлан", "Nurlan")
    lines = str(found).splitlines()
    assert lines[0] == "Нұрлан | Nurlan"
    assert lines[1].startswith("score 0.")
    assert asdict(found)["matches"][0]["pieces"][0]["a"] == "n"


@given(any_text, any_text)
@settings(max_examples=25, deadline=None)
def test_any_two_texts_are_explained(a: str, b: str) -> None:
    assert str(explain(a, b))


def test_longer_names_are_refused() -> None:
    with pytest.raises(NameTooLong):
        explain("a", "b" * (MAX_LENGTH + 1))
