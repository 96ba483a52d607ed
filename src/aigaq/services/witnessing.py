"""The archive's side of being witnessed: which partners count, asking them, and checking what they signed."""

from collections.abc import Iterator, Sequence

from aigaq.adapters.http import Answer, Unreachable, post
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.ids import new_id
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.sequencing import extend_log, read_tree
from aigaq.store import models
from aigaq.vault.checkpoints import parse_checkpoint, parse_number
from aigaq.vault.listing import Finding
from aigaq.vault.notes import (
    COSIGNATURE,
    BadNote,
    Signature,
    VerifierKey,
    parse_key,
    parse_note,
    parse_signature,
    verify,
)
from aigaq.vault.proofs import prove_consistency
from aigaq.vault.witness import WitnessRequest

_CONFLICT = 409


def add_witness(actor: Actor, key: VerifierKey, url: str = "") -> None:
    """Record that a partner's cosignatures count here.

    Args:
        actor: who decides it.
        key: the witness's key, as they gave it.
        url: where it answers, or "" when its signatures come as files.

    Raises:
        NotAllowed: the actor may not.
        BadInput: it is no witness's key, or is known already.
    """
    if key.algorithm != COSIGNATURE:
        raise BadInput("this is a log's key, not a witness's; `aigaq witness key` prints one")
    if models.Witness.objects.filter(key=str(key)).exists():
        raise BadInput(f"{key.name} is a witness here already")
    with act(actor, "witness.add", {"witness": key.name}) as recording:
        row = models.Witness(id=new_id(), event_id=recording.event, key=str(key), url=url)
        recording.add(models.Witness, [row])


def make_request(archive: Archive, actor: Actor, name: str = "") -> bytes:
    """Return the request for one witness as a file: the newest checkpoint and the proof they need.

    Args:
        archive: the archive; its log is extended first.
        actor: who asks.
        name: of the witness; "" for the only one.

    Raises:
        NotFound: there is no such witness, or several and none was named.
    """
    actor.require("read")
    wanted = [one for one in models.Witness.objects.order_by("key") if name in ("", _key(one).name)]
    if len(wanted) != 1:
        raise NotFound(
            "say which witness with --witness NAME" if wanted else "there is no such witness here"
        )
    checkpoint = _extended(archive)
    return bytes(_request(archive, checkpoint, _last_size(wanted[0])))


def take_cosignatures(actor: Actor, notes: Sequence[tuple[str, bytes]]) -> int:
    """Keep the signatures that witnesses of this archive put under its checkpoints.

    Args:
        actor: who brings them.
        notes: (name of the file, cosigned checkpoint).

    Returns:
        How many are new.

    Raises:
        BadInput: a file is no checkpoint of this archive, or nobody known here signed it.
    """
    actor.require("read")
    taken = 0
    for name, data in notes:
        try:
            note = parse_note(data)
            size = parse_checkpoint(note.text).size
        except BadNote as error:
            raise BadInput(f"{name}: is no cosigned checkpoint ({error})") from error
        checkpoint = models.Checkpoint.objects.filter(size=size).first()
        if checkpoint is None or parse_note(checkpoint.note.encode()).text != note.text:
            raise BadInput(f"{name}: is no checkpoint of this archive")
        known = list(_known_signatures(note.text, note.signatures))
        if not known:
            raise BadInput(f"{name}: carries no valid signature of a witness of this archive")
        taken += sum(_keep(checkpoint, witness, line) for witness, line in known)
    return taken


def ask_witnesses(archive: Archive, actor: Actor) -> Iterator[tuple[str, str]]:
    """Ask every witness with an address to sign the newest checkpoint.

    Args:
        archive: the archive; its log is extended first, so that nothing unsigned and undone leaves it.
        actor: who asks.

    Yields:
        (witness's name, "" or what kept it from signing).
    """
    actor.require("read")
    checkpoint = _extended(archive)
    for witness in models.Witness.objects.exclude(url="").order_by("key"):
        try:
            _ask(archive, checkpoint, witness)
            problem = ""
        except (Refused, Unreachable) as error:
            problem = str(error)
        yield _key(witness).name, problem


def check_cosignatures() -> Iterator[Finding]:
    """Check every kept cosignature against the key of its witness."""
    rows = models.Cosignature.objects.select_related("checkpoint", "witness")
    for row in rows.order_by("checkpoint_id", "witness_id"):
        key = _key(row.witness)
        try:
            text = parse_note(row.checkpoint.note.encode()).text
            holds = verify(text, parse_signature(row.line), key)
        except BadNote:
            holds = False
        if not holds:
            yield Finding(
                f"checkpoint {row.checkpoint_id}", f"is not signed by witness {key.name} as kept"
            )


def _extended(archive: Archive) -> models.Checkpoint:
    checkpoint = extend_log(archive)
    if checkpoint is None:
        raise NotFound("there is nothing in this archive's log yet")
    return checkpoint


def _key(witness: models.Witness) -> VerifierKey:
    return parse_key(witness.key)


def _last_size(witness: models.Witness) -> int:
    newest = witness.cosignatures.order_by("checkpoint_id").last()
    return newest.checkpoint_id if newest else 0


def _request(archive: Archive, checkpoint: models.Checkpoint, old: int) -> WitnessRequest:
    proof = prove_consistency(read_tree(archive), old, checkpoint.size)
    return WitnessRequest(old, proof, checkpoint.note.encode())


def _ask(archive: Archive, checkpoint: models.Checkpoint, witness: models.Witness) -> None:
    answer = _post(witness, _request(archive, checkpoint, _last_size(witness)))
    if answer.status == _CONFLICT and answer.content_type == "text/x.tlog.size":
        answer = _post(witness, _request(archive, checkpoint, _size_there(answer, checkpoint)))
    if answer.status != 200:
        said = answer.body.decode(errors="replace").strip()
        raise Refused(f"did not sign: {said[:300]!r} ({answer.status})")
    lines = answer.body.decode(errors="replace").splitlines(keepends=True)
    text = parse_note(checkpoint.note.encode()).text
    for line in lines:
        if _holds(text, line, _key(witness)):
            _keep(checkpoint, witness, line)
            return
    raise Refused("answered without a valid signature of its own")


def _post(witness: models.Witness, request: WitnessRequest) -> Answer:
    return post(
        f"{witness.url.rstrip('/')}/add-checkpoint", bytes(request), "text/plain; charset=utf-8"
    )


def _size_there(answer: Answer, checkpoint: models.Checkpoint) -> int:
    """Return the size the witness saw last; more than there are acts here: the archive went back."""
    try:
        size = parse_number(answer.body.decode(errors="replace").removesuffix("\n"))
    except BadNote as error:
        raise Refused("answered with something that is no size") from error
    if size > checkpoint.size:
        raise Refused(
            f"has seen {size} acts of this log, and here are only {checkpoint.size}: this archive was put "
            "back to an earlier state"
        )
    return size


def _known_signatures(
    text: str, signatures: Sequence[Signature]
) -> Iterator[tuple[models.Witness, str]]:
    for witness in models.Witness.objects.all():
        for signature in signatures:
            if verify(text, signature, _key(witness)):
                yield witness, str(signature)


def _holds(text: str, line: str, key: VerifierKey) -> bool:
    try:
        return verify(text, parse_signature(line), key)
    except BadNote:
        return False


def _keep(checkpoint: models.Checkpoint, witness: models.Witness, line: str) -> bool:
    _, made = models.Cosignature.objects.get_or_create(
        checkpoint=checkpoint, witness=witness, defaults={"line": line}
    )
    return made
