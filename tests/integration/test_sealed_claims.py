"""Claims of compartments: sealed as they are recorded, told to who holds the key and nobody else."""

import dataclasses

import pytest
from django.db import DatabaseError, connection, transaction
from tests.integration.conftest import PASSWORD

from aigaq.adapters.clock import today
from aigaq.intake.mapping import load_mapping
from aigaq.records.claims import SubjectKind
from aigaq.records.consent import Request
from aigaq.records.errors import BadInput, Locked, NotAllowed, Refused
from aigaq.records.vocabulary import properties
from aigaq.services.access import grant_compartment, remove_member, rotate_keys
from aigaq.services.actors import COMPARTMENTS
from aigaq.services.checking import check_archive
from aigaq.services.correcting import correct_claim
from aigaq.services.erasing import erase_source
from aigaq.services.importing import import_table
from aigaq.services.linking import link
from aigaq.services.members import find_member, unlock
from aigaq.services.people import count_withheld, describe_mentions, find_person, read_people
from aigaq.services.recording import read_subjects, record_document
from aigaq.services.releasing import clear
from aigaq.services.rights import record_basis
from aigaq.store import models

MAPPING = """
version: 1
shape: wide
source: {key: a-list, kind: list, title: A list, lang: en-Latn, voice: list}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y"], episode: 1, leg: 1}
  hurt: {property: sexual_violence_reported, episode: 1, leg: 1}
  how: {property: torture_detail, episode: 1, leg: 1}
  number: {property: id_number}
  ours: {property: internal_note}
"""
HEAD = "id,name,taken,hurt,how,number,ours\n"
TABLE = HEAD + "1,Bota,2017,yes,SECRETWORDS,SECRETNUMBER,SECRETNOTE\n"
SEALED = {"sexual_violence_reported", "torture_detail", "id_number", "internal_note"}


def take_in(actor, table=TABLE, **how):
    return import_table(actor, table.encode(), "l.csv", load_mapping(MAPPING, "m.yaml"), **how)


def told(actor):
    return {claim.property: claim for person in read_people(actor) for claim in person.claims}


@pytest.fixture
def locked(admin):
    return dataclasses.replace(admin, keys={}, unlocked=False)


def without(actor, *compartments):
    kept = {name: key for name, key in actor.keys.items() if name not in compartments}
    return dataclasses.replace(actor, keys=kept, unlocked=True)


def all_text():
    """Return every column of every table, as the database would give it to a thief."""
    texts: list[bytes] = []
    for model in models.APPEND_ONLY:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            texts += [as_bytes(value) for row in cursor.fetchall() for value in row]
    return b"\n".join(texts)


def as_bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_what_belongs_in_a_compartment_is_told_to_who_holds_its_key(admin, locked):
    report = take_in(admin)
    assert report.claims == 6
    claims = told(admin)
    assert claims["torture_detail"].words == "SECRETWORDS"
    assert claims["torture_detail"].locator.column == "how"
    assert claims["sexual_violence_reported"].value == "yes"
    assert claims["sexual_violence_reported"].leg == claims["arrest_date"].leg
    assert claims["internal_note"].recorded_by == admin.id
    assert set(told(locked)) == {"name", "arrest_date"}
    (person,) = read_people(locked)
    withheld = {"identity": 1, "operators": 1, "sensitive": 2}
    assert count_withheld(locked, person.mentions) == withheld
    assert count_withheld(admin, person.mentions) == {}


@pytest.mark.parametrize("compartment", COMPARTMENTS)
def test_one_compartment_opens_no_other(admin, compartment):
    take_in(admin)
    missing = {code for code in SEALED if properties()[code].compartment == compartment}
    other = without(admin, compartment)
    assert SEALED - set(told(other)) == missing
    assert set(count_withheld(other, [next(iter(read_people(other))).id])) == {compartment}


def test_no_table_holds_a_word_of_it_nor_which_matter_it_is_about(admin):
    take_in(admin)
    everything = all_text()
    for text in ("SECRET", *SEALED):
        assert text.encode() not in everything
    assert b"Bota" in everything
    assert len({len(row.told.ciphertext) for row in models.SealedClaim.objects.all()}) == 1


def test_roles_without_the_key_do_not_learn_that_there_is_something(admin, member):
    take_in(admin)
    rita = unlock(member("Rita", "reviewer"), PASSWORD)
    assert "id_number" in told(rita)
    assert not set(told(rita)) & (SEALED - {"id_number"})
    person = find_person(rita, next(iter(read_people(rita))).id)
    assert count_withheld(rita, person.mentions) == {}
    reader = member("Rosa", "reader")
    assert count_withheld(reader, person.mentions) == {}
    assert count_withheld(find_member("Rita"), person.mentions) == {"identity": 1}
    grant_compartment(admin, "Rita", "sensitive")
    assert told(unlock(rita, PASSWORD))["torture_detail"].words == "SECRETWORDS"


def test_who_cannot_seal_cannot_import_it_and_nothing_is_written(admin, member, locked):
    with pytest.raises(Locked, match="password"):
        take_in(locked)
    editor = unlock(member("Erlan", "editor"), PASSWORD)
    with pytest.raises(
        NotAllowed, match=r"column “ours” is kept sealed \(operators\).*grant Erlan"
    ):
        take_in(editor)
    volunteer = unlock(member("Vera", "volunteer"), PASSWORD)
    with pytest.raises(NotAllowed, match="Vera does not hold the identity compartment"):
        take_in(volunteer)
    assert models.Mention.objects.count() == 0
    assert take_in(locked, dry_run=True).claims == 6
    assert take_in(volunteer, HEAD + "1,Bota,2017,,,,\n").claims == 2


