"""`aigaq match` as its user meets it: plain tables in many scripts, no archive."""

import csv
import json

import pytest

PEOPLE = """id,name,birth,residence,sex
1,Нұрлан Ахметұлы,1970-05-13,"Қорғас, Іле",male
2,Nurlan Ahmet,1970,Qorghas,m
3,努尔兰·艾合买提,1970-05,霍尔果斯市,男
4,Gulnar Osman,1981-02-03,Hotan,female
5,گۈلنار ئوسمان,1981-02-03,خوتەن,ئايال
6,Erlan Sabit,1970-05-13,Ghulja,male
,Nobody,1970,,
7,Erlan Sabit,not a date,Ghulja,male
"""


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def matched(aigaq, tmp_path_factory):
    folder = tmp_path_factory.mktemp("match")
    (folder / "a.csv").write_text(PEOPLE, "utf-8")
    done = aigaq(
        "match", folder / "a.csv", "--out", folder / "pairs.csv", "--clusters", folder / "c.csv"
    )
    assert done.returncode == 0, done.stderr
    return folder, done


def test_one_person_in_three_scripts_is_one_cluster(matched):
    folder, _ = matched
    found = {row["id"]: row["cluster"] for row in read(folder / "c.csv")}
    assert list(found) == ["1", "2", "3", "4", "5", "6", "7"]
    assert found["1"] == found["2"] == found["3"] == "1"
    assert found["4"] == found["5"]
    assert len({found["1"], found["4"], found["6"]}) == 3


def test_pairs_come_the_most_probable_first(matched):
    folder, _ = matched
    pairs = read(folder / "pairs.csv")
    assert list(pairs[0]) == ["id_l", "id_r", "probability"]
    scores = [float(row["probability"]) for row in pairs]
    assert scores == sorted(scores, reverse=True)
    assert all(0.01 <= score < 1 for score in scores)


def test_what_could_not_be_used_is_told_in_one_line_each(matched):
    _, done = matched
    assert "a.csv, row 8, column id: is empty; the row is left out" in done.stderr
    assert "column birth: 'not a date', id 7, is no EDTF date" in done.stderr
    assert done.stdout == ""


def test_two_tables_are_matched_across(aigaq, tmp_path):
    rows = PEOPLE.splitlines()
    (tmp_path / "a.csv").write_text("\n".join([rows[0], *rows[1:3], rows[4]]), "utf-8")
    (tmp_path / "b.csv").write_text("\n".join([rows[0], rows[3], rows[5], rows[6]]), "utf-8")
    done = aigaq(
        "match", tmp_path / "a.csv", tmp_path / "b.csv", "--json",
        "--out", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    likely = {
        (r["id_l"], r["id_r"]) for r in read(tmp_path / "p.csv") if float(r["probability"]) > 0.5
    }
    assert likely == {("1", "3"), ("2", "3"), ("4", "5")}
    assert json.loads(done.stdout)["rows"] == 6


def test_the_same_id_in_both_tables_is_told_apart(aigaq, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(PEOPLE, "utf-8")
    aigaq(
        "match", tmp_path / "a.csv", tmp_path / "b.csv",
        "--out", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv",
    )  # fmt: skip
    rows = read(tmp_path / "c.csv")
    assert {(row["id"], row["table"]) for row in rows} == {
        (str(n), table) for n in range(1, 8) for table in "12"
    }
    assert {row["cluster"] for row in rows if row["id"] == "2"} == {"1:1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), ("name\nA\n", "no column id"), ("id,name\n", "there is no row to match")],
)
def test_a_table_that_is_none_ends_with_2_and_one_line(aigaq, tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text, "utf-8")
    out = tmp_path / "p.csv"
    done = aigaq("match", tmp_path / "a.csv", "--out", out, "--clusters", tmp_path / "c.csv")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not out.exists()


def test_nothing_is_left_behind_where_a_result_can_not_be_written(aigaq, tmp_path):
    (tmp_path / "a.csv").write_text(PEOPLE, "utf-8")
    gone = tmp_path / "gone" / "c.csv"
    done = aigaq("match", tmp_path / "a.csv", "--out", tmp_path / "p.csv", "--clusters", gone)
    assert done.returncode == 2
    assert "gone/c.csv: can't be written" in done.stderr


@pytest.mark.parametrize(("out", "clusters"), [("a.csv", "c.csv"), ("p.csv", "p.csv")])
def test_a_result_goes_over_no_table_and_over_no_other_result(aigaq, tmp_path, out, clusters):
    table = tmp_path / "a.csv"
    table.write_text(PEOPLE, "utf-8")
    done = aigaq("match", table, "--out", tmp_path / out, "--clusters", tmp_path / clusters)
    assert done.returncode == 2
    assert "name two files" in done.stderr
    assert table.read_text("utf-8") == PEOPLE
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
