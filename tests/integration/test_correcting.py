"""Correcting: the old claim stays, the new one speaks."""

import pytest

from aigaq.intake.mapping import load_mapping
from aigaq.records.claims import ClaimState
from aigaq.records.errors import BadDate, BadInput, NotAllowed, NotFound
from aigaq.records.ids import new_id
from aigaq.services.checking import check_archive
from aigaq.services.correcting import correct_claim
from aigaq.services.importing import import_table
from aigaq.services.people import read_people
from aigaq.store import models

MAPPING = """
version: 1
shape: wide
source: {key: a-list, kind: list, title: A list, lang: en-Latn, voice: list}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y"], episode: 1, leg: 1}
"""
TABLE = b"id,name,taken\n1,Ana,1976\n"


@pytest.fixture
def claim(admin):
    """A date of arrest that was mistyped."""
    import_table(admin, TABLE, "l.csv", load_mapping(MAPPING, "m.yaml"))
    return models.Claim.objects.get(property="arrest_date")


def dates_of(actor):
    (person,) = read_people(actor)
    return [one.value for one in person.claims if one.property == "arrest_date"]


def test_the_correction_speaks_and_the_old_claim_stays(admin, claim):
    new = correct_claim(admin, claim.id, "1978", "the scan says 8")
    assert dates_of(admin) == ["1978"]
    assert models.Claim.objects.get(id=claim.id).value == "1976"
    row = models.Claim.objects.get(id=new)
    assert (row.words, row.row, row.supersedes_id, row.leg_id) == (
        "1976",
        2,
        claim.id,
        claim.leg_id,
    )
    assert all(finding is None for finding in check_archive(admin))


def test_a_correction_is_itself_corrected_and_importing_again_changes_nothing(admin, claim):
    first = correct_claim(admin, claim.id, "1978", "a scan")
    correct_claim(admin, first, "", "the scan can't be read", state=ClaimState.UNKNOWN)
    assert dates_of(admin) == [""]
    again = import_table(admin, TABLE, "l.csv", load_mapping(MAPPING, "m.yaml"))
    assert again.claims == 0
    with pytest.raises(BadInput, match="already corrected"):
        correct_claim(admin, claim.id, "1979", "again")


def test_what_can_not_be_a_correction(admin, claim, member):
    with pytest.raises(BadDate):
        correct_claim(admin, claim.id, "soon", "a test")
    with pytest.raises(BadInput, match="reason"):
        correct_claim(admin, claim.id, "1978", " ")
    with pytest.raises(BadInput, match="same"):
        correct_claim(admin, claim.id, "1976", "a test")
    with pytest.raises(NotFound):
        correct_claim(admin, new_id(), "1978", "a test")
    with pytest.raises(NotAllowed):
        correct_claim(member("Rita", "reader"), claim.id, "1978", "a test")
    assert models.Claim.objects.filter(property="arrest_date").count() == 1
