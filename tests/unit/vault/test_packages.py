"""A package is what it says, or it is refused: in Python, and in a shell that has nothing but openssl."""

import random
import shutil
from pathlib import Path

import bagit
import pytest

from aigaq.vault.bag import contents_hash
from aigaq.vault.notes import BadNote
from aigaq.vault.proved import (
    Hidden,
    NotProved,
    ProvedRecord,
    Shown,
    Stated,
    read_records,
    write_records,
)

from .forgeries import (
    FORGERIES,
    KEY,
    bare_path,
    choose_flip,
    flip_bit,
    hash_files,
    in_python,
    in_shell,
    rewrite_manifests,
)
from .packages import LOG_KEY, ODD, WITNESS, make_package

OTHER_KEY = "aigaq.archive/ffffffffffffffff+0c8c5cd0+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    make_package(folder)
    return folder


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "package"))


def test_it_holds_where_there_is_nothing_but_the_five_tools(made: Path, tmp_path: Path) -> None:
    ran = in_shell(made, path=bare_path(tmp_path / "bin"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"HOLDS: signed by {LOG_KEY.name}")
    assert (
        "8 records of 5 acts in the signed log of 10 acts: 28 fields proved, 8 withheld"
        in ran.stdout
    )
    assert f"seen by witness {WITNESS.name} on 2023-11-14 22:13 UTC (10 acts" in ran.stdout


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_it_holds_in_every_shell(made: Path, shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed (Debian: {shell})")
    if shell == "busybox":
        (tmp_path / "sh").symlink_to(str(shutil.which("busybox")))
        shell = str(tmp_path / "sh")
    ran = in_shell(made, shell=shell)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_python_says_the_same(made: Path) -> None:
    verdict = in_python(made)
    assert verdict.findings == ()
    assert (verdict.records, verdict.acts, verdict.size) == (8, 5, 10)
    assert (verdict.shown, verdict.hidden, verdict.stated) == (28, 8, 1)
    assert [(one.by, one.size, one.acts) for one in verdict.witnesses] == [
        (WITNESS.name, 10, 5),
        (WITNESS.name, 8, 4),
    ]
    assert verdict.established


def test_without_a_key_it_is_consistent_and_no_success(made: Path) -> None:
    ran = in_shell(made, "")
    assert ran.returncode == 1
    assert ran.stdout.startswith("CONSISTENT, SIGNER NOT ESTABLISHED")
    assert not in_python(made, key="").established


def test_another_key_is_refused(made: Path) -> None:
    ran = in_shell(made, OTHER_KEY)
    assert ran.returncode == 1
    assert ran.stdout.startswith("DOES NOT HOLD")
    with pytest.raises(BadNote):
        in_python(made, key=OTHER_KEY)


def test_a_key_that_fits_itself_but_not_the_package_is_refused(made: Path) -> None:
    key = str(WITNESS.verifier).replace("+", "+", 1)
    assert in_shell(made, key).returncode == 1
    assert in_python(made, key=key).findings


@pytest.mark.parametrize(
    "given", [["x", "y"], ["x", "A" * 64], ["x", "-", "/nowhere"], ["1", "-", ".", "4"]]
)
def test_wrong_use_is_exit_2(made: Path, given: list[str]) -> None:
    ran = in_shell(made, *given)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_the_bag_s_own_hash_is_compared(made: Path) -> None:
    bag = in_python(made).bag
    assert in_shell(made, KEY, bag).returncode == 0
    assert in_shell(made, KEY, "0" * 64).returncode == 1
    assert in_python(made, bag="0" * 64).findings


@pytest.mark.filterwarnings(
    "ignore:'count' is passed:DeprecationWarning"
)  # bagit's own, in Python 3.13
def test_an_independent_reader_of_bags_accepts_it(made: Path) -> None:
    assert bagit.Bag(str(made)).validate()


@pytest.mark.parametrize("name", FORGERIES)
def test_what_a_forger_changes_is_found_though_the_listings_fit(package: Path, name: str) -> None:
    FORGERIES[name](package)
    rewrite_manifests(package)
    ran = in_shell(package)
    assert (ran.returncode, ran.stdout[:13]) == (1, "DOES NOT HOLD"), ran.stdout
    assert "\n" not in ran.stdout.rstrip("\n")
    assert in_python(package).findings


@pytest.mark.parametrize("name", FORGERIES)
def test_what_anyone_changes_is_found(package: Path, name: str) -> None:
    FORGERIES[name](package)
    assert in_shell(package).returncode == 1
    assert in_python(package).findings


def test_a_link_in_place_of_a_file_is_refused(package: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (package / "README.html").rename(kept)
    (package / "README.html").symlink_to(kept)
    assert "a link stands in the package" in in_shell(package).stdout


def test_a_package_signed_anew_with_a_key_of_its_own_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = type(LOG_KEY)(LOG_KEY.name, LOG_KEY.algorithm, b"f" * 32)
    monkeypatch.setattr(f"{make_package.__module__}.LOG_KEY", forger)
    make_package(tmp_path / "forged")
    assert in_shell(tmp_path / "forged", str(forger.verifier)).returncode == 0
    assert in_shell(tmp_path / "forged", KEY).returncode == 1
    assert in_python(tmp_path / "forged", key=KEY).findings


def test_flipped_bits_are_found_in_the_shell(made: Path, tmp_path: Path) -> None:
    missed = _flip(made, tmp_path, 60, seed=1, forge=False)
    assert missed == []


def _flip(made: Path, folder: Path, times: int, *, seed: int, forge: bool) -> list[str]:
    """Flip bits one at a time; return those that verify.sh missed."""
    chance = random.Random(seed)
    copy = Path(shutil.copytree(made, folder / f"flips{seed}"))
    missed = []
    for _ in range(times):
        path, at = choose_flip(copy, chance)
        kept = path.read_bytes()
        flip_bit(path, at)
        if forge:
            rewrite_manifests(copy)
        if in_shell(copy).returncode != 1:
            missed.append(f"{path} {at}")
        path.write_bytes(kept)
    return missed


def test_flipped_bits_are_found_in_python_though_the_listings_fit(
    made: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(made, tmp_path / "copy"))
    chance = random.Random(2)
    flips = 0
    while flips < 1000:
        path, at = choose_flip(copy, chance)
        if "manifest" in path.name:  # written anew, so nothing is left of the flip
            continue
        kept = path.read_bytes()
        flip_bit(path, at)
        rewrite_manifests(copy)
        assert in_python(copy).findings, f"{path} {at}"
        path.write_bytes(kept)
        flips += 1


def test_truncation_of_every_file_is_found(package: Path) -> None:
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.stat().st_size and "manifest" not in path.name:
            kept = path.read_bytes()
            path.write_bytes(kept[:-1])
            rewrite_manifests(package)
            assert in_python(package).findings, path
            path.write_bytes(kept)


def test_withheld_fields_leave_nothing_behind(made: Path) -> None:
    text = (made / "data/claims.json").read_text("utf-8")
    assert "words 0" not in text  # of a claim whose words are withheld
    assert "words 7" in text  # of one whose words are shown
    assert "somebody" not in text


RECORD = ProvedRecord(
    3,
    1,
    4,
    (b"a" * 32, b"b" * 32),
    (Shown(b"s" * 32, "value", ODD), Hidden(b"h" * 32), Stated("x", [1, None])),
)


def test_records_are_read_back() -> None:
    data = write_records([RECORD, RECORD])
    assert read_records(data) == (RECORD, RECORD)
    assert RECORD.value("value") == ODD
    assert RECORD.value("x") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [('"act":3', '"act":03'), ('"place":1', '"place": 1'), ("]},", "]}"), ('{"format"', ' {"format"'),
     ("\n]}\n]}\n", "\n]}\n]}\n\n"), ('"hidden":"6', '"hidden":"G'), ('["x",[1,null]]', '["x", [1,null]]'),
     ('["x",[1,null]]', '["x",[1,null],2]'),
     ('["x",[1,null]]', '[1,[1,null]]'), ('["x",[1,null]]', '["x",1e5]'),
     ('"path":["', '"path":[,"')],
)  # fmt: skip
def test_records_have_one_form(old: str, new: str) -> None:
    text = write_records([RECORD, RECORD]).decode()
    assert old in text
    with pytest.raises(NotProved):
        read_records(text.replace(old, new, 1).encode())


def test_a_file_of_records_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one"):
        write_records([])
    with pytest.raises(ValueError, match="without fields"):
        write_records([ProvedRecord(0, 0, 1, (), ())])


def test_the_contents_leave_out_only_what_proves_them() -> None:
    digests = {"data/a": "a" * 64, "README.html": "b" * 64, "proof/key.txt": "c" * 64}
    whole = contents_hash(digests)
    assert (
        contents_hash(digests | {"proof/log/1/checkpoint": "d" * 64, "proof/export.json": "e" * 64})
        == whole
    )
    for path in digests:
        assert contents_hash({**digests, path: "0" * 64}) != whole


def test_an_openssl_that_can_t_is_told_apart_from_a_forgery(made: Path, tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin", "dash sha256sum mkdir rm")
    old = tmp_path / "bin/openssl"
    old.write_text("#!/usr/bin/env dash\necho LibreSSL 3.3.6\n")
    (tmp_path / "bin/env").symlink_to("/usr/bin/env")
    old.chmod(0o755)
    ran = in_shell(made, path=path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "needs OpenSSL 3 or later; this is LibreSSL" in ran.stderr
    old.unlink()
    assert in_shell(made, path=path).stderr == "verify.sh needs openssl\n"


@pytest.mark.slow
def test_two_thousand_flipped_bits_are_found_in_the_shell(made: Path, tmp_path: Path) -> None:
    missed = _flip(made, tmp_path, 2000, seed=3, forge=False)
    print(
        f"2000 bits flipped over {len(hash_files(made))} files of a package: {len(missed)} misses"
    )
    assert missed == []
