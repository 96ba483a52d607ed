"""Evidence packages: what a court gets, what nobody gets, and who may make them."""

import json
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from aigaq.adapters.blobs import blob_path
from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import BadInput, NotAllowed, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.acts import act
from aigaq.services.approving import approve_release, waiting_releases
from aigaq.services.custody import read_custody
from aigaq.services.importing import import_table
from aigaq.services.items import Description, add_item
from aigaq.services.opening import view_item
from aigaq.services.package_checking import check_package, describe_package
from aigaq.services.packaging import package, preview
from aigaq.services.rights import ConsentTerms, decide_harm, record_consent, withdraw_consent
from aigaq.services.sequencing import extend_log
from aigaq.services.witnessing import add_witness, take_cosignatures
from aigaq.store import models
from aigaq.vault.act_tree import field_hash, field_salt
from aigaq.vault.keypairs import new_keypair, unwrap_key
from aigaq.vault.notes import COSIGNATURE, SignerKey, parse_note, sign
from aigaq.vault.proved import Hidden, read_records

from ..unit.vault.local_authority import make_authority

MAPPING = """
version: 1
shape: wide
source: {per: row, key: visits, kind: testimony, title: Testimony, voice: relative, lang: kk-Cyrl}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y-%m-%d"]}
  story: {property: arrest_circumstances}
testifier: {name: who, contact: phone, relation: kin}
consent:
  purposes: {courts_prosecutors: court}
  "yes": [yes]
  "no": [no]
  ask_again: [ask]
  audience: {column: audience}
  identity_mode: {column: show_name}
  place_granularity: county
  date_granularity: month
  about: proxy
"""
HEAD = "id,name,taken,story,who,phone,kin,court,audience,show_name\n"
ROW = (
    "{id},Бота Сейітқызы,2017-10-05,TOLDSTORY,SPEAKERNAME,SPEAKERPHONE,mother,"
    "{court},{audience},full_name\n"
)
VIDEO = b"VIDEOBYTES of a whole testimony " * 5000
FREE = ConsentTerms(
    about="proxy",
    purposes={"courts_prosecutors": "yes"},
    audience="named_partners",
    identity_mode="full_name",
    place_granularity="exact",
    date_granularity="day",
    words_reviewed=True,
    details={"testifier_identity_mode": "full_name"},
)
PURPOSE = "courts_prosecutors"


def give_account(actor, id="1", court="yes", audience="named_partners"):
    text = HEAD + ROW.format(id=id, court=court, audience=audience)
    import_table(actor, text.encode(), f"{id}.csv", load_mapping(MAPPING, "visits.yaml"))
    return models.Mention.objects.get(key=id)


def allow(actor, mention, *, allow=True):
    decide_harm(actor, mention.id, PURPOSE, allow=allow, reason="a test")


@pytest.fixture
def reviewer(member):
    return member("Rita", "reviewer")


@pytest.fixture
def make(archive, admin, reviewer, tmp_path):
    """A function that has a package approved and writes it."""

    def made(target, name="package", **wanted):
        out = tmp_path / "out" / name
        with pytest.raises(Refused, match="not approved yet"):
            package(archive, admin, str(target), out, **wanted)
        assert not out.exists()
        for release, _, _ in waiting_releases(reviewer):
            approve_release(reviewer, release)
        return package(archive, admin, str(target), out, **wanted)

    return made


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "SPEAKERNAME at home.mp4"
    path.write_bytes(VIDEO)
    return path


def add_video(archive, actor, video, source):
    said = Description(
        "video_original",
        source=source,
        party="PARTYNAME",
        reason="REASONWORD",
        details={"device": "PHONE7"},
    )
    return add_item(archive, actor, video, said).item


def everything(folder):
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def key_of(archive):
    return archive.log_key.verifier


def test_a_coarse_consent_proves_what_it_allows_and_hides_the_rest(
    archive, admin, make, video, tmp_path
):
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    done = make(mention.id)
    out = tmp_path / "out/package"
    assert (done.people, done.claims, done.items) == (1, 2, 0)
    assert any("recording" in reason or "words" in reason for reason in done.left_out)
    held = everything(out)
    for word in (
        "SPEAKERNAME", "SPEAKERPHONE", "TOLDSTORY", "2017-10-05", "VIDEOBYTES", "Ana", "Rita", "PARTYNAME",
        "REASONWORD", "PHONE7", "visits", "1.csv",
    ):  # fmt: skip
        assert word.encode() not in held, word
    assert b'{"stated":["value","2017-10"]}' in held
    verdict = check_package(out, key_of(archive))
    assert verdict.findings == ()
    assert verdict.established
    assert "fields proved" in describe_package(verdict)
    assert not check_package(out, None).established


