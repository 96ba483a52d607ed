"""The seizure drill: everything that lies on the machine is taken, and searched for what is sealed.

Files full of markers are taken in, and a table whose speaker is a marker. Deleting is switched off while
commands run (strace answers every unlink without doing it), so that what was on the disk for a moment lies
there still. Whatever the disk then holds is searched, in several spellings: the archive's folder with
database, write-ahead log and vault, temporary files, home folder, site, backup, and PostgreSQL's own folder.
"""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from itertools import chain
from pathlib import Path

import pytest

MARKER = "QUPIYASYR"
SPEAKER, PHONE = f"{MARKER}speaker Ақан", f"{MARKER}+77001234567"
TABLE = f"""id,name,taken,place,who,phone,kin,profile,hurt,number,ours
1,Бота Сейітқызы,2017-10,Текес,{SPEAKER},{PHONE},mother,yes,{MARKER} they beat,{MARKER}65,{MARKER} we
2,Бота Сейитқызы,2017,Текес ауданы,{SPEAKER},{PHONE},mother,yes,{MARKER} beaten,{MARKER}65,{MARKER} us
3,Дәулет Ақанұлы,2018,Құлжа,{MARKER}other,{PHONE},mother,yes,{MARKER} no,{MARKER}66,{MARKER} our
"""
MAPPING = """
version: 1
shape: wide
source: {per: row, key: visits, kind: testimony, title: Testimony, voice: relative, lang: kk-Cyrl}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y-%m", "%Y"], episode: 1, leg: 1}
  place: {property: arrest_place}
  hurt: {property: torture_detail, episode: 1, leg: 1}
  number: {property: id_number}
  ours: {property: internal_note}
testifier: {name: who, contact: phone, relation: kin}
consent:
  purposes: {publication_profile: profile}
  audience: public
"""
ADMIN, COLLEAGUE = f"{MARKER} Ana", f"{MARKER} Rai"
PASSPHRASE, PASSWORD = f"{MARKER} passphrase", f"{MARKER} password"
KEEP = ("-e", "trace=unlink,unlinkat", "-e", "inject=unlink,unlinkat:retval=0")


