"""Sealed bundles: made with a public key alone, opened by who holds the archive's intake key."""

import dataclasses
import io
import shutil
import subprocess
import tarfile

import pytest
from tests.integration.conftest import PASSWORD

from aigaq.records.errors import BadInput, Locked, NotAllowed, NotFound, Refused
from aigaq.services.access import rotate_keys
from aigaq.services.bundles import open_bundle, seal_files
from aigaq.services.checking import check_archive
from aigaq.services.custody import read_custody
from aigaq.services.intake_keys import find_intake_key, intake_secrets, make_intake_key
from aigaq.services.items import Description, list_items
from aigaq.services.members import unlock
from aigaq.services.opening import check_item
from aigaq.store import models
from aigaq.vault.bundle import BadBundle, read_bundle, unique_names
from aigaq.vault.keypairs import new_keypair
from aigaq.vault.stream import encrypt_stream

SAID = Description("video_original")
BIG = b"MARKER big " * 20_000  # four chunks of age


@pytest.fixture
def files(tmp_path):
    (tmp_path / "other").mkdir()
    found = {
        tmp_path / "Бота 1.mp4": BIG,
        tmp_path / "other" / "Бота 1.mp4": b"MARKER two",
        tmp_path / "no.txt": b"",
    }
    for path, data in found.items():
        path.write_bytes(data)
    return list(found)


@pytest.fixture
def bundle(admin, files, tmp_path):
    out = tmp_path / "device" / "b.age"
    seal_files(files, [make_intake_key(admin)], out)
    return out


def names(actor):
    return {one.name: one.size for one in list_items(actor)}


def test_what_was_sealed_in_the_field_comes_into_the_vault(archive, admin, bundle):
    done = open_bundle(archive, admin, bundle, SAID)
    assert names(admin) == {"Бота 1.mp4": len(BIG), "2 Бота 1.mp4": 10, "no.txt": 0}
    assert all(one.fresh and check_item(archive, admin, one.item) for one in done)
    assert "b.age" in read_custody(admin, done[0].item)[0].reason
    again = open_bundle(archive, admin, bundle, SAID)
    assert [one.fresh for one in again][:2] == [False, False]
    assert all(one is None for one in check_archive(admin))


def test_nothing_lies_on_the_device_but_what_was_there(bundle):
    assert [path.name for path in bundle.parent.iterdir()] == ["b.age"]
    assert b"MARKER" not in bundle.read_bytes()


def test_a_public_key_is_all_it_takes_and_opens_nothing(archive, admin, member, bundle, files):
    locked = dataclasses.replace(admin, keys={}, unlocked=False)
    assert find_intake_key().startswith("age1")
    with pytest.raises(Locked):
        open_bundle(archive, locked, bundle, SAID)
    with pytest.raises(NotAllowed, match="does not hold"):
        open_bundle(archive, unlock(member("Vera", "volunteer"), PASSWORD), bundle, SAID)
    with pytest.raises(NotAllowed):
        open_bundle(archive, unlock(member("Rita", "reviewer"), PASSWORD), bundle, SAID)
    with pytest.raises(NotAllowed):
        make_intake_key(unlock(member("Erlan", "editor"), PASSWORD))
    assert models.Item.objects.count() == 0


def test_old_bundles_open_after_keys_were_replaced_and_new_ones_go_to_a_new_key(
    archive, admin, bundle
):
    before = find_intake_key()
    rotate_keys(admin)
    assert find_intake_key() != before
    fresh = unlock(admin, PASSWORD)
    assert len(open_bundle(archive, fresh, bundle, SAID)) == 3
    assert all(one is None for one in check_archive(fresh))


def test_there_is_no_key_before_one_is_made(admin):
    with pytest.raises(NotFound, match="--intake --new"):
        find_intake_key()


def test_a_bundle_for_others_is_refused(archive, admin, files, tmp_path):
    make_intake_key(admin)
    out = tmp_path / "other.age"
    seal_files(files, [new_keypair()[1]], out)
    with pytest.raises(Refused, match="not sealed to this archive"):
        open_bundle(archive, admin, out, SAID)


@pytest.mark.parametrize("cut", [0, 10, 150, 400, 70_000, 131_400, -1])
def test_a_bundle_cut_short_brings_nothing(archive, admin, bundle, cut):
    bundle.write_bytes(bundle.read_bytes()[:cut])
    with pytest.raises(Refused):
        open_bundle(archive, admin, bundle, SAID)
    assert models.Item.objects.count() == 0


@pytest.mark.parametrize("place", [40, 150, 3_000, 150_000, -200, -5])
def test_a_bundle_that_was_altered_brings_nothing(archive, admin, bundle, place):
    data = bytearray(bundle.read_bytes())
    data[place] ^= 1
    bundle.write_bytes(data)
    with pytest.raises(Refused):
        open_bundle(archive, admin, bundle, SAID)
    assert models.Item.objects.count() == 0


def test_what_is_not_sealed_by_us_is_refused(archive, admin, tmp_path):
    public, path = make_intake_key(admin), tmp_path / "x.age"
    for plain in (
        b"",
        b"no tar" * 1000,
        _tar({"a": b"1"}),
        _tar({"a": b"1", "manifest-sha256.txt": b"00  a\n"}),
    ):
        with path.open("wb") as sink:
            encrypt_stream(io.BytesIO(plain), sink, [public])
        with pytest.raises(Refused):
            open_bundle(archive, admin, path, SAID)
    path.write_bytes(b"no age file at all")
    with pytest.raises(Refused):
        open_bundle(archive, admin, path, SAID)


def _tar(files, kind=tarfile.REGTYPE):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(data), kind, "/etc/passwd"
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices_are_no_files(kind):
    with pytest.raises(BadBundle):
        read_bundle(io.BytesIO(_tar({"a": b""}, kind)))


def test_bad_input_is_said_before_anything_is_written(files, tmp_path):
    out = tmp_path / "b.age"
    for paths, to in (
        ([], ["age1"]),
        (files, []),
        (files, ["age1nonsense"]),
        ([tmp_path / "none"], [new_keypair()[1]]),
    ):
        with pytest.raises(BadInput):
            seal_files(paths, to, out)
        assert not out.exists()
    out.write_bytes(b"here")
    with pytest.raises(BadInput, match="exists"):
        seal_files(files, [new_keypair()[1]], out)


def test_names_do_not_hide_each_other_or_the_manifest():
    given = ["a", "a", "2 a", "manifest-sha256.txt", "b\nc"]
    assert unique_names(given) == ["a", "2 a", "2 2 a", "2 manifest-sha256.txt", "b c"]


def test_age_and_tar_open_a_bundle_as_well(admin, bundle, tmp_path):
    if not shutil.which("age"):
        pytest.skip("age is not installed (Debian: age)")
    key = tmp_path / "key.txt"
    key.write_text(next(intake_secrets(admin)))
    plain = subprocess.run(
        ["age", "-d", "-i", str(key), str(bundle)], capture_output=True, check=True
    ).stdout
    out = tmp_path / "unpacked"
    out.mkdir()
    subprocess.run(["tar", "-x", "-C", str(out)], input=plain, check=True)
    subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"], cwd=out / "b", check=True, capture_output=True
    )
    assert (out / "b" / "Бота 1.mp4").read_bytes() == BIG
