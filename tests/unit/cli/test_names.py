import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aigaq.cli.names import app

PAIRS = """name_a,lang_a,name_b,lang_b,note
Нұрбақыт,kk-Cyrl,努尔巴合提,zh-Hans,same
Нұрбақыт,,Гүлнар,,"not the same, surely"
,,Memet,,empty
"""
NAMES = "id,name,lang\n1,Нұрбақыт,kk-Cyrl\n2,گۈلنار,ug-Arab\n3,Memet,\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def score(text: str | bytes) -> tuple[int, str]:
    Path("p.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    code, _, said = run("score", "--pairs", "p.csv", "--out", "s.csv")
    return code, said


def read(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_score_gives_the_same_rows_plus_a_score(here: Path) -> None:
    code, _ = score(PAIRS)
    rows = read("s.csv")
    assert code == 0
    assert list(rows[0]) == ["name_a", "lang_a", "name_b", "lang_b", "note", "score"]
    assert [row["note"] for row in rows] == ["same", "not the same, surely", "empty"]
    same, different, empty = (float(row["score"]) for row in rows)
    assert 0 <= empty <= different < same <= 1


def test_a_byte_order_mark_does_no_harm(here: Path) -> None:
    assert score(b"\xef\xbb\xbf" + PAIRS.encode())[0] == 0
    assert "name_a" in read("s.csv")[0]


def test_a_header_alone_gives_a_header(here: Path) -> None:
    assert score("name_a,lang_a,name_b,lang_b,more\n")[0] == 0
    assert Path("s.csv").read_text(encoding="utf-8") == "name_a,lang_a,name_b,lang_b,more,score\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_a,lang_a,name_c,lang_b\n", "p.csv: row 1 has no column name_b"),
        ("name_a,lang_a,name_b,lang_b,name_b\n", "p.csv: row 1 has twice the column name_b"),
        ("name_a,lang_a,name_b,lang_b,score\n", "p.csv: row 1 has a column score already"),
        ("", "p.csv: is empty"),
        (
            "name_a,lang_a,name_b,lang_b\nA,,B,\nA,,B\n",
            "p.csv: row 3, column lang_b: the row has 3",
        ),
        ("name_a,lang_a,name_b,lang_b\nA,,B,,C\n", "p.csv: row 2, column lang_b: the row has 5"),
        (
            "name_a,lang_a,name_b,lang_b\nA,,B,\nA,," + "B" * 257 + ",\n",
            "p.csv: row 3, column name_b: the name has 257 characters",
        ),
        (
            "name_a,lang_a,name_b,lang_b\nНурлан,,B,\n".encode("cp1251"),
            "row 2, column name_a: byte 0xcd is not UTF-8",
        ),
        ("name_a,lang_a,name_b,lang_b\n".encode("utf-16"), "UTF-8"),
        ('name_a,lang_a,name_b,lang_b\nA,,"B,\n', "p.csv: row 2: is no CSV"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(here: Path, text: str | bytes, said: str) -> None:
    code, line = score(text)
    assert code == 2
    assert said in line
    assert line.count("\n") == 1
    assert sorted(path.name for path in here.iterdir()) == ["p.csv"]


def test_missing_files_and_folders_are_named(here: Path) -> None:
    code, _, said = run("score", "--pairs", "none.csv", "--out", "s.csv")
    assert (code, said) == (2, "aigaq: none.csv: there is no such file\n")
    Path("p.csv").write_text(PAIRS, encoding="utf-8")
    code, _, said = run("score", "--pairs", "p.csv", "--out", "nowhere/s.csv")
    assert code == 2
    assert said.startswith("aigaq: nowhere/s.csv: can't be written")
    assert run("score", "--pairs", "p.csv", "--out", ".")[0] == 2


def test_what_stood_there_before_is_kept_when_the_input_is_bad(here: Path) -> None:
    Path("s.csv").write_text("precious", encoding="utf-8")
    assert score("name_a\n")[0] == 2
    assert Path("s.csv").read_text(encoding="utf-8") == "precious"


def test_rank_gives_the_best_first(here: Path) -> None:
    Path("c.csv").write_text(NAMES, encoding="utf-8")
    Path("q.csv").write_text("id,name,lang\nq1,努尔巴合提,zh-Hans\nq2,麦麦提,\n", encoding="utf-8")
    words = ("--queries", "q.csv", "--candidates", "c.csv", "--top", "2", "--out", "r.csv")
    code, said, _ = run("rank", *words, "--json")
    rows = read("r.csv")
    assert code == 0
    assert json.loads(said) == {"rows": 4, "out": "r.csv"}
    assert list(rows[0]) == ["query_id", "rank", "candidate_id", "score"]
    first = {r["query_id"]: r["candidate_id"] for r in rows if r["rank"] == "1"}
    assert first == {"q1": "1", "q2": "3"}
    scores = [float(row["score"]) for row in rows]
    assert scores[0] >= scores[1]
    assert scores[2] >= scores[3]


def test_rank_of_bad_files(here: Path) -> None:
    Path("c.csv").write_text(NAMES, encoding="utf-8")
    Path("q.csv").write_text("id,name\n1,A\n", encoding="utf-8")
    words = ("--queries", "q.csv", "--candidates", "c.csv", "--out", "r.csv")
    code, _, said = run("rank", *words)
    assert code == 2
    assert "q.csv: row 1 has no column lang" in said
    assert run("rank", *words, "--top", "0")[0] == 2
    assert not Path("r.csv").exists()


def test_explain_says_which_pieces_correspond(here: Path) -> None:
    code, said, _ = run("explain", "Нұрбақыт", "NUERBAHETI", "--lang-a", "kk-Cyrl")
    assert code == 0
    assert "0." in said
    code, said, _ = run("explain", "Нұрбақыт", "努尔巴合提", "--json")
    assert code == 0
    assert 0 <= json.loads(said)["score"] <= 1


def test_explain_refuses_overlong_names(here: Path) -> None:
    code, _, said = run("explain", "a" * 257, "b")
    assert code == 2
    assert "257 characters" in said
