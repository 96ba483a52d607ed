"""Requests to other machines: only where a person named the address, never followed to another one."""

from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from aigaq.records.errors import AigaqError, BadInput

_SECONDS = 20
_MOST_BYTES = 4 * 1024 * 1024


class Unreachable(AigaqError):
    """The other machine does not answer now; it may later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, type of content, body."""

    status: int
    content_type: str
    body: bytes


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Follow nothing: whoever answers for the address could point anywhere."""


_OPENER = build_opener(ProxyHandler(), _NoRedirect())


def post(url: str, body: bytes, content_type: str) -> Answer:
    """Send `body` and return the answer, whatever its status.

    Raises:
        BadInput: the address is none of http or https.
        Unreachable: there is no answer, or one longer than 4 MiB.
    """
    return _ask(Request(_checked(url), body, {"Content-Type": content_type}))  # noqa: S310  checked


def get(url: str) -> Answer:
    """Return what is at an address, whatever the answer's status.

    Raises:
        BadInput: the address is none of http or https.
        Unreachable: there is no answer, or one longer than 4 MiB.
    """
    return _ask(Request(_checked(url)))  # noqa: S310  checked


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"{url!r} is no address; it begins with http:// or https://")
    return url


def _ask(request: Request) -> Answer:
    try:
        with _OPENER.open(request, timeout=_SECONDS) as response:
            kind = response.headers.get("Content-Type", "")
            return _answer(response.status, kind, response.read(_MOST_BYTES + 1))
    except HTTPError as error:
        with error:
            kind = error.headers.get("Content-Type", "")
            return _answer(error.code, kind, error.read(_MOST_BYTES + 1))
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{request.full_url} does not answer ({_reason(error)})") from error


def _answer(status: int, content_type: str, body: bytes) -> Answer:
    if len(body) > _MOST_BYTES:
        raise Unreachable("the answer is longer than any such answer is")
    return Answer(status, content_type, body)


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)