def test_importing_again_adds_nothing_and_a_new_word_is_sealed_too(admin):
    take_in(admin)
    assert take_in(admin).claims == 0
    later = take_in(admin, TABLE.replace("SECRETWORDS", "OTHERWORDS"))
    assert (later.claims, later.unchanged) == (1, 5)
    assert b"OTHERWORDS" not in all_text()


def test_the_acts_verify_without_a_key_and_notice_a_swap(admin, locked):
    take_in(admin)
    assert all(one is None for one in check_archive(locked))
    rows = list(models.SealedClaim.objects.filter(compartment="sensitive"))
    with pytest.raises(DatabaseError), transaction.atomic():
        models.SealedClaim.objects.filter(id=rows[0].id).update(told=rows[1].told)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.SealedClaim.objects.filter(id=rows[0].id)._raw_delete("default")
    broken = dataclasses.replace(rows[0].told, ciphertext=rows[1].told.ciphertext)
    models.SealedClaim.objects.filter(id=rows[0].id).update(told=broken)
    with pytest.raises(Refused, match="does not open"):
        told(admin)


def test_new_keys_open_it_and_old_ones_do_not(admin, member):
    take_in(admin)
    erlan = unlock(member("Erlan", "administrator"), PASSWORD)
    remove_member(admin, "Erlan")
    fresh = unlock(admin, PASSWORD)
    assert told(fresh)["torture_detail"].words == "SECRETWORDS"
    with pytest.raises(Refused):
        told(erlan)
    rotate_keys(fresh)
    assert told(unlock(admin, PASSWORD))["internal_note"].words == "SECRETNOTE"
    assert all(one is None for one in check_archive(fresh))


def test_a_correction_is_sealed_with_its_reason(admin, locked):
    take_in(admin)
    old = told(admin)["torture_detail"]
    with pytest.raises(Locked):
        correct_claim(locked, old.id, "x", "SECRETREASON")
    new = correct_claim(admin, old.id, "SECRETVALUE", "SECRETREASON")
    found = told(admin)["torture_detail"]
    assert (found.id, found.value, found.words, found.note) == (
        new, "SECRETVALUE", "SECRETWORDS", "SECRETREASON",
    )  # fmt: skip
    assert b"SECRET" not in all_text()
    with pytest.raises(BadInput, match="already corrected"):
        correct_claim(admin, old.id, "y", "again")
    assert take_in(admin).claims == 0
    assert all(one is None for one in check_archive(admin))


def test_erasing_a_source_erases_what_is_sealed_of_it(archive, admin):
    take_in(admin)
    correct_claim(admin, told(admin)["torture_detail"].id, "x", "a reason")
    source = models.Source.objects.get()
    done = erase_source(archive, admin, source.id)
    assert done.records["sealedclaim"] == 5
    assert models.SealedClaim.objects.count() == 0
    assert all(one is None for one in check_archive(admin))


def test_no_release_and_no_list_of_waiting_pairs_holds_it(admin):
    take_in(admin)
    record_basis(admin, models.Source.objects.get().id, "historical_dead", "all died before 1960")
    cleared = clear(admin, Request("publication_profile", "public", today()))
    (one,) = cleared.people
    assert {claim.property for claim in one.account.claims} == {"name", "arrest_date"}
    assert cleared.withheld == {"kept in a protected compartment": 4}
    assert "SECRET" not in str(describe_mentions([one.person.id]))


def test_linking_uses_identity_numbers_unlocked_and_refuses_to_go_without(admin, locked):
    take_in(admin)
    other = MAPPING.replace("key: a-list", "key: b-list").replace("A list", "B list")
    table = HEAD + "7,Bota,2017,,,SECRETNUMBER,\n"
    import_table(admin, table.encode(), "b.csv", load_mapping(other, "b.yaml"))
    with pytest.raises(Locked):
        link(locked)
    assert link(admin).mentions == 2
    assert b"SECRETNUMBER" not in all_text()


def test_an_internal_note_about_a_place_is_sealed(admin, locked):
    document = {
        "sources": [{"key": "s", "kind": "press_article", "title": "T"}],
        "subjects": [
            {"key": "camp", "kind": "facility", "claims": [
                {"property": "name", "value": "Camp", "source": "s"},
                {"property": "internal_note", "value": "SECRETNOTE", "source": "s"},
            ]},
        ],
    }  # fmt: skip
    with pytest.raises(Locked):
        record_document(locked, document, "d.yaml")
    assert record_document(admin, document, "d.yaml").claims == 2
    assert record_document(admin, document, "d.yaml").claims == 0
    assert b"SECRETNOTE" not in all_text()
    kind = SubjectKind.FACILITY
    (mine,), (theirs,) = read_subjects(admin, kind), read_subjects(locked, kind)
    assert {one.value for one in mine.claims} == {"SECRETNOTE"}
    assert theirs.claims == ()


def test_compartments_of_the_vocabulary_are_those_there_are_keys_for():
    """A claim whose value points to another account can't be sealed away: erasing looks for it there."""
    sealed = [one for one in properties().values() if one.compartment]
    assert {one.compartment for one in sealed} == set(COMPARTMENTS)
    assert not [one.code for one in sealed if one.value in ("mention_ref", "place")]
