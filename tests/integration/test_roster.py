"""Members' names are sealed: found by who types them, read by who holds the key, a pseudonym to others."""

import dataclasses

import pytest
from django.db import connection

from aigaq.records.errors import NotAllowed, NotFound
from aigaq.services.access import grant_compartment, list_members, remove_member, rotate_keys
from aigaq.services.checking import check_archive
from aigaq.services.members import add_member, find_member, unlock
from aigaq.services.roster import lookup_tag, pseudonym
from aigaq.services.signing_in import sign_in
from aigaq.store import models

from .conftest import PASSWORD

NAME = "Гүлнар SECRETNAME"


def rows():
    with connection.cursor() as cursor:
        found = b""
        for model in (models.Member, models.Event, models.Grant):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            found += repr([tuple(map(_plain, row)) for row in cursor.fetchall()]).encode()
        return found


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def test_no_table_holds_a_name_and_whoever_types_it_is_found(admin, member):
    added = member(NAME, "volunteer")
    assert b"SECRETNAME" not in rows()
    assert find_member(NAME) == added
    assert unlock(added, PASSWORD).unlocked
    with pytest.raises(NotFound):
        find_member("Гулнар SECRETNAME")


def test_who_may_not_know_the_names_sees_pseudonyms(admin, member):
    gulnar, erlan = member(NAME, "volunteer"), member("Erlan", "editor")
    assert [one.name for one in list_members(admin)] == ["Ana", "Erlan", NAME]
    theirs = {one.name for one in list_members(unlock(erlan, PASSWORD))}
    assert theirs == {"Erlan", pseudonym(admin.id), pseudonym(gulnar.id)}
    grant_compartment(admin, "Erlan", "operators")
    assert NAME in {one.name for one in list_members(unlock(erlan, PASSWORD))}


def test_a_pseudonym_is_enough_to_act_on_somebody(admin, member):
    gulnar = member(NAME, "volunteer")
    remove_member(admin, pseudonym(gulnar.id))
    assert not models.Member.objects.get(id=gulnar.id).active


def test_new_keys_open_the_names_and_the_acts_still_verify(admin, member):
    member(NAME, "administrator")
    remove_member(admin, NAME)
    fresh = unlock(admin, PASSWORD)
    rotate_keys(fresh)
    again = unlock(admin, PASSWORD)
    assert NAME in {one.name for one in list_members(again)}
    assert all(one is None for one in check_archive(again))


def test_another_name_put_in_a_members_place_is_noticed(admin, member):
    other = member(NAME, "volunteer")
    row = models.Member.objects.get(id=other.id)
    forged = dataclasses.replace(row.sealed_name, commitment=b"x" * 32)
    models.Member.objects.filter(id=other.id).update(sealed_name=forged)
    assert any(one and str(other.id) in one.path for one in check_archive(admin))


def test_who_does_not_hold_operators_can_add_nobody(admin):
    kept = {name: key for name, key in admin.keys.items() if name != "operators"}
    with pytest.raises(NotAllowed, match="operators"):
        add_member(dataclasses.replace(admin, keys=kept), NAME, "volunteer", PASSWORD)


def test_names_of_an_older_archive_are_sealed_when_an_administrator_signs_in(admin, member):
    gulnar = member(NAME, "volunteer")
    old = {"name": NAME, "lookup": None, "sealed_name": None}
    models.Member.objects.filter(id=gulnar.id).update(**old)
    assert find_member(NAME).id == gulnar.id
    sign_in(find_member(NAME), PASSWORD)
    assert models.Member.objects.get(id=gulnar.id).name == NAME
    sign_in(find_member("Ana"), PASSWORD)
    row = models.Member.objects.get(id=gulnar.id)
    assert (row.name, row.lookup) == (None, lookup_tag(NAME))
    assert b"SECRETNAME" not in rows()
    assert all(one is None for one in check_archive(admin))
