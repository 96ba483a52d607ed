"""An evidence package around its contents: the act that made it, the log's proofs, and the two manifests.

    data/claims.json, sources.json, custody.json …   proved records (`aigaq.vault.proved`)
    data/items/<SHA-256>.<type>                      the evidence files themselves
    data/custodians.age                              who the custodians are, for the named recipients alone
    README.html, verify.sh, verify.html              for whoever holds it
    proof/key.txt, witnesses.txt, authorities/*.pem  the archive's own keys, witnesses and authorities
    proof/export.json                                the act that made the package, with the contents' hash
    proof/log/<size>/checkpoint, acts.txt …          signed checkpoints, where each act stands, time-stamps

Everything above `proof/export.json` is in the contents' hash; what is below it is signed by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from aigaq.vault.bag import (
    EXPORT,
    LOG,
    PAYLOAD,
    TAGS,
    payload_manifest,
    tag_manifest,
)
from aigaq.vault.proved import ProvedRecord, write_records


@dataclass(frozen=True, slots=True)
class CheckpointProof:
    """One signed checkpoint, and where the package's acts stand in the log of that size.

    Attributes:
        size: how many acts the log had.
        note: the signed note, byte for byte as it was time-stamped.
        paths: act's place in the log → its audit path, of the acts that it covers.
        cosignatures: lines of witnesses, each with its newline.
        tokens: name of an authority (its file below `proof/authorities/`) → time-stamp response over `note`.
    """

    size: int
    note: bytes
    paths: Mapping[int, Sequence[bytes]]
    cosignatures: Sequence[str] = ()
    tokens: Mapping[str, bytes] = field(default_factory=dict)


def proof_files(
    export: ProvedRecord, checkpoints: Sequence[CheckpointProof]
) -> Mapping[str, bytes]:
    """Return the files that prove a package's contents: path → bytes."""
    files = {EXPORT: write_records([export])}
    for one in checkpoints:
        folder = f"{LOG}{one.size}/"
        files[folder + "checkpoint"] = one.note
        files[folder + "acts.txt"] = "".join(
            " ".join([str(act), *(hash.hex() for hash in one.paths[act])]) + "\n"
            for act in sorted(one.paths)
        ).encode()
        if one.cosignatures:
            files[folder + "cosignatures"] = "".join(one.cosignatures).encode()
        for authority, token in one.tokens.items():
            files[f"{folder}{authority}.tsr"] = token
    return files


def manifests(digests: Mapping[str, str]) -> Mapping[str, bytes]:
    """Return both manifests over all other files: path → bytes; the second covers the first."""
    payload = payload_manifest(digests)
    every = {**digests, PAYLOAD: sha256(payload).hexdigest()}
    return {PAYLOAD: payload, TAGS: tag_manifest(every)}
