"""Time-stamps on checkpoints: which authorities are asked, what still waits, and whether the tokens hold.

A token over a checkpoint shows that everything in the log up to there existed by then. Asking is on record
before it is done, so that what could not be asked for offline waits and is asked for the next time.
"""

from collections.abc import Iterator
from hashlib import sha256

from aigaq.adapters.clock import now
from aigaq.adapters.files import write_file
from aigaq.adapters.http import Unreachable, post
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.sequencing import extend_log
from aigaq.store import models
from aigaq.vault.listing import Finding
from aigaq.vault.timestamps import BadToken, check_token, make_query, read_pinned

_FOLDER = "authorities"


def add_authority(archive: Archive, actor: Actor, url: str, certificates: bytes) -> None:
    """Record that an authority is asked, and pin its certificates.

    Args:
        archive: its log's folder gets a copy of the pinned certificates, for whoever verifies tokens.
        actor: who decides it.
        url: where the authority answers (RFC 3161 over HTTP).
        certificates: PEM, its root among them, from elsewhere than its own answers.

    Raises:
        NotAllowed: the actor may not.
        BadInput: no certificate can be read, no root is among them, or the authority is known already.
    """
    try:
        read_pinned(certificates)
        pinned = certificates.decode("ascii")
    except (BadToken, UnicodeDecodeError) as error:
        raise BadInput(f"the certificates of {url} can't be pinned: {error}") from error
    if models.Authority.objects.filter(url=url).exists():
        raise BadInput(f"{url} is asked here already")
    with act(actor, "authority.add", {"authority": url}) as recording:
        row = models.Authority(id=new_id(), event_id=recording.event, url=url, certificate=pinned)
        recording.add(models.Authority, [row])
    write_file(archive.log / _FOLDER / f"{authority_name(row)}.pem", certificates)


def authority_name(authority: models.Authority) -> str:
    """Return a name for an authority that can be a file's: 16 hex digits of its address's hash."""
    return sha256(authority.url.encode()).hexdigest()[:16]


def ask_authorities(archive: Archive, actor: Actor) -> Iterator[tuple[str, str]]:
    """Have the newest checkpoint stamped by every authority, and take up what waited.

    Where a later checkpoint waits too, the earlier one is left: a token over the later says as much.

    Args:
        archive: its log is extended first.
        actor: who asks.

    Yields:
        (authority's address, "" or what kept it: it is asked again the next time).

    Raises:
        NotFound: no authority was named yet, or nothing is in the log.
    """
    actor.require("read")
    checkpoint = extend_log(archive)
    authorities = models.Authority.objects.order_by("url")
    if checkpoint is None or not authorities.exists():
        raise NotFound("no authority was named yet; do it with `aigaq timestamp add-authority`")
    for authority in authorities:
        request, _ = models.StampRequest.objects.get_or_create(
            checkpoint=checkpoint, authority=authority, defaults={"at": now()}
        )
        try:
            if not models.Stamp.objects.filter(request=request).exists():
                _ask(authority, request)
            problem = ""
        except (Refused, Unreachable) as error:
            problem = str(error)
        yield authority.url, problem


def count_unstamped() -> int:
    """Return how many authorities have still to stamp the newest checkpoint they were to be asked for."""
    waiting = 0
    for authority in models.Authority.objects.all():
        newest = authority.requests.order_by("checkpoint_id").last()
        waiting += newest is not None and not models.Stamp.objects.filter(request=newest).exists()
    return waiting


def check_stamps() -> Iterator[Finding]:
    """Check every token against its checkpoint's note and its authority's pinned certificates."""
    rows = models.Stamp.objects.select_related("request__checkpoint", "request__authority")
    for row in rows.order_by("request__checkpoint_id", "id"):
        request = row.request
        place = f"time-stamp of checkpoint {request.checkpoint_id} by {request.authority.url}"
        try:
            at = check_token(
                bytes(row.token),
                request.checkpoint.note.encode(),
                request.authority.certificate.encode(),
            )
        except BadToken as error:
            yield Finding(place, f"does not hold: {error}")
            continue
        if at != row.at:
            yield Finding(place, f"gives {at:%Y-%m-%d %H:%M:%S} UTC, not the time that was kept")


def _ask(authority: models.Authority, request: models.StampRequest) -> None:
    note = request.checkpoint.note.encode()
    query = make_query(note)
    answer = post(authority.url, query.data, "application/timestamp-query")
    if answer.status != 200:
        raise Refused(f"answered with status {answer.status}")
    try:
        at = check_token(answer.body, note, authority.certificate.encode(), query.nonce)
    except BadToken as error:
        raise Refused(f"gave no token that holds: {error}") from error
    models.Stamp.objects.create(request=request, token=answer.body, at=at)
