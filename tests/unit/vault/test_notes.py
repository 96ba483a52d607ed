"""Signed notes, keys and checkpoints: one byte form for each, and every flipped bit noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.vault.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from aigaq.vault.notes import (
    COSIGNATURE,
    ED25519,
    BadNote,
    Note,
    SignerKey,
    VerifierKey,
    cosigned_at,
    new_seed,
    parse_key,
    parse_note,
    parse_signature,
    sign,
    verify,
)

LOG = SignerKey("aigaq.archive/0123456789abcdef", ED25519, bytes(range(32)))
WITNESS = SignerKey("partner.example/w1", COSIGNATURE, bytes(range(1, 33)))
CHECKPOINT = Checkpoint(LOG.name, 20852163, bytes(range(32)))


def signed() -> bytes:
    note = sign_checkpoint(CHECKPOINT, LOG)
    return bytes(Note(note.text, (*note.signatures, sign(note.text, WITNESS, 1679315147))))


def test_a_checkpoint_opens_with_its_log_s_key_alone() -> None:
    checkpoint, note = open_checkpoint(signed(), LOG.verifier)
    assert checkpoint == CHECKPOINT
    assert bytes(note) == signed()
    assert verify(note.text, note.signatures[1], WITNESS.verifier)
    assert cosigned_at(note.signatures[1]) == 1679315147
    for key in (
        SignerKey(LOG.name, ED25519, new_seed()).verifier,
        SignerKey("another", ED25519, LOG.seed).verifier,
        WITNESS.verifier,
        VerifierKey(LOG.name, COSIGNATURE, LOG.verifier.public),
    ):
        with pytest.raises(BadNote):
            open_checkpoint(signed(), key)


def test_keys_read_as_they_are_written() -> None:
    for key in (LOG.verifier, WITNESS.verifier):
        assert parse_key(str(key)) == key
    # The example key of Go's golang.org/x/mod/sumdb/note, which the specification shares.
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(parse_key(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a+b", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_key(text)


def test_a_signature_of_go_s_note_package_verifies() -> None:
    """The example of golang.org/x/mod/sumdb/note's documentation."""
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
        "pRZb6KE6RyyBwJnAM=\n"
    )
    assert verify(text, parse_signature(line), key)
    assert not verify(text + "x\n", parse_signature(line), key)


def test_every_flipped_bit_of_a_signed_checkpoint_is_noticed() -> None:
    """A flip makes a bad note, or one of the two signatures no longer holds. 0 of them pass."""
    whole = signed()
    passed = [bit for bit in range(len(whole) * 8) if _holds(_flip(whole, bit))]
    assert (len(whole) * 8, passed) == (len(whole) * 8, [])
    assert len(whole) * 8 > 2000


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _holds(data: bytes) -> bool:
    try:
        _, note = open_checkpoint(data, LOG.verifier)
    except BadNote:
        return False
    return any(verify(note.text, one, WITNESS.verifier) for one in note.signatures)


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 60))
def test_no_other_bytes_pass_for_a_checkpoint(stuff: bytes, start: int, drop: int) -> None:
    whole = signed()
    changed = whole[:start] + stuff + whole[start + drop :]
    assert changed == whole or not _holds(changed) or _same_but_for_more_signatures(changed)


def _same_but_for_more_signatures(data: bytes) -> bool:
    """Lines of unknown keys are ignored (signed-note), so a further well-formed one changes no verdict."""
    return set(parse_note(signed()).signatures) < set(parse_note(data).signatures)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n— name\n", "\n\n— n AAAAAAE=\n",
        "text\n\n— name AAAAAAE=", "text\n\n- name AAAAAAE=\n", "text\n\n— name AAAAAAF=\n",
        "text\n\n— name AAAAAA==\n", "text\n\n—  AAAAAAE=\n", "te\txt\n\n— n AAAAAAE=\n",
        "text\r\n\n— n AAAAAAE=\n", "te\udcffxt\n\n— n AAAAAAE=\n", "text\n\n— a+b AAAAAAE=\n",
        "text\n\n— n AAAAAAE=\n— n AAAAAAI=\n", "text\n\n— n AAAAAAE= \n", "text\n\n— n\u00a0m AAAAAAE=\n",
        "text\n\n" + "".join(f"— n{number} AAAAAAE=\n" for number in range(101)),
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_note(text.encode(errors="surrogateescape"))


def test_a_text_may_hold_blank_lines() -> None:
    note = Note("a\n\n\nb\n", (sign("a\n\n\nb\n", LOG),))
    assert parse_note(bytes(note)) == note


@pytest.mark.parametrize(
    "text",
    ["", "o\n1\n", f"o\n01\n{'A' * 43}=\n", f"o\n-1\n{'A' * 43}=\n", f"\n1\n{'A' * 43}=\n", "o\n1\nAAAA\n",
     f"o\n1\n{'A' * 43}=\nmore\n", f"o\n1\n{'A' * 43}=", f"o\n{'9' * 20}\n{'A' * 43}=\n",
     f"o\n١\n{'A' * 43}=\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text)


@pytest.mark.parametrize("letter", ["\x9b", "\u202e", "\u200b", "\u2028", "\x7f"])
def test_no_name_repaints_a_terminal(letter: str) -> None:
    key = VerifierKey(f"log{letter}name", ED25519, b"k" * 32)
    with pytest.raises(BadNote):
        parse_key(str(key))


@pytest.mark.parametrize(
    "line", ["", "— n AAAAAAE=", "— n AAAAAAE=\n— m AAAAAAE=\n", "n AAAAAAE=\n"]
)
def test_what_is_no_signature_line_is_refused(line: str) -> None:
    with pytest.raises(BadNote):
        parse_signature(line)


def test_a_secret_key_shows_nothing_when_printed() -> None:
    assert LOG.seed.hex() not in repr(LOG)
    assert repr(LOG.seed) not in repr(LOG)


def test_a_cosignature_too_short_for_its_time_is_none() -> None:
    text = str(CHECKPOINT)
    whole = sign(text, WITNESS, 1)
    for cut in (0, 4, 8, 20):
        short = type(whole)(whole.name, whole.key_id, whole.signature[:cut])
        assert not verify(text, short, WITNESS.verifier)
