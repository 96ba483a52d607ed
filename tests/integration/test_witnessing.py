"""A partner's witness and an archive, over files and over HTTP on this machine."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aigaq.adapters.http import get, post
from aigaq.adapters.static_server import open_server
from aigaq.adapters.witness_server import open_witness_server
from aigaq.cli.witness import _respond, _update
from aigaq.records.errors import BadInput, NotAllowed, NotFound, Refused
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.log_checking import check_log, check_log_folder
from aigaq.services.log_files import remember, tile_reader
from aigaq.services.sequencing import extend_log, newest_checkpoint
from aigaq.services.witness_folder import (
    answer,
    create_witness,
    open_witness,
    seen_last,
    trust,
    update,
)
from aigaq.services.witnessing import (
    add_witness,
    ask_witnesses,
    check_cosignatures,
    make_request,
    take_cosignatures,
)
from aigaq.store import models
from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.notes import ED25519, SignerKey, parse_note, parse_signature, verify
from aigaq.vault.witness import NotWitnessed

KEY = SignerKey("aigaq.archive/test", ED25519, b"s" * 32)


@pytest.fixture
def archive(admin, tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive", KEY)
    extend_log(made)
    return made


@pytest.fixture
def partner(tmp_path: Path):
    made = create_witness(tmp_path / "witness", "partner.example/w1")
    trust(made, KEY.verifier)
    return made


@pytest.fixture
def serving(partner):
    """The partner's witness, answering on this machine."""
    with open_witness_server(lambda body: _respond(partner, body), "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def do_acts(actor, count: int) -> None:
    for _ in range(count):
        with act(actor, "link"):
            pass


def look(partner, archive: Archive) -> bytes:
    return update(partner, (archive.log / "checkpoint").read_bytes(), tile_reader(archive.log))


def test_by_file_there_and_back(admin, archive, partner, tmp_path):
    add_witness(admin, partner.key.verifier)
    (tmp_path / "request").write_bytes(make_request(archive, admin))
    cosigned = _update(partner, str(tmp_path / "request"))
    assert take_cosignatures(admin, [("c", cosigned)]) == 1
    assert take_cosignatures(admin, [("c", cosigned)]) == 0
    newest = newest_checkpoint()
    text = parse_note(newest.note.encode()).text
    (kept,) = models.Cosignature.objects.all()
    assert verify(text, parse_signature(kept.line), partner.key.verifier)
    assert seen_last(partner, KEY.name).size == newest.size
    assert list(check_cosignatures()) == []
    do_acts(admin, 300)
    (tmp_path / "request").write_bytes(make_request(archive, admin, partner.key.name))
    assert take_cosignatures(admin, [("c", _update(partner, str(tmp_path / "request")))]) == 1


def test_by_folder_and_by_address(admin, archive, partner):
    look(partner, archive)
    do_acts(admin, 260)
    extend_log(archive)
    with open_server(archive.log, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _update(partner, f"http://127.0.0.1:{server.server_address[1]}/")
        server.shutdown()
    assert seen_last(partner, KEY.name).size == newest_checkpoint().size


def test_over_http_as_a_log_asks(admin, archive, partner, serving):
    add_witness(admin, partner.key.verifier, serving)
    assert list(ask_witnesses(archive, admin)) == [(partner.key.name, "")]
    do_acts(admin, 3)
    assert list(ask_witnesses(archive, admin)) == [(partner.key.name, "")]
    assert models.Cosignature.objects.count() == 2
    assert list(check_cosignatures()) == []


def test_a_witness_that_knows_more_is_asked_again_from_there(admin, archive, partner, serving):
    look(partner, archive)  # by folder: the archive never heard of it
    do_acts(admin, 3)
    add_witness(admin, partner.key.verifier, serving)
    assert list(ask_witnesses(archive, admin)) == [(partner.key.name, "")]


def test_an_archive_put_back_is_told_so_by_its_witness(admin, archive, partner, serving):
    add_witness(admin, partner.key.verifier, serving)
    extend_log(archive)
    later = bytes(sign_checkpoint(Checkpoint(KEY.name, 50, b"r" * 32), KEY))
    fake = partner.folder / "logs"
    (next(fake.iterdir()) / "checkpoint").write_bytes(later)
    ((name, problem),) = ask_witnesses(archive, admin)
    assert name == partner.key.name
    assert "has seen 50 acts" in problem
    assert "put back to an earlier state" in problem


def test_a_forked_archive_is_not_signed_over_http(admin, archive, partner, serving):
    add_witness(admin, partner.key.verifier, serving)
    size = extend_log(archive).size
    forked = bytes(sign_checkpoint(Checkpoint(KEY.name, size, b"r" * 32), KEY))
    (next((partner.folder / "logs").iterdir()) / "checkpoint").write_bytes(forked)
    ((_, problem),) = ask_witnesses(archive, admin)
    assert "409" in problem
    do_acts(admin, 1)
    ((_, problem),) = ask_witnesses(archive, admin)
    assert "forked or rewritten" in problem
    assert models.Cosignature.objects.count() == 0


def test_http_statuses_are_those_of_the_specification(admin, archive, partner, serving):
    def ask(body, path="/add-checkpoint"):
        return post(serving + path, body, "text/plain")

    note = newest_checkpoint().note.encode()
    assert ask(b"old 0\n\n" + note).status == 200
    conflict = ask(b"old 0\n\n" + note)
    assert (conflict.status, conflict.content_type) == (409, "text/x.tlog.size")
    assert conflict.body == f"{newest_checkpoint().size}\n".encode()
    assert ask(b"nonsense").status == 400
    assert ask(b"old 0\n\n" + note.replace(b"/test", b"/rest")).status == 404
    assert ask(b"old 0\n\n" + note, "/elsewhere").status == 404
    assert ask(b"x" * 70_000).status == 400
    assert get(serving).status == 501


def test_requests_at_the_same_moment_never_take_a_witness_back(admin, archive, partner):
    bodies = []
    for _ in range(12):
        do_acts(admin, 1)
        extend_log(archive)
        bodies.append((archive.log / "checkpoint").read_bytes())
    read = tile_reader(archive.log)
    files = {
        str(one.relative_to(archive.log)): one.read_bytes()
        for one in archive.log.rglob("*")
        if one.is_file()
    }

    def look_at(body):
        try:
            update(partner, body, lambda path: files.get(path) or read(path))
        except NotWitnessed as error:
            refusals.append(str(error))

    refusals: list[str] = []
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look_at, bodies[::-1] + bodies))
    assert all("put back" in one for one in refusals)
    assert seen_last(partner, KEY.name).size == newest_checkpoint().size


