from importlib.util import find_spec

import pytest

from aigaq.linkage import engines
from aigaq.linkage.pairs import score_table
from aigaq.linkage.scoring import to_table
from aigaq.records.errors import BadInput

from .build import LIST_A, LIST_B, fill, make_mention, on


def test_spark_that_is_not_installed_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="--engine spark needs pyspark and Java 17"):
        engines.open_engine("spark", {})


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # pyspark leaves a socket to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(
    find_spec("pyspark") is None, reason="pyspark is not installed (extra aigaq[spark])"
)
def test_spark_and_duckdb_come_to_the_same_result():
    told = {"birth": on(1970, 5, 13), "places": {"residence": "Qorghas"}, "sex": "male"}
    table = to_table(
        [
            make_mention(1, LIST_A, "Нұрлан Ахметұлы", **told),
            make_mention(2, LIST_B, "努尔兰·艾合买提", **told),
            make_mention(3, LIST_B, "Nurlan Ahmet", "Nurik", **(told | {"birth": on(1970)})),
            *fill(30, LIST_A, 100),
            *fill(30, LIST_B, 200),
        ]
    )
    here, there = (score_table(table, engine=name) for name in ("duckdb", "spark"))
    assert [ends.tolist() for ends in there.rows()] == [ends.tolist() for ends in here.rows()]
    assert there.probability.tolist() == pytest.approx(here.probability.tolist())
    assert len(here.probability) > 3
