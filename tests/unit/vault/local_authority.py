"""A time-stamp authority of our own, by `openssl ts`, for the tests."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
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
    """An authority with a root of its own; `key` is a curve, or `rsa`."""

    folder: Path

    @property
    def root(self) -> bytes:
        """The root certificate (PEM): what one pins."""
        return (self.folder / "ca.pem").read_bytes()

    @property
    def certificate(self) -> bytes:
        """The signing certificate itself (PEM)."""
        return (self.folder / "tsa.pem").read_bytes()

    def stamp(self, data: bytes) -> bytes:
        """Return the response over `data`, with the authority's certificates inside."""
        query, reply = self.folder / "query", self.folder / "reply"
        (self.folder / "data").write_bytes(data)
        _run(
            "openssl",
            "ts",
            "-query",
            "-data",
            f"{self.folder}/data",
            "-sha256",
            "-cert",
            "-out",
            str(query),
        )
        _run(
            "openssl", "ts", "-reply", "-config", f"{self.folder}/config", "-section", "serve",
            "-queryfile", str(query), "-out", str(reply),
        )  # fmt: skip
        return reply.read_bytes()


def make_authority(folder: Path, key: str = "prime256v1", name: str = "Test") -> LocalAuthority:
    """Make an authority in a new folder."""
    folder.mkdir(parents=True)
    config = folder / "config"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    kind = ["rsa:2048"] if key == "rsa" else ["ec", "-pkeyopt", f"ec_paramgen_curve:{key}"]
    for one, subject in (("ca", f"/CN={name} Root"), ("tsa", f"/CN={name} Authority")):
        issuer = [] if one == "ca" else ["-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key"]
        _run(
            "openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", f"{folder}/{one}.key",
            "-out", f"{folder}/{one}.pem", "-subj", subject, "-days", "3000", *issuer,
            "-config", str(_empty(folder)), "-extensions", one,
        )  # fmt: skip
    return LocalAuthority(folder)


def _empty(folder: Path) -> Path:
    path = folder / "request"
    path.write_text("[req]\ndistinguished_name = name\n[name]\n" + _CONFIG.split("[serve]")[0])
    return path