class Machine:
    """A machine that will be seized: where everything goes, and how commands run on it."""

    def __init__(self, folder, outside, server):
        self.folder, self.outside, self.server = folder, outside, server
        self.archive = folder / "archive"
        for name in ("tmp", "home"):
            (folder / name).mkdir()

    def run(self, *words, keep=True):
        """Run `aigaq`, with deleting switched off; return what it printed."""
        clean = {
            key: text for key, text in os.environ.items() if not key.startswith(("AIGAQ_", "XDG_"))
        }
        own = {
            "AIGAQ_PASSPHRASE": PASSPHRASE,
            "AIGAQ_MEMBER_PASSWORD": PASSWORD,
            "AIGAQ_ARCHIVE": str(self.archive),
            "TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder / "home"),
            "PGHOST": self.server.get("HOST", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        aigaq = [str(Path(sys.executable).with_name("aigaq")), *map(str, words)]
        strace = ["strace", "-f", "--seccomp-bpf", "-o", str(self.outside / "strace"), *KEEP]
        done = subprocess.run(
            [*strace, *aigaq] if keep else aigaq,
            env=clean | own, cwd=self.folder, capture_output=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if b"ptrace" in done.stderr:
            pytest.skip("strace may not trace processes here (ptrace is forbidden)")
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="replace")

    def seize(self):
        """Return the places where a marker lies, in any of several spellings."""
        places = [self.folder]
        if self.server:
            places.append(Path(self.server["HOST"]))
        files = chain.from_iterable(place.rglob("*") for place in places)
        spellings = spell(MARKER)
        return [str(path) for path in files if path.is_file() and holds(path, spellings)]


def spell(marker):
    """Return the marker as it may stand in a file: UTF-8, UTF-16, hex, base64 at each of three offsets."""
    raw = marker.encode()
    base64 = [b64encode(bytes(offset) + raw)[4:-4] for offset in range(3)]
    return [raw, raw.lower(), marker.encode("utf-16-le"), raw.hex().encode(), *base64]


def holds(path, spellings):
    data = path.read_bytes()
    return any(spelling in data for spelling in spellings)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def machine(request, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian: strace)")
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else {}
    folder, outside = tmp_path / "machine", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    made = Machine(folder, outside, server)
    address = ("--postgresql", "postgresql://aigaq@/aigaq") if server else ()
    # SQLite makes its tables with a rollback journal, which must go; from then on it has a write-ahead log.
    made.run("init", made.archive, "--as", ADMIN, *address, keep=False)
    return made


@pytest.mark.slow
def test_who_takes_the_machine_finds_no_marker_of_what_is_sealed(machine):
    out = machine.outside
    (out / "visits.csv").write_text(TABLE)
    (out / "visits.yaml").write_text(MAPPING)
    for number in range(3):
        (out / f"{MARKER} clip {number}.mp4").write_bytes(
            f"{MARKER} said {number} ".encode() * 9000
        )
    clips = sorted(out.glob("*.mp4"))
    sealed = (
        "--from",
        f"{MARKER} mother",
        "--reason",
        f"{MARKER} trust",
        "--detail",
        f"device={MARKER}",
    )
    machine.run("item", "add", *clips, *sealed)
    machine.run("import", out / "visits.csv", "--mapping", out / "visits.yaml")
    assert machine.seize() == []

    as_admin = ("--as", ADMIN)
    machine.run("member", "add", COLLEAGUE, "--role", "reviewer")
    assert COLLEAGUE in machine.run("member", "list", "--unlock", *as_admin)
    assert MARKER not in machine.run("member", "list", *as_admin).replace(ADMIN, "")
    machine.run("link", *as_admin)
    found = machine.run("persons", "--json", *as_admin)
    assert "Бота" in found
    person = json.loads(found.splitlines()[0])["id"]
    assert f"{MARKER}65" in machine.run("person", person, "--unlock", "--json", *as_admin)
    assert MARKER not in machine.run("person", person, "--json", *as_admin)
    item = machine.run("item", "list", "--unlock", *as_admin).split()[0]
    assert MARKER in machine.run("item", "read", item, "--reason", f"{MARKER} to see it", *as_admin)
    assert MARKER in machine.run("item", "custody", item, "--unlock", *as_admin)
    machine.run(
        "item",
        "export",
        item,
        "--out",
        out / "export",
        "--to",
        MARKER,
        "--reason",
        MARKER,
        *as_admin,
    )
    machine.run("item", "check", *as_admin)
    machine.run("member", "rotate", *as_admin)
    machine.run("publish", machine.folder / "site", "--draft", *as_admin)
    machine.run("verify", machine.archive, *as_admin)
    sheets = machine.run("escrow", "make", *as_admin)
    assert "share 3 of 3" in sheets
    machine.run("backup", machine.folder / "backup", *as_admin, keep=False)
    assert machine.seize() == []
    words = sheets.split("\f")[0].split()
    phrase = " ".join(words[-6:])
    assert not any(
        holds(path, [phrase.encode()]) for path in machine.folder.rglob("*") if path.is_file()
    )


def test_the_search_finds_what_is_there(tmp_path):
    """A drill that finds nothing must be able to find something."""
    for number, data in enumerate(
        (
            f"x{MARKER}".encode(), MARKER.lower().encode(), f"x{MARKER}y".encode("utf-16-le"),
            f"x{MARKER}y".encode().hex().encode(),
            *(b64encode(b"x" * n + f"{MARKER}yyy".encode()) for n in range(3)),
        )
    ):  # fmt: skip
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert holds(path, spell(MARKER)), data
    (tmp_path / "none").write_bytes(os.urandom(10_000))
    assert not holds(tmp_path / "none", spell(MARKER))
