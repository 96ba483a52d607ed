"""Requests to other machines: nothing is followed, nothing endless read, no other address taken."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aigaq.adapters import http
from aigaq.adapters.http import Unreachable, get, post
from aigaq.records.errors import BadInput

ASKED: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        ASKED.append(self.path)
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "text/x.test")
        self.end_headers()
        self.wfile.write(b"x" * (101 if self.path == "/long" else 5))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(409)
        self.end_headers()
        self.wfile.write(self.headers["Content-Type"].encode() + b" " + body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_an_answer_is_returned_whatever_its_status(url):
    answer = get(url + "/here")
    assert (answer.status, answer.content_type, answer.body) == (200, "text/x.test", b"xxxxx")
    answer = post(url, b"body", "text/plain")
    assert (answer.status, answer.body) == (409, b"text/plain body")


def test_a_redirect_is_not_followed(url):
    assert get(url + "/moved").status == 302
    assert "/elsewhere" not in ASKED


def test_an_endless_answer_is_not_read(url, monkeypatch):
    monkeypatch.setattr(http, "_MOST_BYTES", 100)
    with pytest.raises(Unreachable, match="longer"):
        get(url + "/long")


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "//x"]
)
def test_other_addresses_are_refused(address):
    with pytest.raises(BadInput, match="is no address"):
        get(address)


def test_nobody_there_is_said_in_a_line(url):
    with pytest.raises(Unreachable, match="does not answer") as refused:
        get("http://127.0.0.1:9/")
    assert "\n" not in str(refused.value)
