"""A package's folder is whole or not there, and a kill leaves no plaintext behind."""

import io
import os
import signal
from pathlib import Path

import pytest

from aigaq.adapters import package_files, plaintext
from aigaq.adapters.package_files import writing_folder
from aigaq.records.errors import BadInput

MARKER = b"WHAT SHE SAID " * 1000


def write(out: Path, files: int, *, killed: bool = False) -> None:
    with writing_folder(out) as writer:
        for number in range(files):
            writer.copy(f"data/items/{number}", io.BytesIO(MARKER), len(MARKER))
        writer.add("cover.html", b"cover")
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)


def kill(out: Path, files: int) -> None:
    """Write in a child that is killed when all but the names is done."""
    child = os.fork()
    if child == 0:
        write(out, files, killed=True)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def held(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_every_file_is_there_under_its_name(tmp_path: Path) -> None:
    write(tmp_path / "out", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sorted(held(tmp_path)) == sorted([MARKER] * 3 + [b"cover"])


def test_a_kill_leaves_no_plaintext(tmp_path: Path) -> None:
    handle = plaintext.open_nameless(tmp_path)
    if handle is None:
        pytest.skip("this file system has no nameless files (O_TMPFILE)")
    handle.close()
    kill(tmp_path / "out", 3)
    assert held(tmp_path) == []
    write(tmp_path / "out", 1)  # and the next run takes the empty folder away
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("nameless", [True, False])
def test_where_files_need_names_the_next_run_takes_them_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    monkeypatch.setattr(package_files, "_HELD_AT_MOST", 2)
    if not nameless:
        monkeypatch.setattr(plaintext, "_NAMELESS", 0)
    kill(tmp_path / "out", 5)
    left = held(tmp_path)
    assert MARKER in left
    write(tmp_path / "other", 1)  # somebody else's
    assert len(held(tmp_path)) == len(left) + 2
    write(tmp_path / "out", 5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]
    assert held(tmp_path / "out").count(MARKER) == 5


def test_what_a_running_process_writes_is_left_alone(tmp_path: Path) -> None:
    with writing_folder(tmp_path / "out") as writer:
        writer.add("one", b"1")
        with pytest.raises(BadInput), writing_folder(tmp_path / "out") as other:  # noqa: PT012
            other.add("two", b"2")
            raise BadInput("given up")
    assert held(tmp_path) == [b"1"]
