"""Answers a witness's one request (C2SP tlog-witness `add-checkpoint`) over HTTP."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PATH = "/add-checkpoint"
_MOST_BYTES = 64 * 1024
_SECONDS = 20

#: Body of a request → status, type of content, body of the answer.
type Respond = Callable[[bytes], tuple[int, str, bytes]]


def open_witness_server(respond: Respond, address: str, port: int) -> ThreadingHTTPServer:
    """Return a server; the caller runs and closes it.

    Args:
        respond: decides.
        address: to listen at; `127.0.0.1` for a reverse proxy on the same machine.
        port: 0 takes a free one.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != _PATH:
                self._send(404, "text/plain; charset=utf-8", b"there is only /add-checkpoint\n")
            elif not length.isascii() or not length.isdigit() or int(length) > _MOST_BYTES:
                self._send(
                    400, "text/plain; charset=utf-8", b"the body's length is missing or too large\n"
                )
            else:
                self._send(*respond(self.rfile.read(int(length))))

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep no log of who asked."""

    return ThreadingHTTPServer((address, port), Handler)
