"""The whole path by command line: init, import, link, judge, publish, verify; and what stays secret."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAPPING = """
version: 1
shape: wide
source:
  key: KEY
  kind: list
  title: The KEY list
  lang: en-Latn
  voice: list
  publication_basis: official_historical_list
  basis_reason: made up for a test
key: id
columns:
  name: {property: name}
  born: {property: birth, dates: ["%Y"]}
  taken: {property: arrest_date, dates: ["%d/%m/%Y", "%Y"], episode: 1, leg: 1}
"""
NORTH = "id,name,born,taken\n1,Aurelia Quispe Montoya,1950,03/05/1976\n2,Bartolomé Ñancucheo,1948,1977\n"
SOUTH = (
    "id,name,born,taken\nA,QUISPE MONTOYA Aurelia,1950,05/05/1976\nB,Casimiro Ovando,1931,1977\n"
)


@pytest.fixture(scope="module")
def archive(aigaq, tmp_path_factory):
    """An archive with two lists imported."""
    folder = tmp_path_factory.mktemp("archive")
    place = folder / "archive"
    assert aigaq("init", place, "--as", "Ana").returncode == 0
    for key, table in (("north", NORTH), ("south", SOUTH)):
        (folder / f"{key}.csv").write_text(table, "utf-8")
        (folder / f"{key}.yaml").write_text(MAPPING.replace("KEY", key), "utf-8")
        done = aigaq(
            "import", folder / f"{key}.csv", "--mapping", folder / f"{key}.yaml", archive=place
        )
        assert done.returncode == 0, done.stderr
    return place


def test_importing_again_adds_nothing(aigaq, archive):
    folder = archive.parent
    done = aigaq(
        "import",
        folder / "north.csv",
        "--mapping",
        folder / "north.yaml",
        "--json",
        archive=archive,
    )
    (report,) = json.loads(done.stdout)
    assert (report["mentions_added"], report["claims_added"]) == (0, 0)


def test_the_database_file_holds_no_imported_name(archive):
    stored = [path for path in archive.rglob("*") if path.is_file()]
    assert any(path.name == "archive.db" for path in stored)
    for path in stored:
        data = path.read_bytes()
        for word in ("Aurelia", "Quispe", "QUISPE", "Ñancucheo", "Casimiro", "Ana", "north"):
            assert word.encode() not in data, path
            assert word.encode("utf-16-le") not in data, path


def test_link_judge_undo_and_look(aigaq, archive):
    done = aigaq("link", "--json", archive=archive)
    assert done.returncode == 0, done.stderr
    people = [
        json.loads(line) for line in aigaq("persons", "--json", archive=archive).stdout.splitlines()
    ]
    ids = {person["names"][0]["text"]: person["mentions"][0] for person in people}
    first, other = ids["Bartolomé Ñancucheo"], ids["Casimiro Ovando"]
    judged = aigaq("judge", first, other, "same", "--reason", "a test", archive=archive)
    assert judged.returncode == 0, judged.stderr
    assert len(aigaq("persons", archive=archive).stdout.splitlines()) == len(people) - 1
    undone = aigaq("judge", "--undo", judged.stdout.strip(), "--reason", "not so", archive=archive)
    assert undone.returncode == 0, undone.stderr
    assert len(aigaq("persons", archive=archive).stdout.splitlines()) == len(people)
    shown = aigaq("person", other, archive=archive)
    assert "Casimiro Ovando" in shown.stdout
    assert "row 3" in shown.stdout


def test_the_linkage_report_can_be_read_by_its_maker_alone(aigaq, archive, tmp_path):
    page = tmp_path / "report.html"
    done = aigaq("link", "--report", page, archive=archive)
    assert done.returncode == 0, done.stderr
    assert page.stat().st_mode & 0o777 == 0o600
    assert "For members of the archive only." in page.read_text("utf-8")


def test_publishing_needs_a_second_member_and_verifies(aigaq, archive, tmp_path):
    site = tmp_path / "site"
    refused = aigaq("publish", site, archive=archive)
    assert refused.returncode == 1
    assert not site.exists()
    release = re.search(r"aigaq approve (\S+)", refused.stderr)[1]
    assert aigaq("approve", release, archive=archive).returncode == 2
    added = aigaq(
        "member",
        "add",
        "Rai",
        "--role",
        "reviewer",
        archive=archive,
        AIGAQ_NEW_MEMBER_PASSWORD="hers",
    )
    assert added.returncode == 0, added.stderr
    pretended = aigaq("approve", release, "--as", "Rai", archive=archive)
    assert pretended.returncode == 1
    assert "password" in pretended.stderr
    approved = aigaq(
        "approve", release, "--as", "Rai", archive=archive, AIGAQ_MEMBER_PASSWORD="hers"
    )
    assert approved.returncode == 0, approved.stderr
    done = aigaq("publish", site, "--as", "Ana", archive=archive)
    assert done.returncode == 0, done.stderr
    assert aigaq("verify", site).returncode == 0
    page = next((site / "person").glob("*.html"))
    page.write_text(page.read_text("utf-8") + " ", "utf-8")
    wrong = aigaq("verify", site)
    assert wrong.returncode == 1
    assert page.name in wrong.stdout
    assert aigaq("verify", archive, "--as", "Ana").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("persons", "--archive", "nowhere"), 2, "is no archive"),
        (("verify", "docs"), 2, "neither"),
        (("import", "no.csv", "--mapping", "no.yaml"), 2, "no.yaml"),
        (("no-such-command",), 2, "No such command"),
    ],
)
def test_bad_use_is_one_clear_line_and_exit_2(aigaq, words, code, said):
    done = aigaq(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_publication_basis_is_taken_back_by_its_id_and_with_a_reason(aigaq, archive):
    given = aigaq(
        "rights", "basis", "north", "historical_dead", "--reason", "looked up", "--as", "Ana",
        archive=archive,
    )  # fmt: skip
    undo = ("rights", "basis", "--undo", given.stdout.strip(), "--as", "Ana")
    silent = aigaq(*undo, archive=archive)
    assert (silent.returncode, "needs a reason" in silent.stderr) == (2, True)
    done = aigaq(*undo, "--reason", "one of them is alive", archive=archive)
    assert (done.returncode, "Taken back" in done.stderr) == (0, True)
    again = aigaq(*undo, "--reason", "again", archive=archive)
    assert (again.returncode, "already taken back" in again.stderr) == (2, True)


def test_a_site_replaces_neither_a_file_nor_another_bag(aigaq, archive, tmp_path):
    (tmp_path / "file").write_text("mine")
    bag = tmp_path / "bag"
    bag.mkdir()
    (bag / "manifest-sha256.txt").write_text("")
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0")
    for out, said in ((tmp_path / "file", "is a file"), (bag, "was not written by Aigaq")):
        done = aigaq("publish", out, "--draft", "--as", "Ana", archive=archive)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert (bag / "bagit.txt").is_file()


def test_a_site_has_no_signature_and_verify_says_so_instead_of_passing_the_key_over(
    aigaq, tmp_path
):
    (tmp_path / "manifest-sha256.txt").write_text("")
    done = aigaq("verify", tmp_path, "--bag", "0" * 64)
    assert done.returncode == 2
    assert "--bag" in done.stderr
    assert aigaq("verify", tmp_path).returncode == 0


def test_a_wrong_passphrase_opens_nothing(aigaq, archive):
    done = aigaq("persons", "--as", "Ana", archive=archive, AIGAQ_PASSPHRASE="another")
    assert done.returncode == 2
    assert "passphrase" in done.stderr


def test_files_that_are_no_tables_and_odd_thresholds_are_one_line(aigaq, archive, tmp_path):
    (tmp_path / "latin.csv").write_bytes("left_source,reason\nEspaña,x\n".encode("latin-1"))
    (tmp_path / "odd.yaml").write_text("subjects: [mosque]\n")
    for words in (
        ("judge", "--file", tmp_path / "latin.csv"),
        ("record", tmp_path / "odd.yaml"),
        ("link", "--accept", "0"),
        ("link", "--accept", "nan"),
    ):
        done = aigaq(*words, "--as", "Ana", archive=archive)
        assert done.returncode == 2, words
        assert "Traceback" not in done.stderr


def test_a_table_of_decisions_loses_no_word_of_a_reason(aigaq, archive, tmp_path):
    table = tmp_path / "decisions.csv"
    heading = "left_source,left_mention,right_source,right_mention,outcome,reason\n"
    for reason, said in (
        ("born in 1950, and again in 1931", "row 2: has more"),
        (" ", "row 2, col"),
    ):
        table.write_text(f"{heading}north,1,south,B,different,{reason}\n", "utf-8")
        done = aigaq("judge", "--file", table, "--as", "Ana", archive=archive)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_mended_rejects_file_is_not_written_over(aigaq, archive, tmp_path):
    (tmp_path / "north.csv").write_text(NORTH.replace("1950", "fifty"), "utf-8")
    (tmp_path / "north.yaml").write_text(MAPPING.replace("KEY", "other north"), "utf-8")
    words = ("import", tmp_path / "north.csv", "--mapping", tmp_path / "north.yaml", "--as", "Ana")
    rejects, kept = tmp_path / "north.rejects.csv", tmp_path / "north.rejects.1.csv"
    assert "1 good row;" in aigaq(*words, archive=archive).stderr
    fresh = rejects.read_bytes()
    aigaq(*words, archive=archive)
    assert (rejects.read_bytes(), kept.exists()) == (fresh, False)
    rejects.write_text("mended", "utf-8")
    done = aigaq(*words, archive=archive)
    assert str(kept) in done.stderr
    assert (rejects.read_bytes(), kept.read_text("utf-8")) == (fresh, "mended")


def test_unknown_people_are_no_answer(aigaq, archive):
    done = aigaq("person", "00000000-0000-4000-8000-000000000000", "--as", "Ana", archive=archive)
    assert done.returncode == 1
    assert done.stdout == ""


def test_the_fictional_testimonies_stay_inside_until_somebody_decides(aigaq, tmp_path):
    place = tmp_path / "archive"
    assert aigaq("init", place).returncode == 0
    samples = ROOT / "samples"
    done = aigaq(
        "import", samples / "testimonies_fictional.csv",
        "--mapping", samples / "mappings" / "testimonies.yaml", archive=place,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    published = aigaq("publish", site, "--draft", archive=place)
    assert published.returncode == 0, published.stderr
    assert "0 people" in published.stderr
    everything = b"".join(path.read_bytes() for path in site.rglob("*") if path.is_file())
    for word in ("Айгүл", "Меруерт", "+7 701", "努尔"):
        assert word.encode() not in everything
    for path in place.rglob("*"):
        assert not path.is_file() or "Меруерт".encode() not in path.read_bytes()
