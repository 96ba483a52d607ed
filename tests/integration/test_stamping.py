"""Time-stamps by a local authority over HTTP, and while it can't be reached."""

import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aigaq.records.errors import BadInput, NotAllowed, NotFound
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.checking import check_acts
from aigaq.services.log_checking import describe_log
from aigaq.services.sequencing import newest_checkpoint
from aigaq.services.stamping import (
    add_authority,
    ask_authorities,
    authority_name,
    check_stamps,
    count_unstamped,
)
from aigaq.store import models
from aigaq.vault.notes import ED25519, SignerKey

from ..unit.vault.local_authority import make_authority
from .test_log_checking import tamper


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (Debian: openssl)")
    return make_authority(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture
def archive(admin, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", SignerKey("aigaq.archive/test", ED25519, b"s" * 32))


@contextmanager
def answering(authority, change=lambda answer: answer, status=200):
    """The authority over HTTP on this machine; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = change(authority.reply(body))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
        server.shutdown()


def test_the_newest_checkpoint_is_stamped_and_openssl_agrees(admin, archive, authority, tmp_path):
    with answering(authority) as url:
        add_authority(archive, admin, url, authority.root)
        assert list(ask_authorities(archive, admin)) == [(url, "")]
        assert list(ask_authorities(archive, admin)) == [(url, "")]
    stamp = models.Stamp.objects.get()
    assert stamp.request.checkpoint == newest_checkpoint()
    assert list(check_stamps()) == []
    assert "time-stamped over 2 (" in describe_log()
    assert all(one.finding is None for one in check_acts(admin))
    (tmp_path / "token").write_bytes(bytes(stamp.token))
    (tmp_path / "note").write_text(newest_checkpoint().note)
    pinned = archive.log / "authorities" / f"{authority_name(stamp.request.authority)}.pem"
    command = ["openssl", "ts", "-verify", "-in", tmp_path / "token", "-data", tmp_path / "note"]
    command += ["-CAfile", pinned, "-attime", str(int(stamp.at.timestamp()))]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_offline_it_waits_and_is_asked_for_the_next_time(admin, archive, authority):
    with answering(authority) as url:
        add_authority(archive, admin, url, authority.root)
    ((_, problem),) = ask_authorities(archive, admin)
    assert "does not answer" in problem
    assert count_unstamped() == 1
    assert "time-stamps still awaited: 1" in describe_log()
    with act(admin, "link"):
        pass
    ((_, problem),) = ask_authorities(archive, admin)
    assert (models.StampRequest.objects.count(), models.Stamp.objects.count()) == (2, 0)
    again = int(url.rpartition(":")[2].partition("/")[0])
    with answering_at(authority, again):
        assert list(ask_authorities(archive, admin)) == [(url, "")]
    assert count_unstamped() == 0
    assert models.Stamp.objects.get().request.checkpoint == newest_checkpoint()


@contextmanager
def answering_at(authority, port):
    original = ThreadingHTTPServer.__init__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ThreadingHTTPServer,
            "__init__",
            lambda self, address, handler: original(self, ("127.0.0.1", port), handler),
        )
        with answering(authority) as url:
            yield url


def test_what_is_no_token_over_this_checkpoint_is_not_kept(admin, archive, authority, tmp_path):
    rogue = make_authority(tmp_path / "rogue")
    stale = authority.stamp(b"something else")
    for liar, change, status, problem in (
        (rogue, lambda answer: answer, 200, "no token that holds"),
        (authority, lambda answer: stale, 200, "no token that holds"),
        (authority, lambda answer: answer[:-1], 200, "no token that holds"),
        (authority, lambda answer: b"<html>", 200, "no token that holds"),
        (authority, lambda answer: answer, 503, "status 503"),
    ):
        with answering(liar, change, status) as url:
            add_authority(archive, admin, url, authority.root)
            said = dict(ask_authorities(archive, admin))
            assert problem in said[url]
    assert models.Stamp.objects.count() == 0


def test_a_token_altered_or_moved_is_found(admin, archive, authority):
    with answering(authority) as url:
        add_authority(archive, admin, url, authority.root)
        list(ask_authorities(archive, admin))
    kept = models.Stamp.objects.get()
    tamper("UPDATE store_stamp SET at = '2001-01-01 00:00:00'")
    assert "not the time that was kept" in next(check_stamps()).problem
    tamper("UPDATE store_stamp SET token = %s", bytes(kept.token)[:-1])
    assert "does not hold" in next(check_stamps()).problem
    tamper("UPDATE store_stamp SET token = %s", authority.stamp(b"something else"))
    assert "does not hold" in next(check_stamps()).problem


def test_what_can_t_be_pinned_is_refused(admin, archive, authority, member):
    leaf = (authority.folder / "tsa.pem").read_bytes()
    for wrong in (b"", b"\xff", leaf):
        with pytest.raises(BadInput, match="can't be pinned"):
            add_authority(archive, admin, "http://127.0.0.1:9/", wrong)
    with pytest.raises(NotAllowed):
        add_authority(archive, member("Ed", "editor"), "http://127.0.0.1:9/", authority.root)
    with pytest.raises(NotFound, match="no authority"):
        list(ask_authorities(archive, admin))
    add_authority(archive, admin, "http://127.0.0.1:9/", authority.root)
    with pytest.raises(BadInput, match="already"):
        add_authority(archive, admin, "http://127.0.0.1:9/", authority.root)


def test_an_address_that_is_none_is_refused(admin, archive, authority):
    add_authority(archive, admin, "file:///etc/passwd", authority.root)
    with pytest.raises(BadInput, match="is no address"):
        list(ask_authorities(archive, admin))
