"""Importing: nothing twice, nothing lost, nothing sealed without its key."""

import pytest

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import BadInput, NotAllowed
from aigaq.services.importing import import_table
from aigaq.services.members import unlock
from aigaq.services.rights import withdraw_consent
from aigaq.store import models
from aigaq.vault.sealing import unseal_field

MAPPING = load_mapping(
    """
version: 1
shape: wide
source:
  key: a-list
  kind: list
  title: A list made up for a test
  lang: en-Latn
  voice: list
  publication_basis: official_historical_list
  basis_reason: made up
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%d/%m/%Y", "%Y"], episode: 1, leg: 1}
  place: {property: arrest_place, episode: 1, leg: 1}
  sex: {property: sex, terms: {m: male, f: female}}
""",
    "a-list.yaml",
)
FIRST = "id,name,taken,place,sex\n1,Ana Roca,03/05/1976,La Plata,f\n2,Luis Paz,1977,,m\n"


def load(actor, text, **options):
    return import_table(actor, text.encode(), "a.csv", MAPPING, **options)


def counted():
    return tuple(
        model.objects.count() for model in (models.Source, models.Mention, models.Claim, models.Leg)
    )


def test_a_row_becomes_a_mention_with_claims_that_keep_words_and_place(admin):
    report = load(admin, FIRST)
    assert (report.mentions, report.claims) == (2, 7)
    claim = models.Claim.objects.get(property="arrest_date", mention__key="1")
    assert (claim.value, claim.words) == ("1976-05-03", "03/05/1976")
    assert (claim.row, claim.column, claim.file) == (2, "taken", report.sha256)
    assert claim.leg.episode.mention_id == claim.mention_id


def test_the_same_file_twice_adds_nothing(admin):
    load(admin, FIRST)
    before = counted()
    again = load(admin, FIRST)
    assert (again.mentions, again.claims, again.unchanged) == (0, 0, 7)
    assert counted() == before


def test_a_later_edition_adds_claims_and_keeps_the_old(admin):
    load(admin, FIRST)
    later = load(admin, FIRST.replace("03/05/1976", "13/05/1976") + "3,Eva Sol,1978,,f\n")
    assert (later.mentions, later.claims) == (1, 4)
    dates = models.Claim.objects.filter(property="arrest_date", mention__key="1")
    assert set(dates.values_list("value", flat=True)) == {"1976-05-03", "1976-05-13"}


def test_a_dry_run_counts_the_same_and_writes_nothing(admin):
    before = counted()
    promised = load(admin, FIRST, dry_run=True)
    assert counted() == before
    done = load(admin, FIRST)
    assert (promised.mentions, promised.claims) == (done.mentions, done.claims)


def test_bad_rows_are_named_and_good_ones_kept(admin):
    report = load(admin, FIRST + "3,Eva Sol,31/02/1978,,f\n4,,1978,,f\n5,Juan Mar,1976,,x\n")
    assert report.mentions == 2
    assert [(one.row, one.column) for one in report.rejects] == [
        (4, "taken"),
        (5, "name"),
        (6, "sex"),
    ]
    mended = load(admin, "id,name,taken,place,sex\n3,Eva Sol,28/02/1978,,f\n")
    assert mended.mentions == 1


def test_a_volunteer_may_import_but_not_record_a_publication_basis(member):
    volunteer = member("Vera", "volunteer")
    with pytest.raises(NotAllowed):
        load(volunteer, FIRST)
    assert models.Claim.objects.count() == 0


def test_a_reader_may_not_import(member):
    with pytest.raises(NotAllowed):
        load(member("Rita", "reader"), FIRST)


TESTIMONIES = load_mapping(
    """
version: 1
shape: wide
source: {per: row, key: visits, kind: testimony, title: Testimony, voice: relative, lang: kk-Cyrl}
key: id
columns:
  name: {property: name}
testifier: {name: who, contact: phone, relation: kin}
consent:
  purposes: {publication_profile: profile}
  "yes": [yes]
  "no": [no]
  audience: public
  identity_mode: full_name
  place_granularity: county
  date_granularity: month
  about: proxy
""",
    "visits.yaml",
)
VISITS = "id,name,who,phone,kin,profile\n1,Бота Сейітқызы,Гүлжан Ә.,+7 700 000,mother,yes\n"


