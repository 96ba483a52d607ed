"""Packages made up for the tests: a log of acts, records out of some of them, items, a witness."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from aigaq.vault.act_tree import act_root, field_salt, record_leaves, record_root
from aigaq.vault.bag import DECLARATION, bag_info, contents_hash
from aigaq.vault.canonical import Json
from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.merkle import audit_paths, hash_leaf, tree_root
from aigaq.vault.notes import COSIGNATURE, ED25519, SignerKey, sign
from aigaq.vault.package import CheckpointProof, manifests, proof_files
from aigaq.vault.proved import ProvedRecord, Stated, show_fields, write_records

LOG_KEY = SignerKey("aigaq.archive/0123456789abcdef", ED25519, sha256(b"log").digest())
WITNESS = SignerKey("partner.example/witness", COSIGNATURE, sha256(b"witness").digest())
OFFLINE = Path(__file__).parents[3] / "src/aigaq/vault/offline"

NONE: Mapping[str, bytes] = MappingProxyType({})

#: Letters whose UTF-8 holds the bytes that a shell uses for itself, and all that JSON escapes.
ODD = "Ёжик сту Қазақстан айғақ قازاق 中文 😀 \u2028 \x01\t\n\\ %d %s \" ' $HOME `id` \x7f"


@dataclass(frozen=True)
class MadeAct:
    """An act of the made-up log: its salt, its own fields, and its records with their salts."""

    salt: bytes
    fields: Mapping[str, Json]
    records: Sequence[tuple[bytes, Mapping[str, Json]]]

    @property
    def roots(self) -> list[bytes]:
        return [record_root(salt, record) for salt, record in self.all_records]

    @property
    def all_records(self) -> list[tuple[bytes, Mapping[str, Json]]]:
        return [(self.salt, self.fields), *self.records]

    @property
    def root(self) -> bytes:
        return act_root(self.salt, self.fields, self.roots[1:])

    def prove(self, act: int, place: int, hide: Sequence[str] = ()) -> ProvedRecord:
        salt, record = self.all_records[place]
        shown = {name: value for name, value in record.items() if name not in hide}
        salts = {name: field_salt(salt, name) for name in shown}
        fields = show_fields(salts, record_leaves(salt, record), shown)
        leaves = [hash_leaf(root) for root in self.roots]
        path = audit_paths(leaves, [place])[place]
        return ProvedRecord(act, place, len(leaves), path, fields)


def make_act(number: int, records: int) -> MadeAct:
    salt = sha256(f"act {number}".encode()).digest()
    made = []
    for place in range(records):
        record: dict[str, Json] = {
            "id": f"claim {number}.{place}",
            "property": "arrest_date",
            "value": f"{ODD} {place}",
            "words": f"words {place}",
            "certainty": place % 3 + 1,
            "locator": {"row": place, "column": "қашан"},
        }
        made.append((sha256(f"{number}.{place}".encode()).digest(), record))
    return MadeAct(salt, {"act": "import", "actor": "somebody", "at": "2020-01-02"}, made)


def make_item(number: int, data: bytes) -> MadeAct:
    salt = sha256(f"item {number}".encode()).digest()
    record: dict[str, Json] = {
        "id": f"item {number}",
        "plaintext_sha256": sha256(data).hexdigest(),
        "table": "item",
    }
    return MadeAct(salt, {"act": "item.add", "at": "2020-01-03"}, [(salt, record)])


type Stamp = Callable[[bytes], Mapping[str, bytes]]


def checkpoint(acts: Sequence[MadeAct], shown: Sequence[int], stamp: Stamp) -> CheckpointProof:
    leaves = [hash_leaf(act.root) for act in acts]
    note = sign_checkpoint(Checkpoint(LOG_KEY.name, len(acts), tree_root(leaves)), LOG_KEY)
    paths = audit_paths(leaves, shown)
    line = str(sign(note.text, WITNESS, 1_700_000_000))
    return CheckpointProof(len(acts), bytes(note), paths, (line,), stamp(bytes(note)))


def make_package(
    folder: Path,
    items: Sequence[bytes] = (b"a video", b""),
    *,
    stamp: Stamp = lambda note: {},
    authorities: Mapping[str, bytes] = NONE,
) -> None:
    """Write a package of acts 2, 3 (an import of 11 claims) and one act an item."""
    acts = [make_act(number, number * 3 + 2) for number in range(6)]
    acts += [make_item(number, data) for number, data in enumerate(items)]
    early = len(acts)
    claims = [acts[3].prove(3, place, ["words", "locator"]) for place in (1, 5, 11)]
    claims += [acts[2].prove(2, 0, ["actor"]), acts[2].prove(2, 8)]
    first = claims[0]
    said = (*first.fields, Stated("value", "1937"))
    claims[0] = ProvedRecord(first.act, first.place, first.of, first.path, said)
    proved = [acts[6 + number].prove(6 + number, 1) for number in range(len(items))]
    files = {
        "data/claims.json": write_records(claims),
        "README.html": b"<!doctype html><title>A package</title>",
        "verify.sh": (OFFLINE / "verify.sh").read_bytes(),
        "bagit.txt": DECLARATION,
        "proof/key.txt": f"{LOG_KEY.verifier}\n".encode(),
        "proof/witnesses.txt": f"{WITNESS.verifier}\n".encode(),
    }
    files |= {f"proof/authorities/{name}.pem": pem for name, pem in authorities.items()}
    if items:
        files["data/items.json"] = write_records(proved)
    files |= {f"data/items/{sha256(one).hexdigest()}.mp4": one for one in items}
    payload = [data for path, data in files.items() if path.startswith("data/")]
    files["bag-info.txt"] = bag_info(
        "2026-11-23", "A package", len(payload), sum(map(len, payload))
    )
    shown = sorted({one.act for one in [*claims, *proved]})
    digests = {path: sha256(data).hexdigest() for path, data in files.items()}
    fields = {"act": "package", "actor": "somebody", "contents": contents_hash(digests)}
    acts.append(make_act(99, 4))
    acts.append(MadeAct(sha256(b"export").digest(), fields, []))
    last = len(acts) - 1
    export = acts[last].prove(last, 0, ["actor"])
    proofs = [checkpoint(acts[:early], shown, stamp), checkpoint(acts, [*shown, last], stamp)]
    files |= proof_files(export, proofs)
    digests = {path: sha256(data).hexdigest() for path, data in files.items()}
    files |= manifests(digests)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
