"""RFC 3161 tokens of a local authority: `openssl ts` agrees, and what does not hold is refused."""

import shutil
import subprocess
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from aigaq.vault.timestamps import BadToken, check_token, make_query, read_pinned

from .local_authority import LocalAuthority, make_authority

MESSAGE = b"a checkpoint\n1\nroot\n"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalAuthority, LocalAuthority]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (Debian: openssl)")
    folder = tmp_path_factory.mktemp("authorities")
    return make_authority(folder / "one"), make_authority(folder / "rogue", "rsa")


@pytest.fixture(scope="module")
def token(authorities: tuple[LocalAuthority, LocalAuthority]) -> bytes:
    return authorities[0].stamp(MESSAGE)


def signer(authority: LocalAuthority) -> bytes:
    """The authority's own certificate (PEM)."""
    return (authority.folder / "tsa.pem").read_bytes()


def test_a_token_holds_as_openssl_says_too(authorities, token, tmp_path: Path) -> None:
    one = authorities[0]
    at = check_token(token, MESSAGE, one.root)
    assert at.tzinfo is not None
    assert abs(datetime.now(UTC) - at) < timedelta(days=1)
    assert check_token(token, MESSAGE, one.root + signer(one)) == at
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "message").write_bytes(MESSAGE)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-in", tmp_path / "token", "-data", tmp_path / "message",
         "-CAfile", one.folder / "ca.pem", "-attime", str(int(at.timestamp()))],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_openssl_answers_our_query_and_only_that_answer_is_taken(authorities) -> None:
    one = authorities[0]
    query = make_query(MESSAGE)
    answer = one.reply(query.data)
    check_token(answer, MESSAGE, one.root, query.nonce)
    with pytest.raises(BadToken, match="Nonce"):
        check_token(answer, MESSAGE, one.root, query.nonce ^ 1)
    with pytest.raises(BadToken, match="Nonce"):
        check_token(one.stamp(MESSAGE), MESSAGE, one.root, make_query(MESSAGE).nonce)


def test_a_rogue_authority_in_its_own_token_is_not_believed(authorities, token) -> None:
    one, rogue = authorities
    forged = rogue.stamp(MESSAGE)
    assert check_token(forged, MESSAGE, rogue.root)  # it would hold for whoever pinned the rogue
    for pinned in (one.root, one.root + signer(one)):
        with pytest.raises(BadToken):
            check_token(forged, MESSAGE, pinned)
    with pytest.raises(BadToken):
        check_token(token, MESSAGE, rogue.root)


def test_where_the_signer_itself_was_pinned_no_other_under_its_root_counts(
    authorities, token
) -> None:
    one, rogue = authorities
    with pytest.raises(BadToken):
        check_token(token, MESSAGE, one.root + signer(rogue))


def test_another_message_or_a_cut_token_does_not_hold(authorities, token) -> None:
    root = authorities[0].root
    with pytest.raises(BadToken, match="Mismatch"):
        check_token(token, MESSAGE + b" ", root)
    for wrong in (b"", b"0", token[:-1], token + b"0", token[1:], b"\x30\x80" + token[2:], MESSAGE):
        with pytest.raises(BadToken):
            check_token(wrong, MESSAGE, root)


def test_what_is_no_pin_is_refused(authorities, token) -> None:
    for wrong in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(BadToken, match="PEM"):
            read_pinned(wrong)
    with pytest.raises(BadToken, match="no root"):
        check_token(token, MESSAGE, signer(authorities[0]))


def test_a_flipped_bit_is_noticed_or_lies_where_no_signature_is(authorities, token) -> None:
    """Parts of a token are signed by nobody: the copy of the root (only the pinned one counts), the version
    of the signer's block, the name of its method. Whatever flips there, the token says the same."""
    one = authorities[0]
    at = check_token(token, MESSAGE, one.root)
    copy = load_pem_x509_certificate(one.root).public_bytes(Encoding.DER)
    start = token.index(copy)
    unread = range(start * 8, (start + len(copy)) * 8)
    bits = [bit for bit in range(len(token) * 8) if bit not in unread]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on odd serial numbers and the like
        said = [_time(_flip(token, bit), one.root) for bit in bits]
    assert len(bits) > 4000
    assert set(said) == {None, at}
    assert sum(one is not None for one in said) < 80


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _time(token: bytes, root: bytes) -> datetime | None:
    try:
        return check_token(token, MESSAGE, root)
    except BadToken:
        return None
