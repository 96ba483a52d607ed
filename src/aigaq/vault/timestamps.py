"""Time-stamps by authorities (RFC 3161): asking for one, and checking it against pinned certificates.

A token brings certificates of its own. None of them is believed: the chain must end in a certificate that
was pinned beforehand, and is judged at the token's own time, for an authority's certificate expires long
before the token is shown to a court. Some outer parts of a token (copies of certificates, the name of the
signature's method) are under no signature; whatever flips there changes nothing of what it says.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import (
    Certificate,
    DuplicateExtension,
    ExtendedKeyUsage,
    ExtensionNotFound,
    InvalidVersion,
    UnsupportedGeneralNameType,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

# What the parsers raise when bytes that came from elsewhere are not what they should be.
_MALFORMED = (
    VerificationError,
    ValueError,
    IndexError,
    InvalidVersion,
    DuplicateExtension,
    UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)

_VERSIONS = (3, 4, 5)  # RFC 5652 §5.1: the content is no plain data
_CERTIFICATES = 0xA0  # [0] IMPLICIT, of SignedData (RFC 5652 §5.1)


class BadToken(ValueError):
    """The bytes are no token, or not one that a pinned authority made over this message."""


@dataclass(frozen=True, slots=True)
class StampQuery:
    """What is sent to an authority, and the number only its answer to this query carries."""

    data: bytes
    nonce: int


def make_query(message: bytes) -> StampQuery:
    """Return the query for a message; the authority sees its SHA-256 alone."""
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    if request.nonce is None:
        raise BadToken("the query was made without a nonce")
    return StampQuery(request.as_bytes(), request.nonce)


def read_pinned(certificates: bytes) -> tuple[Certificate, ...]:
    """Return the certificates that were pinned.

    Args:
        certificates: PEM: the authority's root; where its own stands there too, only that one counts.

    Raises:
        BadToken: there is none, or no root among them.
    """
    try:
        found = tuple(load_pem_x509_certificates(certificates))
    except ValueError as error:
        raise BadToken("no certificate in PEM form (BEGIN CERTIFICATE)") from error
    if not any(one.issuer == one.subject for one in found):
        raise BadToken(
            "no root certificate among them; add the one that the authority's is issued by"
        )
    return found


def check_token(
    token: bytes, message: bytes, certificates: bytes, nonce: int | None = None
) -> datetime:
    """Check a token.

    Args:
        token: the whole response (TimeStampResp, DER), as the authority sent it.
        message: what was stamped.
        certificates: the pinned certificates (PEM).
        nonce: of the query, where the answer to it is checked; None when it was checked on arrival.

    Returns:
        The time it gives (aware, UTC).

    Raises:
        BadToken: it does not hold.
    """
    pinned = read_pinned(certificates)
    signers = [one for one in pinned if _may_stamp(one)]
    try:
        ordered = _order_certificates(token)
        response = decode_timestamp_response(ordered)
        if response.as_bytes() != ordered:
            raise BadToken("more or other bytes than a token has")
        if response.signed_data.version not in _VERSIONS:
            raise BadToken("signed data of a version that no token has")
        builder = VerifierBuilder(
            roots=list(pinned), nonce=nonce, tsa_certificate=signers[0] if signers else None
        )
        builder.build().verify_message(response, message)
        return _time(response)
    except _MALFORMED as error:
        reason = str(error).partition(": ErrorStack")[0]
        raise BadToken(f"the token does not hold: {reason}") from error


def _order_certificates(token: bytes) -> bytes:
    """Return the token with its certificates in the order DER wants of a set (X.690 §11.6).

    OpenSSL leaves them as they come, and the parser refuses that. No signature covers their order.

    Raises:
        ValueError: the bytes are not nested as a token is.
    """
    place = (0, len(token))
    for child in (0, 1, 1, 0):  # response, token, its content, signed data
        place = _children(token, place)[child][1]
    held = [inner for tag, inner in _children(token, place) if tag == _CERTIFICATES]
    if not held:
        return token
    start, end = held[0]
    parts, before = [], start
    for _, (_, after) in _children(token, held[0]):
        parts.append(token[before:after])
        before = after
    return token[:start] + b"".join(sorted(parts)) + token[end:]


def _children(data: bytes, within: tuple[int, int]) -> list[tuple[int, tuple[int, int]]]:
    """Return (tag, place of its content) of each DER value in a stretch of bytes."""
    place, end = within
    found = []
    while place < end:
        tag, length, start = data[place], data[place + 1], place + 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[place + 2 : start])
        if start + length > end:
            raise ValueError("a value is longer than what holds it")
        found.append((tag, (start, start + length)))
        place = start + length
    return found


def _may_stamp(certificate: Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage.value


def _time(response: TimeStampResponse) -> datetime:
    return response.tst_info.gen_time
