"""Evidence files: taken in whole, opened only by who may, every look on record."""

import io
import os
import shutil
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from aigaq.adapters import blobs
from aigaq.adapters.blobs import blob_path, take_in
from aigaq.records.errors import BadInput, NotAllowed, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import ROLES
from aigaq.services.checking import check_acts
from aigaq.services.custody import Handling, read_custody, record_custody
from aigaq.services.items import SECRET_FIELD, Description, add_item, list_items
from aigaq.services.members import find_member, unlock
from aigaq.services.opening import check_item, export_item, view_item
from aigaq.services.roster import pseudonym
from aigaq.services.sequencing import extend_log
from aigaq.services.vault_checking import check_seals, check_vault, count_unknown
from aigaq.store import models
from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.sealing import unseal

PASSWORD = "one password for the tests"
DATA = b"MARKER the whole testimony " * 9000
CLIP = Description(
    "video_original", party="MARKER mother", reason="MARKER trust", happened="2019-03-~10"
)


@pytest.fixture
def clip(tmp_path):
    """A file as it comes from a phone."""
    path = tmp_path / "MARKER clip.mp4"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def held(archive, admin, clip):
    """The item it became."""
    return add_item(archive, admin, clip, CLIP).item


def blob_of(archive, item):
    return blob_path(archive.folder, models.Item.objects.get(id=item).blob)


