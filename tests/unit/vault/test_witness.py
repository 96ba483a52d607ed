"""What a witness signs, and everything it refuses."""

from collections.abc import Sequence

import pytest

from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.merkle import hash_leaf, tree_root
from aigaq.vault.notes import ED25519, BadNote, SignerKey
from aigaq.vault.proofs import prove_consistency
from aigaq.vault.tiles import TileTree, grow
from aigaq.vault.witness import (
    NotWitnessed,
    WitnessRequest,
    decide,
    follow,
    origin_of,
    parse_request,
)

LOG = SignerKey("aigaq.archive/0123456789abcdef", ED25519, b"l" * 32)
OTHER = SignerKey(LOG.name, ED25519, b"o" * 32)
ENTRIES = [bytes([number % 256]) * 32 for number in range(600)]
FORKED = [*ENTRIES[:100], b"!" * 32, *ENTRIES[101:]]


def checkpoint(size: int, entries: Sequence[bytes] = ENTRIES) -> Checkpoint:
    return Checkpoint(LOG.name, size, tree_root([hash_leaf(one) for one in entries[:size]]))


def note(size: int, entries: Sequence[bytes] = ENTRIES, key: SignerKey = LOG) -> bytes:
    return bytes(sign_checkpoint(checkpoint(size, entries), key))


def tree(size: int, entries: Sequence[bytes] = ENTRIES) -> TileTree:
    return TileTree(grow(lambda _: None, 0, entries[:size]).get, size)


def request(old: int, size: int, entries: Sequence[bytes] = ENTRIES) -> WitnessRequest:
    return WitnessRequest(
        old, prove_consistency(tree(size, entries), old, size), note(size, entries)
    )


@pytest.mark.parametrize(
    ("old", "size"), [(0, 1), (0, 600), (1, 2), (255, 257), (300, 300), (256, 600)]
)
def test_a_log_that_continues_is_signed(old: int, size: int) -> None:
    seen = checkpoint(old) if old else None
    assert bytes(decide(seen, request(old, size), LOG.verifier)) == note(size)
    assert bytes(follow(seen, note(size), tree(size), LOG.verifier)) == note(size)


@pytest.mark.parametrize(
    ("seen", "asked", "status", "size"),
    [
        (300, request(200, 600), 409, 300),
        (300, request(0, 600), 409, 300),
        (None, request(200, 600), 409, 0),
        (300, request(300, 600, FORKED), 422, None),
        (300, WitnessRequest(300, (), note(600)), 422, None),
        (300, WitnessRequest(300, prove_consistency(tree(599), 300, 599), note(600)), 422, None),
        (300, WitnessRequest(300, (), note(300, FORKED)), 409, 300),
        (300, WitnessRequest(300, (ENTRIES[0],), note(300)), 422, None),
        (None, WitnessRequest(0, (ENTRIES[0],), note(300)), 422, None),
        (300, WitnessRequest(300, (), note(200)), 400, None),
        (300, WitnessRequest(300, (), note(600, key=OTHER)), 403, None),
        (300, WitnessRequest(300, (), b"no note"), 403, None),
    ],
)
def test_everything_else_is_refused_with_the_status_the_specification_gives(
    seen: int | None, asked: WitnessRequest, status: int, size: int | None
) -> None:
    with pytest.raises(NotWitnessed) as refused:
        decide(checkpoint(seen) if seen else None, asked, LOG.verifier)
    assert (refused.value.status, refused.value.size) == (status, size)


def test_a_log_put_back_or_forked_is_refused_from_its_folder_too() -> None:
    with pytest.raises(NotWitnessed, match="put back to an earlier state"):
        follow(checkpoint(300), note(299), tree(299), LOG.verifier)
    for size in (300, 301, 600):
        with pytest.raises(NotWitnessed, match="forked or rewritten"):
            follow(checkpoint(300), note(size, FORKED), tree(size, FORKED), LOG.verifier)
    few = grow(lambda _: None, 0, ENTRIES[:299])
    with pytest.raises(NotWitnessed, match="missing or too short"):
        follow(checkpoint(300), note(600), TileTree(few.get, 600), LOG.verifier)
    with pytest.raises(NotWitnessed, match="does not hold"):
        follow(checkpoint(300), note(600, key=OTHER), tree(600), LOG.verifier)


def test_a_wrong_tile_never_makes_a_proof() -> None:
    files = dict(grow(lambda _: None, 0, ENTRIES))
    for path, data in files.items():
        if path.startswith("tile/entries"):
            continue
        wrong = files | {path: bytes([data[0] ^ 1]) + data[1:]}
        refused = 0
        for old in (20, 300):
            try:
                follow(checkpoint(old), note(600), TileTree(wrong.get, 600), LOG.verifier)
            except NotWitnessed:
                refused += 1
        assert refused, path


def test_a_request_reads_as_it_was_written() -> None:
    for one in (request(0, 1), request(300, 600)):
        parsed = parse_request(bytes(one))
        assert (parsed.old, tuple(parsed.proof), parsed.note) == (
            one.old,
            tuple(one.proof),
            one.note,
        )
        assert origin_of(parsed.note) == LOG.name


@pytest.mark.parametrize(
    "data",
    [b"", b"old 1\n", b"new 1\n\nx", b"old 01\n\nx", b"old\n\nx", b"old 1\nAA==\n\nx", b"old 1 \n\nx",
     b"old 1\n" + b"A" * 43 + b"\n\nx", "old é\n\nx".encode(),
     b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx"],
)  # fmt: skip
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        parse_request(data)
    with pytest.raises(BadNote):
        origin_of(data)