def test_who_testified_is_sealed_and_opens_only_with_the_key(admin):
    import_table(admin, VISITS.encode(), "visits.csv", TESTIMONIES)
    testifier = models.Testifier.objects.get()
    assert "Гүлжан".encode() not in testifier.name.ciphertext
    key, record = admin.key("identity"), str(testifier.id)
    assert unseal_field(key, testifier.name, record=record, field="name").value == "Гүлжан Ә."
    stored = str(list(models.Source.objects.values())) + str(list(models.Event.objects.values()))
    assert "Гүлжан" not in stored
    assert "+7 700" not in stored


def test_a_locked_member_cannot_seal(admin, member):
    editor = member("Erlan", "editor")
    with pytest.raises(NotAllowed, match="locked"):
        import_table(editor, VISITS.encode(), "visits.csv", TESTIMONIES)
    opened = unlock(editor, "one password for the tests")
    assert import_table(opened, VISITS.encode(), "visits.csv", TESTIMONIES).mentions == 1


def test_one_testifier_of_two_people_is_one_row(admin):
    two = VISITS + "2,Дәулет Сейітұлы,Гүлжан Ә.,+7 700 000,mother,no\n"
    import_table(admin, two.encode(), "visits.csv", TESTIMONIES)
    assert models.Testifier.objects.count() == 1
    assert models.Consent.objects.count() == 2


def test_another_spreadsheet_with_the_same_numbers_is_not_the_same_testimony(admin):
    import_table(admin, VISITS.encode(), "visits.csv", TESTIMONIES)
    before = counted()
    other = VISITS.replace("Гүлжан", "Сәуле").replace("Бота", "Мақпал")
    report = import_table(admin, other.encode(), "other.csv", TESTIMONIES)
    assert counted() == before
    (reject,) = report.rejects
    assert (reject.row, reject.column, reject.cells["name"]) == (2, "who", "Мақпал Сейітқызы")
    assert "Сәуле" not in reject.line("other.csv")


def answers():
    rows = models.Consent.objects.order_by("version")
    return [(row.version, row.purposes["publication_profile"]) for row in rows]


def test_an_answer_that_changed_in_a_later_edition_holds(admin):
    import_table(admin, VISITS.encode(), "visits.csv", TESTIMONIES)
    later = VISITS.replace("mother,yes", "mother,no")
    assert import_table(admin, later.encode(), "later.csv", TESTIMONIES).consents == 1
    assert answers() == [(1, "yes"), (2, "no")]
    for again in (later, VISITS):  # what was read before says nothing new
        assert import_table(admin, again.encode(), "again.csv", TESTIMONIES).consents == 0
    assert answers() == [(1, "yes"), (2, "no")]


def test_a_later_edition_takes_no_withdrawal_back(admin):
    import_table(admin, VISITS.encode(), "visits.csv", TESTIMONIES)
    withdraw_consent(admin, models.Source.objects.get().id, "afraid")
    later = VISITS.replace("mother,yes", "mother,ask_again")
    assert import_table(admin, later.encode(), "later.csv", TESTIMONIES).consents == 0


def test_two_lists_cannot_share_a_key(admin):
    load(admin, FIRST)
    text = load_mapping_text().replace("title: A list", "title: Quite another list")
    with pytest.raises(BadInput, match="key of its own"):
        import_table(admin, FIRST.encode(), "b.csv", load_mapping(text, "b-list.yaml"))


def load_mapping_text():
    return """
version: 1
shape: wide
source: {key: a-list, kind: list, title: A list, lang: en-Latn, voice: list}
key: id
columns:
  name: {property: name}
"""


@pytest.mark.parametrize("part", ["testifier: {name: who}", "consent: {purposes: {media: m}}"])
def test_one_source_for_a_whole_table_has_no_speaker_a_row(part):
    with pytest.raises(BadInput, match="per: row"):
        load_mapping(f"{load_mapping_text()}{part}\n", "m.yaml")


def test_a_relative_who_stands_nowhere_is_named_and_not_lost(admin):
    text = load_mapping_text() + "  kin: {property: relative, qualifier: mother}\n"
    mapping = load_mapping(text, "m.yaml")
    report = import_table(admin, b"id,name,kin\n1,Ana,2\n2,Eva,99\n", "a.csv", mapping)
    (reject,) = report.rejects
    assert (reject.row, reject.column, reject.value) == (3, "kin", "99")
    assert reject.cells["name"] == "Eva"
    assert models.Claim.objects.filter(property="relative").count() == 1
