"""A time-stamp authority of our own, by `openssl ts`, for the tests."""

import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    load_pem_x509_certificate,
    random_serial_number,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[serve]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@dataclass(frozen=True)
class LocalAuthority:
    """An authority with a root of its own; its certificates end at POSIX time `until`."""

    folder: Path
    until: float
    root_key: "Key"

    def is_over(self) -> bool:
        """Return whether its certificates have expired."""
        return time.time() > self.until

    @property
    def root(self) -> bytes:
        """The root certificate (PEM): what one pins."""
        return (self.folder / "ca.pem").read_bytes()

    @property
    def own(self) -> bytes:
        """The certificate it signs with (PEM)."""
        return (self.folder / "tsa.pem").read_bytes()

    def stamp(self, data: bytes) -> bytes:
        """Return the response over `data`, with the authority's certificates inside."""
        query = self.folder / "made-query"
        (self.folder / "data").write_bytes(data)
        _run(
            "openssl", "ts", "-query", "-data", f"{self.folder}/data", "-sha256", "-cert", "-out", str(query),
        )  # fmt: skip
        return self.reply(query.read_bytes())

    def reply(self, query: bytes) -> bytes:
        """Return the response to a query that somebody sent."""
        asked, reply = self.folder / "query", self.folder / "reply"
        asked.write_bytes(query)
        _run(
            "openssl", "ts", "-reply", "-config", f"{self.folder}/config", "-section", "serve",
            "-queryfile", str(asked), "-out", str(reply),
        )  # fmt: skip
        return reply.read_bytes()


def make_authority(folder: Path, key: str = "curve", lives: int = 10**8) -> LocalAuthority:
    """Make an authority in a new folder.

    Args:
        folder: of its own.
        key: `curve` (P-256) or `rsa`.
        lives: seconds until its certificates expire.
    """
    folder.mkdir(parents=True)
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    start = datetime.now(UTC).replace(microsecond=0)
    until = start + timedelta(seconds=lives)
    root, signer = _new_key(key), _new_key(key)
    name, issuer = _name(f"{folder.name} authority"), _name(f"{folder.name} root")
    ca = (
        _draft(issuer, issuer, root.public_key(), start, until)
        .add_extension(BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root, SHA256())
    )
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    _certify(folder, _draft(name, issuer, signer.public_key(), start, until), signer, root)
    return LocalAuthority(folder, until.timestamp(), root)


def make_customer(authority: LocalAuthority, folder: Path) -> LocalAuthority:
    """Make another signer under the root of an authority: somebody else whom the same root certifies."""
    shutil.copytree(authority.folder, folder)
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    ca = load_pem_x509_certificate(authority.root)
    signer = _new_key("curve")
    own = _draft(
        _name("another customer"), ca.subject, signer.public_key(),
        ca.not_valid_before_utc, ca.not_valid_after_utc,
    )  # fmt: skip
    _certify(folder, own, signer, authority.root_key)
    return replace(authority, folder=folder)


def _certify(folder: Path, own: CertificateBuilder, signer: "Key", root: "Key") -> None:
    signed = (
        own.add_extension(BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(root, SHA256())
    )
    (folder / "tsa.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(signer.private_bytes(*form))


type Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _new_key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> Name:
    return Name([NameAttribute(NameOID.COMMON_NAME, text)])


def _draft(
    name: Name,
    issuer: Name,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    start: datetime,
    until: datetime,
) -> CertificateBuilder:
    return (
        CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(random_serial_number())
        .not_valid_before(start)
        .not_valid_after(until)
    )


def _usage(*, signs_certificates: bool) -> KeyUsage:
    return KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=False,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
