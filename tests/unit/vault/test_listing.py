"""The listing of a folder: every difference is found, and no file name can forge a line."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aigaq.vault.listing import Finding, check_listing, write_listing

ONE, TWO, THREE = (sha256(bytes([n])).hexdigest() for n in (1, 2, 3))
FOLDER = {"index.html": ONE, "people/a b.html": TWO, "қазақ.txt": THREE}
LISTING = write_listing(FOLDER)
CHANGED, MISSING = "was changed since the listing was written", "is listed but missing"
UNLISTED, NO_LINE = "is not in the listing", "is not a listing line of its own"


def problems(listing: bytes, digests: dict[str, str] = FOLDER) -> dict[str, str]:
    return {finding.path: finding.problem for finding in check_listing(listing, digests)}


def test_a_folder_as_it_was_written_holds() -> None:
    assert check_listing(LISTING, FOLDER) == ()
    assert check_listing(b"", {}) == ()
    assert LISTING.decode().splitlines()[1] == f"{TWO}  people/a b.html"


def test_every_kind_of_difference_is_named() -> None:
    assert problems(LISTING, FOLDER | {"index.html": THREE}) == {"index.html": CHANGED}
    assert problems(LISTING, {"index.html": ONE, "қазақ.txt": THREE}) == {
        "people/a b.html": MISSING
    }
    assert problems(LISTING, FOLDER | {"added.js": ONE}) == {"added.js": UNLISTED}
    assert problems(LISTING, FOLDER | {"added.js": ONE, "index.html": TWO}) == {
        "added.js": UNLISTED, "index.html": CHANGED,
    }  # fmt: skip


def test_lines_that_are_none_are_named() -> None:
    upper = LISTING.replace(ONE.encode(), ONE.upper().encode())
    assert problems(upper) == {"listing line 1": NO_LINE, "index.html": UNLISTED}
    assert problems(LISTING + b"garbage\n") == {"listing line 4": NO_LINE}
    assert problems(LISTING + b"\n") == {"listing line 4": NO_LINE}
    assert problems(LISTING + LISTING[:77]) == {"listing line 4": NO_LINE}, "a line written twice"
    twice = LISTING + f"{TWO}  index.html\n".encode()
    assert problems(twice) == {"listing line 4": NO_LINE}, "a file listed with two sums"
    assert problems(b"\xef\xbb\xbf" + LISTING) == {
        "listing line 1": NO_LINE,
        "index.html": UNLISTED,
    }
    assert problems(b"") == dict.fromkeys(FOLDER, UNLISTED)


def test_another_form_of_the_same_sums_is_not_the_listing() -> None:
    form = {"the listing": "is not in its canonical form"}
    lines = LISTING.splitlines(keepends=True)
    assert problems(b"".join(lines[::-1])) == form
    assert problems(LISTING.removesuffix(b"\n")) == form
    crlf = problems(LISTING.replace(b"\n", b"\r\n"))
    assert crlf["index.html\\r"] == MISSING
    assert crlf["index.html"] == UNLISTED
    binary = problems(LISTING.replace(b"  index", b" *index"))
    assert binary == {"listing line 1": NO_LINE, "index.html": UNLISTED}


def test_a_file_name_can_t_forge_a_line() -> None:
    # Two listed files; a forger removes both and puts one there whose name writes the second line.
    listing = write_listing({"a": ONE, "b": TWO})
    forged = {f"a\n{TWO}  b": ONE}
    assert listing != write_listing(forged)
    found = problems(listing, forged)
    assert found == {"a": MISSING, "b": MISSING, f"a\\n{TWO}  b": UNLISTED}
    for finding in check_listing(listing, forged):
        assert "\n" not in finding.path


def test_a_file_name_can_t_pretend_to_be_another_escaped() -> None:
    assert write_listing({"a\\nb": ONE}) != write_listing({"a\nb": ONE})
    assert check_listing(write_listing({"a\nb": ONE}), {"a\\nb": ONE}) == (
        Finding("a\\nb", MISSING),
        Finding("a\\nb", UNLISTED),
    )
    assert check_listing(f"\\{ONE}  a\\x\n".encode(), {"a\\x": ONE}) == (
        Finding("listing line 1", NO_LINE),
        Finding("a\\x", UNLISTED),
    )


def test_names_that_are_not_utf_8_are_found_and_do_not_stop_the_check() -> None:
    odd = os.fsdecode(b"caf\xe9.txt")
    assert check_listing(write_listing({odd: ONE}), {odd: ONE}) == ()
    assert problems(LISTING, FOLDER | {odd: ONE}) == {"caf\\udce9.txt": UNLISTED}
    assert problems(b"\xff\xfe garbage\n") == {"listing line 1": NO_LINE} | dict.fromkeys(
        FOLDER, UNLISTED
    )


NAMES = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=9
)
SUMS = st.sampled_from([ONE, TWO, THREE])
FOLDERS = st.dictionaries(NAMES | st.text("a\n\r\\ n", min_size=1, max_size=6), SUMS, max_size=4)


@given(FOLDERS, FOLDERS)
@example({f"a\n{TWO}  b": ONE}, {"a": ONE, "b": TWO})
@example({"a\\\\n": ONE}, {"a\\\n": ONE})
def test_two_folders_have_one_listing_only_if_they_are_the_same(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (write_listing(one) == write_listing(other)) == (one == other)
    assert (check_listing(write_listing(one), other) == ()) == (one == other)
    assert write_listing(one).count(b"\n") == len(one)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_listing_or_are_found_out(listing: bytes) -> None:
    assert check_listing(listing, FOLDER)


def test_sha256sum_reads_the_listing(tmp_path: Path) -> None:
    command = shutil.which("sha256sum")
    if command is None:
        pytest.skip("sha256sum is not installed (apt-get install coreutils)")
    names = [
        "plain.txt",
        "a b.txt",
        "back\\slash",
        "line\nbreak",
        "return\rhere",
        "қазақ.txt",
        " lead",
    ]
    digests = {}
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(bytes([number]))
        digests[name] = sha256(bytes([number])).hexdigest()
    listing = write_listing(digests)
    run = subprocess.run(
        [command, "--check", "--strict", "-"], input=listing, cwd=tmp_path, capture_output=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr.decode()
    written = subprocess.run(
        [command, *sorted(names)], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert written == listing