def test_a_partner_signs_nothing_of_a_log_nobody_named(archive, tmp_path):
    stranger = create_witness(tmp_path / "stranger", "stranger")
    with pytest.raises(NotWitnessed, match="does not watch"):
        look(stranger, archive)


def test_a_log_s_key_never_changes(partner):
    trust(partner, KEY.verifier)
    with pytest.raises(BadInput, match="another key"):
        trust(partner, SignerKey(KEY.name, ED25519, b"t" * 32).verifier)


def test_a_damaged_witness_signs_nothing(archive, partner):
    look(partner, archive)
    file = next((partner.folder / "logs").iterdir()) / "checkpoint"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(Refused, match="damaged"):
        look(partner, archive)
    (partner.folder / "key.txt").write_text(str(KEY.verifier))
    with pytest.raises(BadInput, match="secret key"):
        open_witness(partner.folder)


def test_a_witness_that_lost_its_checkpoint_remembers_by_its_history(admin, archive, partner):
    look(partner, archive)
    place = next((partner.folder / "logs").iterdir())
    size = newest_checkpoint().size
    (place / "checkpoint").unlink()
    fork = bytes(sign_checkpoint(Checkpoint(KEY.name, size, b"f" * 32), KEY))
    with pytest.raises(NotWitnessed):
        answer(partner, f"old {size}\n\n".encode() + fork)
    with pytest.raises(NotWitnessed):
        answer(partner, b"old 0\n\n" + fork)


