"""Whatever lies on a disk or leaves it, a flipped bit is found: evidence files, the log, packages."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from aigaq.adapters.blobs import blob_path
from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import Refused
from aigaq.services.approving import approve_release, waiting_releases
from aigaq.services.importing import import_table
from aigaq.services.items import Description, add_item
from aigaq.services.log_checking import check_log_folder
from aigaq.services.opening import open_item
from aigaq.services.packaging import package
from aigaq.services.rights import find_source, record_basis
from aigaq.store import models
from aigaq.vault.age_header import BadAgeFile

MAPPING = """
version: 1
shape: wide
source: {key: list, kind: list, title: A list, voice: official, lang: es-Latn}
key: id
columns:
  name: {property: name}
"""
SEALED_CHUNK = 64 * 1024 + 16


def flips(folder, times, seed, leave=()):
    """Flip one bit at a time in the files of a folder; yield what was flipped while it is."""
    chance = random.Random(seed)
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size and path.name not in leave
    )
    for _ in range(times):
        path = chance.choice(files)
        kept = path.read_bytes()
        at = chance.randrange(8 * len(kept))
        data = bytearray(kept)
        data[at // 8] ^= 1 << at % 8
        path.write_bytes(data)
        yield f"bit {at} of {path.relative_to(folder)}"
        path.write_bytes(kept)


@pytest.fixture
def held(archive, admin, member, tmp_path):
    """An archive with two files and some acts, and a package of it."""
    text = "id,name\n" + "".join(f"{number},Persona {number}\n" for number in range(40))
    import_table(admin, text.encode(), "list.csv", load_mapping(MAPPING, "list.yaml"))
    source = find_source("list")
    record_basis(admin, source, "historical_dead", "a test")
    for number in range(2):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(random.Random(number).randbytes(200_000))
        add_item(archive, admin, path, Description("video_original", source=source))
    with pytest.raises(Refused):
        package(archive, admin, "list", tmp_path / "package")
    reviewer = member("Rita", "reviewer")
    ((release, _, _),) = waiting_releases(reviewer)
    approve_release(reviewer, release)
    package(archive, admin, "list", tmp_path / "package")
    return archive


def opens(archive, actor, item):
    """Return whether an item decrypts from end to end."""
    try:
        with open_item(archive, actor, item) as reader:
            while reader.read(1 << 20):
                pass
    except (Refused, BadAgeFile):
        return False
    return True


def missed_in_blobs(archive, admin, times):
    items = list(models.Item.objects.all())
    folder = archive.folder / "vault"
    assert all(opens(archive, admin, item) for item in items)
    return [
        what
        for what in flips(folder, times, 1, leave=(".lock",))
        if all(opens(archive, admin, item) for item in items)
    ]


def missed_in_log(archive, times):
    key = archive.log_key.verifier
    assert check_log_folder(archive.log, key, {})[0] == ()
    return [
        what
        for what in flips(archive.log, times, 2, leave=("key.txt",))
        if not check_log_folder(archive.log, key, {})[0]
    ]


def holds(folder, archive):
    command = ["sh", folder / "verify.sh", str(archive.log_key.verifier)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def missed_in_package(archive, folder, times):
    """Check with a copy of verify.sh that came from elsewhere, as its hash would tell."""
    own = Path(shutil.copy(folder / "verify.sh", folder.parent / "verify.sh"))
    command = ["sh", own, str(archive.log_key.verifier), "-", folder]
    assert holds(folder, archive)
    return [
        what
        for what in flips(folder, times, 3)
        if subprocess.run(command, capture_output=True, check=False).returncode == 0
    ]


def test_some_flips_are_found_everywhere(held, admin, tmp_path):
    assert missed_in_blobs(held, admin, 100) == []
    assert missed_in_log(held, 100) == []
    assert missed_in_package(held, tmp_path / "package", 12) == []


@pytest.mark.slow
def test_more_than_two_thousand_flips_are_found(held, admin, tmp_path):
    counts = {"evidence files": 900, "log": 900, "package": 400}
    missed = missed_in_blobs(held, admin, counts["evidence files"])
    missed += missed_in_log(held, counts["log"])
    missed += missed_in_package(held, tmp_path / "package", counts["package"])
    told = ", ".join(f"{count} in the {name}" for name, count in counts.items())
    print(f"{sum(counts.values())} bits flipped ({told}): {len(missed)} misses")
    assert missed == []


def test_truncation_at_every_edge_is_found(held, admin):
    item = models.Item.objects.first()
    path = blob_path(held.folder, item.blob)
    whole = path.read_bytes()
    payload = len(whole) - (200_000 + 4 * 16)  # header and nonce; four chunks
    edges = [payload + SEALED_CHUNK * number for number in range(4)]
    for cut in {0, 1, payload - 1, *edges, *(edge - 1 for edge in edges), len(whole) - 1}:
        path.write_bytes(whole[:cut])
        assert not opens(held, admin, item), cut
    path.write_bytes(whole + b"\0")
    assert not opens(held, admin, item)
    path.write_bytes(whole)
    assert opens(held, admin, item)


def test_swapped_evidence_files_are_found(held, admin):
    first, second = models.Item.objects.all()
    one, other = (blob_path(held.folder, item.blob) for item in (first, second))
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    assert not opens(held, admin, first)
    assert not opens(held, admin, second)
