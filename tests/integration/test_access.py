"""Members come and go: who opens what afterwards, and that no act's tree notices."""

import os

import pytest
from django.db import connection

from aigaq.adapters.blobs import blob_path
from aigaq.records.errors import BadInput, NotAllowed, NotFound, Refused
from aigaq.services import access
from aigaq.services.access import (
    grant_compartment,
    list_members,
    remove_member,
    revoke_compartment,
    rotate_keys,
)
from aigaq.services.actors import ROLES
from aigaq.services.checking import check_acts
from aigaq.services.custody import read_custody
from aigaq.services.intake_keys import find_intake_key, intake_secrets, make_intake_key
from aigaq.services.items import Description, add_item, list_items
from aigaq.services.members import add_member, change_password, find_member, unlock
from aigaq.services.opening import check_item
from aigaq.store import models
from aigaq.vault.sealing import SealBroken, unseal_field

PASSWORD = "one password for the tests"
ORIGINAL = Description(
    "video_original", party="Гүлжан", reason="she gave it", details={"device": "phone"}
)


@pytest.fixture
def held(admin, archive, tmp_path):
    """A file, and the item it became."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(os.urandom(70_000))
    return add_item(archive, admin, path, ORIGINAL).item


def holds(actor):
    return [one.finding for one in check_acts(actor) if one.finding is not None] == []


def test_a_removed_member_acts_no_more_and_opens_nothing_new(admin, member, archive, held):
    editor = unlock(member("Erlan", "editor"), PASSWORD)
    old = editor.key("identity")
    remove_member(admin, "Erlan")
    with pytest.raises(NotFound):
        find_member("Erlan")
    with pytest.raises(NotAllowed, match="no member"):
        unlock(editor, PASSWORD)
    row = models.Item.objects.get(id=held)
    with pytest.raises(SealBroken):
        unseal_field(old, row.name, record=str(held), field="name")
    assert not models.Grant.objects.filter(member_id=editor.id).exists()
    assert holds(admin)


def test_who_stays_opens_everything_again(admin, member, archive, held):
    member("Erlan", "editor")
    before = blob_path(archive.folder, models.Item.objects.get(id=held).blob).read_bytes()
    said = read_custody(admin, held)
    remove_member(admin, "Erlan")
    ana = unlock(find_member("Ana"), PASSWORD)
    assert ana.keys["identity"] != admin.keys["identity"]
    assert ana.keys["sensitive"] == admin.keys["sensitive"]  # Erlan never held that one
    assert check_item(archive, ana, held)
    assert read_custody(ana, held)[:1] == list(said)
    (item,) = list_items(ana)
    assert (item.name, item.details) == ("clip.mp4", {"device": "phone"})
    assert blob_path(archive.folder, item.blob).read_bytes() == before


def test_who_still_has_the_old_key_in_memory_records_nothing_with_it(
    admin, member, archive, held, tmp_path
):
    """A session that was unlocked before the keys changed must not seal what nobody could open."""
    erlan = unlock(member("Erlan", "editor"), PASSWORD)
    rotate_keys(admin)
    (tmp_path / "late.bin").write_bytes(b"late")
    with pytest.raises(Refused, match="keys of this archive were changed"):
        add_item(archive, erlan, tmp_path / "late.bin", ORIGINAL)
    assert models.Item.objects.count() == 1
    assert add_item(
        archive, unlock(find_member("Erlan"), PASSWORD), tmp_path / "late.bin", ORIGINAL
    ).fresh


@pytest.mark.parametrize("change", ["removed", "demoted"])
def test_a_session_that_began_before_acts_no_more(admin, member, change):
    """Somebody who sits at an open prompt while they lose their role can do nothing more with it."""
    erlan = unlock(member("Erlan", "administrator"), PASSWORD)
    if change == "removed":
        remove_member(admin, "Erlan")
    else:
        models.Member.objects.filter(id=erlan.id).update(role="volunteer")
    with pytest.raises(NotAllowed, match="changed meanwhile"):
        add_member(erlan, "A friend of Erlan's", "administrator", PASSWORD)
    assert not models.Event.objects.filter(actor_id=erlan.id).exists()


@pytest.mark.parametrize("step", ["add", "grant", "rotate"])
def test_a_key_replaced_since_is_handed_on_to_nobody(admin, member, step):
    """A session older than the removal would hand on the very key that the removed member still has."""
    sara = unlock(member("Sara", "administrator"), PASSWORD)
    member("Rat", "editor")
    member("Dias", "volunteer")
    remove_member(admin, "Rat")
    steps = {
        "add": lambda: add_member(sara, "Mina", "editor", PASSWORD),
        "grant": lambda: grant_compartment(sara, "Dias", "identity"),
        "rotate": lambda: rotate_keys(sara, ["identity"]),
    }
    with pytest.raises(Refused, match="keys of this archive were changed"):
        steps[step]()
    in_force = models.Grant.objects.filter(compartment="identity").values_list("key_id", flat=True)
    assert len(set(in_force)) == 1
    assert not models.Event.objects.filter(actor_id=sara.id).exists()
    again = unlock(find_member("Sara"), PASSWORD)
    add_member(again, "Mina", "editor", PASSWORD)
    assert holds(unlock(find_member("Ana"), PASSWORD))


def test_no_compartment_is_left_to_nobody(admin, member, held):
    """Sara is no last administrator, but the only one left who holds a compartment."""
    sara = unlock(member("Sara", "administrator"), PASSWORD)
    models.Grant.objects.filter(member_id=sara.id, compartment="sensitive").delete()
    with pytest.raises(Refused, match="nobody would hold sensitive"):
        remove_member(admin, "Ana")
    assert models.Member.objects.get(id=admin.id).active
    assert models.Grant.objects.filter(member_id=admin.id, compartment="sensitive").exists()


def test_the_last_administrator_is_looked_for_within_the_act(admin, member, monkeypatch):
    """Between looking and acting the other administrator may have gone."""
    sara = unlock(member("Sara", "administrator"), PASSWORD)
    begin = access.act

    def lose_and_begin(*args, **kwargs):
        models.Member.objects.filter(id=sara.id).update(role="editor")
        return begin(*args, **kwargs)

    monkeypatch.setattr(access, "act", lose_and_begin)
    with pytest.raises(BadInput, match="last administrator"):
        remove_member(admin, "Ana")


def test_the_last_administrator_cannot_go(admin, member):
    with pytest.raises(BadInput, match="last administrator"):
        remove_member(admin, "Ana")
    member("Bota", "administrator")
    remove_member(admin, "Ana")


def test_an_administrator_can_go_where_bundles_are_sealed_to_an_intake_key(admin, member):
    """Their going brings a new intake key, sealed with a key that they don't get."""
    before = make_intake_key(admin)
    bota = unlock(member("Bota", "administrator"), PASSWORD)
    remove_member(admin, "Ana")
    assert find_intake_key() != before
    assert len(list(intake_secrets(unlock(bota, PASSWORD)))) == 2
    assert holds(bota)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_only_an_administrator_changes_who_may_open_what(admin, member, role):
    member("Erlan", "editor")
    actor = unlock(member("Someone", role), PASSWORD)
    for act in (
        lambda: remove_member(actor, "Erlan"),
        lambda: grant_compartment(actor, "Erlan", "sensitive"),
        lambda: revoke_compartment(actor, "Erlan", "identity"),
        lambda: rotate_keys(actor),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_locked_administrator_changes_nothing(admin, member, held):
    member("Erlan", "editor")
    before = list(models.Grant.objects.values_list("id", flat=True))
    with pytest.raises(NotAllowed, match="locked"):
        remove_member(find_member("Ana"), "Erlan")
    assert list(models.Grant.objects.values_list("id", flat=True)) == before
    assert find_member("Erlan")


def test_a_compartment_is_given_and_taken_back(admin, member):
    member("Erlan", "editor")
    grant_compartment(admin, "Erlan", "sensitive")
    assert unlock(find_member("Erlan"), PASSWORD).key("sensitive") == admin.key("sensitive")
    revoke_compartment(admin, "Erlan", "sensitive")
    assert set(unlock(find_member("Erlan"), PASSWORD).keys) == {"identity"}
    assert unlock(find_member("Ana"), PASSWORD).key("sensitive") != admin.key("sensitive")
    assert holds(admin)
    with pytest.raises(BadInput, match="does not hold"):
        revoke_compartment(admin, "Erlan", "sensitive")
    with pytest.raises(BadInput, match="nobody but"):
        revoke_compartment(admin, "Ana", "operators")


def test_the_list_says_who_opens_what(admin, member):
    member("Erlan", "editor")
    member("Vera", "volunteer")
    remove_member(admin, "Erlan")
    said = {one.name: (one.active, list(one.compartments)) for one in list_members(admin)}
    assert said == {
        "Ana": (True, ["identity", "operators", "sensitive"]),
        "Erlan": (False, []),
        "Vera": (True, []),
    }


def test_a_seal_that_does_not_open_stops_the_whole_change(admin, held):
    columns = "plaintext_sha256 = (SELECT name FROM store_item)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER store_item_no_update")
        cursor.execute(f"UPDATE store_item SET {columns}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    with pytest.raises(Refused, match="left as they are"):
        rotate_keys(admin)
    assert unlock(find_member("Ana"), PASSWORD).keys == admin.keys


def test_a_password_is_changed_by_whoever_knows_it(admin):
    change_password(find_member("Ana"), PASSWORD, "another")
    assert unlock(find_member("Ana"), "another").keys == admin.keys
    with pytest.raises(NotAllowed):
        unlock(find_member("Ana"), PASSWORD)
    with pytest.raises(NotAllowed):
        change_password(find_member("Ana"), PASSWORD, "a third")
    with pytest.raises(BadInput):
        change_password(find_member("Ana"), "another", "")