def stored(archive):
    """Return every file of the vault but the lock, with its bytes."""
    return {
        path: path.read_bytes()
        for path in (archive.folder / "vault").rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_what_is_kept_of_it(archive, admin, held, clip):
    (item,) = list_items(admin)
    digest = sha256(DATA).hexdigest()
    assert (item.name, item.size, item.plaintext_sha256) == (clip.name, len(DATA), digest)
    assert item.media_type == "text/plain"
    ((path, data),) = stored(archive).items()
    assert path.stem == sha256(data).hexdigest() == item.blob
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"MARKER" not in data
    assert clip.read_bytes() == DATA


def test_a_locked_member_sees_that_there_is_an_item_and_nothing_of_it(archive, admin, held, member):
    (item,) = list_items(member("Rita", "reader"))
    assert (item.name, item.plaintext_sha256, item.kind) == ("", "", "video_original")
    (entry,) = read_custody(find_member("Rita"), held)
    assert (entry.action, entry.actor) == ("received", pseudonym(admin.id))
    assert entry.party == entry.reason == entry.hash_after == ""


def test_no_table_shows_what_is_sealed(archive, admin, held):
    rows = [*models.Item.objects.values(), *models.CustodyEvent.objects.values()]
    rows += [*models.ItemKey.objects.values(), *models.Event.objects.values()]
    assert "MARKER" not in str(rows)
    assert sha256(DATA).hexdigest() not in str(rows)


def test_debians_age_opens_it_with_the_key_that_is_in_the_archive(archive, admin, held, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("age is not installed (Debian: age)")
    sealed = models.ItemKey.objects.get(item_id=held).secret
    key = admin.key("identity")
    (tmp_path / "key").write_bytes(unseal(key, sealed, record=str(held), field=SECRET_FIELD))
    words = ["age", "-d", "-i", str(tmp_path / "key"), str(blob_of(archive, held))]
    assert subprocess.run(words, capture_output=True, check=True).stdout == DATA


def test_the_same_file_again_is_the_same_item(archive, admin, held, clip, tmp_path):
    again = add_item(archive, admin, clip, CLIP)
    assert (again.item, again.fresh) == (held, False)
    other = tmp_path / "other"
    other.write_bytes(DATA[:-1] + b"!")  # as long, but another
    assert add_item(archive, admin, other, CLIP).fresh
    assert add_item(
        archive, admin, clip, Description("document_scan", compartment="operators")
    ).fresh
    assert len(stored(archive)) == 3


def test_a_name_that_is_not_utf8_loses_no_byte(archive, admin, tmp_path):
    file = os.path.join(os.fsencode(tmp_path), "努尔.txt".encode("gb18030"))
    with open(file, "wb") as made:
        made.write(b"a note")
    add_item(archive, admin, Path(os.fsdecode(file)), Description("digital_document"))
    assert next(iter(list_items(admin))).name == r"\xc5\xac\xb6\xfb.txt"


def test_reading_from_any_place_is_on_record(archive, admin, held):
    with view_item(archive, admin, held, "MARKER to transcribe") as reader:
        reader.seek(100_000)
        assert io.BufferedReader(reader).read(50) == DATA[100_000:100_050]
    *_, last = read_custody(admin, held)
    assert (last.action, last.reason) == ("accessed", "MARKER to transcribe")


def test_an_export_is_whole_and_on_record(archive, admin, held, tmp_path):
    out = tmp_path / "out.mp4"
    digest = export_item(archive, admin, held, out, party="A court", reason="a trial")
    assert out.read_bytes() == DATA
    assert out.stat().st_mode & 0o777 == 0o600
    *_, last = read_custody(admin, held)
    assert (last.action, last.party, last.hash_before, last.hash_after) == (
        "exported", "A court", digest, digest,
    )  # fmt: skip
    with pytest.raises(BadInput, match="exists"):
        export_item(archive, admin, held, out, party="", reason="again")
    with pytest.raises(BadInput, match="reason"):
        export_item(archive, admin, held, tmp_path / "x", party="", reason=" ")


@pytest.mark.parametrize("nameless", [True, False])
@pytest.mark.parametrize("harm", ["flip", "cut", "swap"])
def test_a_file_that_does_not_verify_leaves_no_plaintext(
    archive, admin, held, tmp_path, monkeypatch, harm, nameless
):
    if not nameless:
        monkeypatch.setattr("aigaq.adapters.plaintext._NAMELESS", 0)
    path = blob_of(archive, held)
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[-1000] ^= 1
    elif harm == "cut":
        data = data[: -(len(data) % 65552) or -65552]
    else:
        (tmp_path / "other").write_bytes(b"another")
        other = add_item(archive, admin, tmp_path / "other", CLIP).item
        data = bytearray(blob_of(archive, other).read_bytes())
    path.write_bytes(data)
    out = tmp_path / "exports" / "out"
    with pytest.raises(Refused, match="does not open"):
        export_item(archive, admin, held, out, party="", reason="a test")
    assert list((tmp_path / "exports").iterdir()) == []
    assert not check_item(archive, admin, held)
    assert read_custody(admin, held)[-1].action == "verification_failed"


def test_a_missing_file_is_said_to_be_missing(archive, admin, held, tmp_path):
    blob_of(archive, held).unlink()
    with pytest.raises(BadInput, match="backup"):
        export_item(archive, admin, held, tmp_path / "out", party="", reason="a test")
    assert not check_item(archive, admin, held)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_do_what_with_an_item(archive, admin, held, member, role, clip, tmp_path):
    actor = unlock(member("Someone", role), PASSWORD)
    may_open = role in ("editor", "reviewer", "administrator")
    acts = {
        lambda: view_item(archive, actor, held, "x").__enter__(): may_open,
        lambda: check_item(archive, actor, held): may_open,
        lambda: export_item(archive, actor, held, tmp_path / "o", party="", reason="x"): may_open
        and role != "reviewer",
        lambda: add_item(archive, actor, clip, CLIP): role in ("editor", "administrator"),
        lambda: record_custody(actor, held, Handling("lost")): role in ("editor", "administrator"),
    }
    for act, allowed in acts.items():
        if allowed:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


def test_a_compartment_that_is_not_held_stays_shut(archive, admin, member, clip, tmp_path):
    sensitive = Description("video_original", compartment="sensitive")
    item = add_item(archive, admin, clip, sensitive).item
    editor = unlock(member("Erlan", "editor"), PASSWORD)
    for act in (
        lambda: view_item(archive, editor, item, "x").__enter__(),
        lambda: export_item(archive, editor, item, tmp_path / "o", party="", reason="x"),
        lambda: add_item(archive, editor, clip, sensitive),
    ):
        with pytest.raises(NotAllowed, match="sensitive"):
            act()
    assert [one.name for one in list_items(editor)] == [""]


def test_a_derivative_hangs_on_its_parent(archive, admin, held, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("what she says")
    made = Description("transcript", parent=held, tool="whisper 1.0")
    item = add_item(archive, admin, text, made).item
    assert [(one.parent, one.tool) for one in list_items(admin) if one.id == item] == [
        (held, "whisper 1.0")
    ]
    for wrong, why in (
        (Description("transcript", parent=held), "with what"),
        (Description("transcript", tool="x"), "from which"),
        (Description("video_original", parent=held, tool="x"), "no parent"),
    ):
        with pytest.raises(BadInput, match=why):
            add_item(archive, admin, text, wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        Description("film"),
        Description("photo_original", compartment="none"),
        Description("photo_original", happened="last year"),
    ],
)
def test_codes_and_dates_are_checked_and_nothing_is_left(archive, admin, clip, wrong):
    with pytest.raises(BadInput):
        add_item(archive, admin, clip, wrong)
    assert stored(archive) == {} or add_item(archive, admin, clip, CLIP).fresh
    assert len(stored(archive)) <= 1


def test_what_is_not_there_is_said(archive, admin, tmp_path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(BadInput, match=str(path)):
            add_item(archive, admin, path, CLIP)
    (tmp_path / "x").write_bytes(b"x")
    for said in (
        Description("video_original", source=new_id()),
        Description("proxy", parent=new_id(), tool="x"),
    ):
        with pytest.raises(NotFound):
            add_item(archive, admin, tmp_path / "x", said)


def test_a_file_that_is_still_being_written_is_not_taken_in(archive, admin, clip, monkeypatch):
    honest = os.fstat
    sizes = iter([0, 1, 2, 3])
    monkeypatch.setattr(
        "aigaq.adapters.originals.os.fstat",
        lambda handle: os.stat_result([*honest(handle)[:6], next(sizes), *honest(handle)[7:]]),
    )
    with pytest.raises(BadInput, match="was changed while it was read"):
        add_item(archive, admin, clip, CLIP)
    assert stored(archive) == {}
    assert models.Item.objects.count() == 0


def test_what_a_crash_left_unfinished_is_cleared_up_by_the_next_intake(archive, admin, held, clip):
    left = archive.folder / "vault" / "incoming" / "half.age"
    left.write_bytes(b"x")
    add_item(archive, admin, clip, CLIP)
    assert set(stored(archive)) == {blob_of(archive, held)}


def test_a_file_the_database_does_not_know_is_never_taken_away(archive, admin, held, clip):
    unknown = archive.folder / "vault" / "ab" / f"ab{'0' * 62}.age"
    unknown.parent.mkdir()
    unknown.write_bytes(b"x")
    assert count_unknown(archive) == 1
    clip.write_bytes(DATA + b"more")
    added = add_item(archive, admin, clip, CLIP).item
    assert set(stored(archive)) == {unknown, blob_of(archive, held), blob_of(archive, added)}


def test_nothing_is_taken_in_by_a_database_that_was_put_back(archive, admin, held, tmp_path):
    extend_log(archive)
    note = sign_checkpoint(Checkpoint(archive.log_key.name, 1000, b"r" * 32), archive.log_key)
    (archive.log / "checkpoint").write_bytes(bytes(note))
    before = stored(archive)
    other = tmp_path / "other"
    other.write_bytes(b"another file")
    with pytest.raises(Refused, match="put back"):
        add_item(archive, admin, other, CLIP)
    assert stored(archive) == before


def test_nothing_is_cleared_up_while_somebody_takes_something_in(archive, admin, held, clip):
    with take_in(archive.folder) as draft:
        draft.file.write(b"x")
        draft.place(sha256(b"x").hexdigest())
        add_item(archive, admin, clip, CLIP)
        assert (archive.folder / "vault" / "2d" / f"{sha256(b'x').hexdigest()}.age").exists()


def test_a_full_disk_is_one_line_and_leaves_nothing(archive, admin, clip, monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs.os, "fsync", fail)
    with pytest.raises(BadInput, match="No space left on device"):
        add_item(archive, admin, clip, CLIP)
    assert stored(archive) == {}
    assert models.Item.objects.count() == 0


def test_verification_needs_no_key_to_find_an_altered_or_missing_file(archive, admin, held):
    assert list(check_vault(archive)) == [None]
    path = blob_of(archive, held)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    (found,) = check_vault(archive)
    assert (found.path, "altered" in found.problem) == (f"item {held}", True)
    path.unlink()
    (found,) = check_vault(archive)
    assert "no file" in found.problem


@pytest.mark.parametrize(
    ("model", "column"),
    [(models.ItemKey, "secret"), (models.Item, "name"), (models.CustodyEvent, "hash_after")],
)
def test_what_is_sealed_and_was_wrecked_is_found_by_who_holds_its_key(
    archive, admin, held, member, model, column
):
    """Its commitment is left as it was, so that every act verifies; only opening it tells."""
    seals = list(check_seals(admin))
    assert len(seals) >= 4
    assert not any(seals)
    row = model.objects.exclude(**{column: None}).first()
    value = getattr(row, column)
    wrecked = replace(value, ciphertext=bytes(len(value.ciphertext)))
    model.objects.filter(pk=row.pk).update(**{column: wrecked})
    assert not any(one.finding for one in check_acts(admin))
    (finding,) = [one for one in check_seals(admin) if one is not None]
    assert str(row.pk) in finding.path
    assert column in finding.problem
    assert list(check_seals(member("Rita", "reader"))) == []


def test_custody_is_numbered_and_every_act_verifies(archive, admin, held):
    record_custody(admin, held, Handling("seized", "police", "a search", "2019-03-10"))
    check_item(archive, admin, held)
    chain = read_custody(admin, held)
    assert [(one.position, one.action) for one in chain] == [
        (1, "received"), (2, "seized"), (3, "verified"),
    ]  # fmt: skip
    assert (chain[0].happened, chain[1].happened) == ("2019-03-~10", "2019-03-10")
    with pytest.raises(BadInput):
        record_custody(admin, held, Handling("eaten"))
    with pytest.raises(NotFound):
        read_custody(admin, new_id())
    assert [one.finding for one in check_acts(admin) if one.finding is not None] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_item SET media_type = 'image/png'",
        "UPDATE store_item SET name = plaintext_sha256",
        "UPDATE store_item SET details = NULL",
        "UPDATE store_custodyevent SET action = 'lost'",
        "UPDATE store_custodyevent SET reason = party",
        "UPDATE store_custodyevent SET at = '2001-01-01 00:00:00'",
        "DELETE FROM store_custodyevent",
        "UPDATE store_item SET blob = plaintext_blob",
    ],
)
def test_a_changed_item_or_custody_is_found_without_any_key(archive, admin, clip, statement):
    add_item(archive, admin, clip, replace(CLIP, details={"device": "phone"}))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for table in ("item", "custodyevent"):
                for what in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER store_{table}_no_{what}")
        cursor.execute(statement.replace("plaintext_blob", f"'{'0' * 64}'"))
        assert cursor.rowcount == 1
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    (found,) = (one.finding for one in check_acts(find_member("Ana")) if one.finding is not None)
    assert "item.add" in found.path
