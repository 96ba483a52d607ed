"""Our logs under an independent implementation: the note and tlog packages of golang.org/x/mod."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.merkle import Frontier, hash_leaf
from aigaq.vault.notes import ED25519, SignerKey
from aigaq.vault.proofs import prove_consistency, prove_inclusion
from aigaq.vault.tiles import TileTree, grow

PROGRAM = Path(__file__).parents[2] / "independent" / "check_log.go"
LIBRARY = Path("/usr/share/gocode")
KEY = SignerKey("aigaq.archive/0123456789abcdef", ED25519, b"k" * 32)
MOST = 70_000
EDGES = (
    *range(1, 20), *range(250, 262), *range(510, 516), *range(1022, 1027), *range(65_280, 65_283),
    *range(65_534, 65_540), 65_792, 69_887, 69_888, 69_889, 69_999, MOST,
)  # fmt: skip


@pytest.fixture(scope="module")
def check_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from Debian's packages without a network."""
    if shutil.which("go") is None or not (LIBRARY / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(
            "Go's note and tlog are not installed (Debian: golang-go golang-golang-x-mod-dev)"
        )
    folder = tmp_path_factory.mktemp("go")
    built = folder / "check_log"
    environment = os.environ | {
        "GO111MODULE": "off", "GOPATH": str(LIBRARY), "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0",
    }  # fmt: skip
    command = ["go", "build", "-o", built, PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return built


def entry(number: int) -> bytes:
    return sha256(b"%d" % number).digest()


def write_log(folder: Path, sizes: Sequence[int]) -> dict[int, bytes]:
    """Write a log that stopped at each of these sizes; return the root at every size up to the last."""
    frontier = Frontier()
    roots = {}
    for number in range(sizes[-1]):
        frontier.append(hash_leaf(entry(number)))
        roots[number + 1] = frontier.root()
    old = 0
    read = reader(folder)
    (folder / "checkpoints").mkdir(parents=True)
    for size in sizes:
        fresh = [entry(number) for number in range(old // 256 * 256, size)]
        for path, data in grow(read, old, fresh).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        note = sign_checkpoint(Checkpoint(KEY.name, size, roots[size]), KEY)
        (folder / "checkpoints" / str(size)).write_bytes(bytes(note))
        old = size
    return roots


def reader(folder: Path):
    return lambda path: (folder / path).read_bytes() if (folder / path).is_file() else None


def cases(folder: Path, sizes: Sequence[int]) -> Iterable[str]:
    """A line for each proof at these sizes: at the ends, in the middle, and at every edge below."""
    for size in sizes:
        tree = TileTree(reader(folder), size)
        for index in sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size))):
            yield line("inclusion", size, index, prove_inclusion(tree, index, size))
        for old in {1, 2, 3, 255, 256, 257, 513, 65_535, 65_536, size // 2, size - 1, size}:
            if 0 < old <= size:
                yield line("consistency", size, old, prove_consistency(tree, old, size))


def line(kind: str, size: int, other: int, proof: Sequence[bytes]) -> str:
    return " ".join([kind, str(size), str(other), *(hash.hex() for hash in proof)]) + "\n"


def run(program: Path, folder: Path, lines: Iterable[str], roots: Iterable[bytes]) -> str:
    (folder / "cases").write_text("".join(lines))
    (folder / "roots").write_bytes(b"".join(roots))
    done = subprocess.run(
        [program, folder, str(KEY.verifier), folder / "cases", folder / "roots"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, bytes]]:
    folder = tmp_path_factory.mktemp("log")
    return folder, write_log(folder, EDGES)


def test_logs_of_1_to_70000_are_theirs_too(check_log: Path, log) -> None:
    """Every root from size 1 to 70,000; tiles, signatures and proofs where tiles begin and end."""
    folder, roots = log
    lines = list(cases(folder, EDGES))
    said = run(check_log, folder, lines, roots.values())
    assert said == f"{MOST} sizes, {len(EDGES)} checkpoints, {len(lines)} proofs\n"
    assert len(lines) > 700


def test_they_refuse_what_is_wrong(check_log: Path, log) -> None:
    """Or the test above would prove nothing."""
    folder, roots = log
    some = list(roots.values())[:513]
    tree = TileTree(reader(folder), 513)
    proof = prove_inclusion(tree, 5, 513)
    assert "invalid" in run(check_log, folder, [line("inclusion", 513, 6, proof)], some)
    old = prove_consistency(tree, 256, 513)
    assert "invalid" in run(check_log, folder, [line("consistency", 513, 257, old)], some)
    wrong = [*some[:-1], b"x" * 32]
    assert "another root at size 513" in run(check_log, folder, [], wrong)
    file = folder / "checkpoints" / "513"
    kept = file.read_bytes()
    file.write_bytes(kept.replace(b"\n513\n", b"\n514\n"))
    assert "invalid signature" in run(check_log, folder, [line("inclusion", 513, 5, proof)], some)
    file.write_bytes(kept)