def test_what_is_no_signature_of_a_known_witness_is_not_taken(admin, archive, partner, tmp_path):
    stranger = create_witness(tmp_path / "stranger", "stranger")
    trust(stranger, KEY.verifier)
    add_witness(admin, partner.key.verifier)
    extend_log(archive)
    with pytest.raises(BadInput, match="no valid signature"):
        take_cosignatures(admin, [("c", look(stranger, archive))])
    alien = bytes(sign_checkpoint(Checkpoint(KEY.name, 1, b"r" * 32), KEY))
    with pytest.raises(BadInput, match="no checkpoint of this archive"):
        take_cosignatures(admin, [("c", alien)])
    with pytest.raises(BadInput, match="no cosigned checkpoint"):
        take_cosignatures(admin, [("c", b"x")])


def test_who_may_say_which_witnesses_count(admin, member, partner):
    for role in ("volunteer", "editor", "reviewer", "reader"):
        with pytest.raises(NotAllowed):
            add_witness(member(role, role), partner.key.verifier)
    add_witness(admin, partner.key.verifier)
    with pytest.raises(BadInput, match="already"):
        add_witness(admin, partner.key.verifier)
    with pytest.raises(BadInput, match="log's key"):
        add_witness(admin, KEY.verifier)


def test_a_request_needs_one_witness(admin, archive, partner):
    with pytest.raises(NotFound, match="no such witness"):
        make_request(archive, admin)
    add_witness(admin, partner.key.verifier)
    add_witness(admin, SignerKey("second", 4, b"2" * 32).verifier)
    with pytest.raises(NotFound, match="--witness"):
        make_request(archive, admin)
    assert make_request(archive, admin, "second").startswith(b"old 0\n")


def test_a_witness_s_memory_tells_a_rollback_and_a_fork(admin, archive, partner, tmp_path):
    look(partner, archive)
    do_acts(admin, 2)
    extend_log(archive)
    seen = remember([partner.folder], KEY.verifier)
    assert check_log(archive, KEY.verifier, seen) == ()
    assert check_log_folder(archive.log, KEY.verifier, seen)[0] == ()
    size = newest_checkpoint().size
    for checkpoint, problem in (
        (Checkpoint(KEY.name, size + 5, b"r" * 32), "put back to an earlier state"),
        (Checkpoint(KEY.name, size, b"r" * 32), "forked"),
        (Checkpoint(KEY.name, 1, b"r" * 32), "forked"),
    ):
        other = {"their.note": bytes(sign_checkpoint(checkpoint, KEY))}
        (finding,) = check_log(archive, KEY.verifier, other)
        assert finding.path == "their.note"
        assert problem in finding.problem
        assert problem in check_log_folder(archive.log, KEY.verifier, other)[0][0].problem
    forged = {
        "f": bytes(
            sign_checkpoint(
                Checkpoint(KEY.name, 1, b"r" * 32), SignerKey(KEY.name, ED25519, b"f" * 32)
            )
        )
    }
    assert "not signed with the log's key" in check_log(archive, KEY.verifier, forged)[0].problem
    with pytest.raises(BadInput, match="no checkpoint of the log"):
        remember([tmp_path / "nothing"], KEY.verifier)


def test_an_answer_is_kept_before_it_is_given(archive, partner, monkeypatch):
    """A crash while the state is written: no signature has left, and the next request is answered."""

    def crash(*_):
        raise KeyboardInterrupt

    body = b"old 0\n\n" + newest_checkpoint().note.encode()
    with monkeypatch.context() as patch:
        patch.setattr("aigaq.services.witness_folder.write_file", crash)
        with pytest.raises(KeyboardInterrupt):
            answer(partner, body)
    assert answer(partner, body).startswith("— partner.example/w1 ".encode())