def test_the_salt_of_a_hidden_field_is_nowhere(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    out = tmp_path / "out/package"
    held = everything(out)
    salts = {
        (name, field_salt(bytes(claim.salt), name).hex())
        for claim in models.Claim.objects.all()
        for name in ("value", "words", "recorded", "locator", "id")
    }
    leaked = {name for name, salt in salts if salt.encode() in held}
    assert leaked == {"id", "value"}  # “value” of the name, which may be told in full
    (dated,) = models.Claim.objects.filter(property="arrest_date")
    assert field_salt(bytes(dated.salt), "value").hex().encode() not in held
    for row in (*models.Claim.objects.all(), *models.Event.objects.all()):
        assert bytes(row.salt).hex().encode() not in held
    records = read_records((out / "data/claims.json").read_bytes())
    assert any(isinstance(field, Hidden) for record in records for field in record.fields)


def test_nothing_leaves_without_consent_to_courts(archive, admin, tmp_path):
    for id, answer, audience in (
        ("1", "no", "public"),
        ("2", "ask", "public"),
        ("3", "yes", "organisation"),
    ):
        mention = give_account(admin, id, answer, audience)
        allow(admin, mention)
        with pytest.raises(NotFound, match="nothing of this may leave"):
            package(archive, admin, str(mention.id), tmp_path / "out")
    mention = give_account(admin, "4")  # nobody has decided yet whether it harms
    with pytest.raises(NotFound, match="no reviewer has yet decided"):
        package(archive, admin, str(mention.id), tmp_path / "out")
    allow(admin, mention, allow=False)
    with pytest.raises(NotFound, match="could harm"):
        package(archive, admin, str(mention.id), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_consent_taken_back_takes_the_package_back(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    withdraw_consent(admin, mention.source_id, "she asked")
    with pytest.raises(NotFound, match="withdrawn"):
        package(archive, admin, str(mention.id), tmp_path / "out/second")


def test_a_recording_leaves_whole_or_not_at_all(archive, admin, make, video, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    item = add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    secret, public = new_keypair()
    done = make(mention.id, recipients=[public])
    out = tmp_path / "out/package"
    assert done.items == 1
    (file,) = (out / "data/items").iterdir()
    assert file.read_bytes() == VIDEO
    assert check_package(out, key_of(archive), done.bag).findings == ()
    entry = read_custody(admin, item)[-1]
    assert (entry.action, entry.party, entry.hash_after) == (
        "exported",
        public,
        file.name.split(".")[0],
    )
    plain = everything(out)
    for word in ("Ana", "PARTYNAME", "REASONWORD", "PHONE7", "at home"):
        assert word.encode() not in plain, word
    listed = json.loads(unwrap_key((out / "data/custodians.age").read_bytes(), secret))
    (custodian,) = listed["custodians"]
    assert custodian["name"] == "Ana"
    assert custodian["pseudonym"].encode() in plain
    opened = {tuple(one["field"]) for one in listed["withheld"]}
    assert {("party", "PARTYNAME"), ("reason", "REASONWORD"), ("actor_id", str(admin.id))} <= opened


@pytest.mark.parametrize("compartment", ["sensitive", "operators"])
def test_a_file_of_a_protected_compartment_stays(
    archive, admin, make, video, tmp_path, compartment
):
    mention = give_account(admin)
    allow(admin, mention)
    said = Description("video_original", compartment=compartment, source=mention.source_id)
    add_item(archive, admin, video, said)
    record_consent(admin, mention.source_id, FREE)
    done = make(mention.id)
    assert done.items == 0
    assert done.left_out["files: kept in a protected compartment"] == 1
    assert not (tmp_path / "out/package/data/items").exists()


def test_a_court_is_not_told_of_another_court_nor_why_a_file_was_looked_at(
    archive, admin, make, video, tmp_path
):
    mention = give_account(admin)
    allow(admin, mention)
    item = add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    with view_item(archive, admin, item, "LOOKEDAT to prepare the case") as reader:
        reader.read(1)
    (_, first), (secret, second) = new_keypair(), new_keypair()
    make(mention.id, "one", recipients=[first])
    make(mention.id, "two", recipients=[second])
    opened = unwrap_key((tmp_path / "out/two/data/custodians.age").read_bytes(), secret).decode()
    assert "PARTYNAME" in opened
    for word in (first, "evidence package", "LOOKEDAT"):
        assert word not in opened, word


def test_what_the_court_opens_proves_itself_against_the_package(
    archive, admin, make, video, tmp_path
):
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    secret, public = new_keypair()
    make(mention.id, recipients=[public])
    out = tmp_path / "out/package"
    hidden = {
        field.digest
        for path in (out / "data").glob("*.json")
        for record in read_records(path.read_bytes())
        for field in record.fields
        if isinstance(field, Hidden)
    }
    listed = json.loads(unwrap_key((out / "data/custodians.age").read_bytes(), secret))
    assert len(listed["withheld"]) >= 4
    for one in listed["withheld"]:
        assert field_hash(bytes.fromhex(one["salt"]), *one["field"]) in hidden


@pytest.mark.parametrize(
    "details",
    [{}, {"testifier_identity_mode": "no_name"},
     {"testifier_identity_mode": "full_name", "face_visible": "no"},
     {"testifier_identity_mode": "full_name", "voice_unaltered": "no"}],
)  # fmt: skip
def test_a_recording_of_a_speaker_who_stays_unknown_stays_here(
    archive, admin, make, video, details
):
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    terms = ConsentTerms(
        **{**{name: getattr(FREE, name) for name in FREE.__slots__}, "details": details}
    )
    record_consent(admin, mention.source_id, terms)
    done = make(mention.id)
    assert done.items == 0
    assert any("shows who speaks" in reason for reason in done.left_out)


def test_custodians_have_one_name_for_one_court_and_another_for_the_next(
    archive, admin, make, video, tmp_path
):
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    courts = [new_keypair(), new_keypair()]
    names = []
    for name, (secret, public) in (("a", courts[0]), ("b", courts[0]), ("c", courts[1])):
        if name == "b":  # the same package for the same court is approved already
            package(archive, admin, str(mention.id), tmp_path / "out/b", recipients=[public])
        else:
            make(mention.id, name, recipients=[public])
        sealed = (tmp_path / "out" / name / "data/custodians.age").read_bytes()
        names.append(json.loads(unwrap_key(sealed, secret))["custodians"][0]["pseudonym"])
    assert names[0] == names[1] != names[2]


def test_approval_is_for_these_recipients_alone(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    with pytest.raises(Refused, match="not approved yet"):
        package(archive, admin, str(mention.id), tmp_path / "other", recipients=[new_keypair()[1]])


@pytest.mark.parametrize("role", ["volunteer", "reviewer", "reader"])
def test_others_may_not_package(archive, admin, member, tmp_path, role):
    mention = give_account(admin)
    with pytest.raises(NotAllowed):
        package(archive, member("Olga", role), str(mention.id), tmp_path / "out")


def test_who_has_not_unlocked_the_files_gets_no_package(
    archive, admin, make, member, video, tmp_path
):
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    make(mention.id)
    with pytest.raises(NotAllowed, match="locked"):
        package(archive, member("Eva", "editor"), str(mention.id), tmp_path / "out/locked")
    assert not (tmp_path / "out/locked").exists()


def test_a_damaged_file_leaves_no_package_and_no_plaintext(archive, admin, make, video, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    item = add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    make(mention.id)
    blob = blob_path(archive.folder, models.Item.objects.get(id=item).blob)
    data = bytearray(blob.read_bytes())
    data[-100_000] ^= 1
    blob.write_bytes(data)
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(Refused, match="does not open"):
        package(archive, admin, str(mention.id), tmp_path / "out/again")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_sealed_package_opens_with_age_and_holds(archive, admin, make, video, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("age is not installed (Debian: age)")
    mention = give_account(admin)
    allow(admin, mention)
    add_video(archive, admin, video, mention.source_id)
    record_consent(admin, mention.source_id, FREE)
    secret, public = new_keypair()
    (tmp_path / "key").write_text(secret)
    make(mention.id, "package.tar.age", recipients=[public], sealed=True)
    sealed = tmp_path / "out/package.tar.age"
    assert b"VIDEOBYTES" not in sealed.read_bytes()
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", sealed], check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=BytesIO(opened)) as tar:
        tar.extractall(tmp_path / "opened", filter="data")
    folder = tmp_path / "opened/package"
    assert check_package(folder, key_of(archive)).findings == ()
    ran = subprocess.run(
        ["sh", folder / "verify.sh", str(key_of(archive))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "4 of 4 acts" not in ran.stdout


def test_a_sealed_package_needs_a_recipient_and_a_real_one(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    with pytest.raises(BadInput, match="needs a recipient"):
        package(archive, admin, str(mention.id), tmp_path / "out", sealed=True)
    with pytest.raises(BadInput, match="no age public key"):
        package(archive, admin, str(mention.id), tmp_path / "out", recipients=["age1nonsense"])


def test_a_package_of_a_source_holds_what_that_source_says(archive, admin, make, tmp_path):
    first, second = give_account(admin, "1"), give_account(admin, "2")
    for mention in (first, second):
        allow(admin, mention)
    done = make(first.source_id)
    assert (done.people, done.claims) == (1, 2)
    held = everything(tmp_path / "out/package")
    assert str(first.id).encode() in held
    assert str(second.id).encode() not in held


def test_an_output_that_exists_is_left_alone(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    with pytest.raises(BadInput, match="exists already"):
        package(archive, admin, str(mention.id), tmp_path / "out/package")


def test_there_is_no_such_person(archive, admin, tmp_path):
    for name in ("nobody", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound):
            package(archive, admin, name, tmp_path / "out")


def test_the_package_is_in_the_log_that_it_carries(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    with act(admin, "import"):  # something happens afterwards
        pass
    extend_log(archive)
    event = models.Event.objects.get(kind="package")
    (export,) = read_records((tmp_path / "out/package/proof/export.json").read_bytes())
    assert export.act == event.log_entry.index
    assert export.value("contents") == json.loads(event.fields)["contents"]
    assert export.value("recipients") is None
    assert check_package(tmp_path / "out/package", key_of(archive)).size == export.act + 1


def test_a_link_in_a_package_is_refused_before_it_is_read(archive, admin, make, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    make(mention.id)
    (tmp_path / "out/package/data/more").symlink_to(Path("/etc"))
    with pytest.raises(Refused, match="link"):
        check_package(tmp_path / "out/package", None)


def test_a_draft_shows_what_would_be_told_and_is_no_act(archive, admin, member, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    acts = models.Event.objects.count()
    done = preview(archive, admin, str(mention.id), tmp_path / "draft.html")
    page = (tmp_path / "draft.html").read_text("utf-8")
    assert (done.claims, done.bag) == (2, "")
    assert "Draft." in page
    assert "Бота Сейітқызы" in page
    assert "SPEAKERNAME" not in page
    assert models.Event.objects.count() == acts
    assert models.Release.objects.count() == 0
    with pytest.raises(NotAllowed):
        preview(archive, member("Rosa", "reader"), str(mention.id), tmp_path / "other.html")


def stamp(authority, checkpoint, at):
    """Have a local authority stamp a checkpoint, as `aigaq timestamp ask` does."""
    asked = models.StampRequest.objects.create(checkpoint=checkpoint, authority=authority[0], at=at)
    token = authority[1].stamp(checkpoint.note.encode())
    models.Stamp.objects.create(request=asked, token=token, at=at)


def test_what_others_saw_first_is_in_it(archive, admin, make, tmp_path):
    """The log is stamped and cosigned between two acts: the time of the first is proved, no more."""
    local = make_authority(tmp_path / "authority")
    witness = SignerKey("partner.example/w", COSIGNATURE, b"w" * 32)
    add_witness(admin, witness.verifier)
    with act(admin, "authority.add", permission="import") as recording:
        row = models.Authority(id=new_id(), event_id=recording.event, url="https://tsa.example")
        row.certificate = local.root.decode()
        recording.add(models.Authority, [row])
    mention = give_account(admin)
    allow(admin, mention)
    early = extend_log(archive)
    stamp((row, local), early, recording.at)
    line = sign(parse_note(early.note.encode()).text, witness, 1_700_000_000)
    assert take_cosignatures(admin, [("a file", f"{early.note}{line}".encode())]) == 1
    done = make(mention.id)
    out = tmp_path / "out/package"
    verdict = check_package(out, key_of(archive), done.bag)
    assert verdict.findings == ()
    assert [(one.size, one.acts) for one in verdict.times] == [(early.size, 1)]
    assert [(one.by, one.size, one.at) for one in verdict.witnesses] == [
        (witness.name, early.size, 1_700_000_000)
    ]
    assert "stood in the log by" in (out / "README.html").read_text("utf-8")
    ran = subprocess.run(
        ["sh", out / "verify.sh", str(key_of(archive))], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "at the latest: 1 of 2 acts" in ran.stdout
