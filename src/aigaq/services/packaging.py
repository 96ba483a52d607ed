"""Evidence packages: what may leave for a court, packed with the proof of it."""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files as resources
from io import BytesIO
from pathlib import Path

from aigaq.adapters.files import write_file
from aigaq.adapters.package_files import PackageWriter, writing_folder, writing_sealed
from aigaq.publish.cover import render_cover
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.approving import propose_release, require_approval
from aigaq.services.archive import Archive
from aigaq.services.custody import Handling, add_custody
from aigaq.services.opening import open_item
from aigaq.services.package_cover import item_path, make_cover
from aigaq.services.package_proofs import known_outsiders, prove
from aigaq.services.package_records import PackageRecords, gather_records
from aigaq.services.package_scope import Scope, find_scope
from aigaq.services.sequencing import extend_log
from aigaq.store import models
from aigaq.vault.age_header import BadAgeFile
from aigaq.vault.bag import DECLARATION, bag_info, contents_hash, is_bag_name
from aigaq.vault.keypairs import wrap_key
from aigaq.vault.package import manifests
from aigaq.vault.stream import encrypt_stream

VERIFIER = "verify.sh"
_OFFLINE = (VERIFIER, "verify.html")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written.

    Attributes:
        people, claims, items: how many.
        left_out: reason in words → how many claims and files.
        bag: SHA-256 of the tag manifest, which stands for the whole package; "" of a draft.
        verifier: SHA-256 of `verify.sh`; "" of a draft.
    """

    people: int
    claims: int
    items: int
    left_out: Mapping[str, int]
    bag: str
    verifier: str


def package(
    archive: Archive,
    actor: Actor,
    target: str,
    out: Path,
    *,
    recipients: Sequence[str] = (),
    sealed: bool = False,
) -> Packed:
    """Write an evidence package about a person or from a source.

    Args:
        archive: where it comes from.
        actor: who packs, with the compartments of the files unlocked.
        target: id of a person, or id or key of a source.
        out: a new folder; with `sealed`, a new file.
        recipients: age public keys of whom it is for: the custodians' names are sealed to them.
        sealed: write one age file to the recipients in place of a folder.

    Raises:
        NotFound: there is no such person or source, or nothing of it may leave.
        NotAllowed: the actor may not package, or a compartment is locked for them.
        Refused: nobody else has approved exactly this package; it is proposed then.
        BadInput: a recipient is none, or `out` can't be written.
    """
    if sealed and not recipients:
        raise BadInput("a sealed package needs a recipient; give their age key with --to")
    scope = _scope(archive, actor, target, recipients)
    release = propose_release(actor, scope.clearance, scope.request)
    require_approval(release, "--draft shows what it would tell")
    found = gather_records(actor, scope, _series(archive, scope, recipients))
    if recipients and found.custodians:
        actor.key(
            "operators"
        )  # the court is told who they are: their names must be open to the packer
    with _writer(out, recipients, sealed=sealed) as writer:
        digests = _write_items(archive, actor, scope, found, writer)
        contents = _contents(archive, scope, found, recipients, digests)
        digests |= _write(writer, contents.items())
        export = _record(actor, scope, found, contents_hash(digests), recipients)
        proofs = prove(archive, export, found.acts)
        digests |= _write(writer, proofs.items())
        last = manifests(digests)
        _write(writer, last.items())
    return _packed(scope, last["tagmanifest-sha256.txt"], contents[VERIFIER])


def preview(
    archive: Archive, actor: Actor, target: str, out: Path, *, recipients: Sequence[str] = ()
) -> Packed:
    """Write the cover page alone, marked a draft: what whoever has to approve wants to see. No act.

    Args:
        archive, actor, target, recipients: as for `package`.
        out: a file (HTML).

    Raises:
        NotFound, NotAllowed, BadInput: as for `package`.
    """
    scope = _scope(archive, actor, target, recipients)
    found = gather_records(actor, scope, _series(archive, scope, recipients))
    name = archive.log_key.name
    page = make_cover(scope, found, name, sealed_list=bool(recipients), draft=True)
    write_file(out, render_cover(page))
    return _packed(scope, b"", b"")


def _scope(archive: Archive, actor: Actor, target: str, recipients: Sequence[str]) -> Scope:
    actor.require("package")
    _check_recipients(recipients)
    extend_log(archive)
    scope = find_scope(actor, target, recipients)
    if not scope.clearance.people and not scope.items:
        raise NotFound(_nothing(scope))
    return scope


def _packed(scope: Scope, bag: bytes, verifier: bytes) -> Packed:
    return Packed(
        people=len(scope.clearance.people),
        claims=sum(len(one.account.claims) for one in scope.clearance.people),
        items=len(scope.items),
        left_out=scope.left_out,
        bag=sha256(bag).hexdigest() if bag else "",
        verifier=sha256(verifier).hexdigest() if verifier else "",
    )


def _check_recipients(recipients: Sequence[str]) -> None:
    for one in recipients:
        try:
            wrap_key(b"", one)
        except ValueError as error:
            raise BadInput(f"{error}; a recipient's begins with age1") from error


def _nothing(scope: Scope) -> str:
    why = "; ".join(f"{count}: {reason}" for reason, count in scope.left_out.items())
    return (
        "nothing of this may leave for a court yet"
        + (f" ({why})" if why else "")
        + ". Record consent to courts or a basis (aigaq rights --help)"
    )


def _series(archive: Archive, scope: Scope, recipients: Sequence[str]) -> bytes:
    """Return the secret from which pseudonyms come: one to each circle of recipients, stable for ever.

    Two courts that lay their packages side by side can tell all the same, by the records both have.
    """
    of = "\n".join(sorted(recipients)) or str(scope.about)
    return hmac.digest(archive.log_key.seed, f"aigaq custodians\n{of}".encode(), "sha256")


def _writer(
    out: Path, recipients: Sequence[str], *, sealed: bool
) -> AbstractContextManager[PackageWriter]:
    if not sealed:
        return writing_folder(out)
    return writing_sealed(out, lambda source, sink: encrypt_stream(source, sink, recipients))


def _write(writer: PackageWriter, files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    digests = {}
    for path, data in files:
        if not is_bag_name(path):
            raise ValueError(f"{path!r} is no name for a file of a package")
        writer.add(path, data)
        digests[path] = sha256(data).hexdigest()
    return digests


def _write_items(
    archive: Archive, actor: Actor, scope: Scope, found: PackageRecords, writer: PackageWriter
) -> dict[str, str]:
    """Decrypt the files into the package; each must be what was recorded."""
    digests: dict[str, str] = {}
    for item in scope.items:
        path = item_path(item, found)
        if path in digests:  # the same file, held for two sources
            continue
        try:
            with open_item(archive, actor, item) as reader:
                digests[path] = writer.copy(path, reader, item.size)
        except BadAgeFile as error:
            raise Refused(_damaged(item)) from error
        if digests[path] != found.hashes[item.id]:
            raise Refused(_damaged(item))
    return digests


def _damaged(item: models.Item) -> str:
    return (
        f"item {item.id} does not open to what was recorded; no package was written. "
        "Restore its file from a backup"
    )


def _contents(
    archive: Archive,
    scope: Scope,
    found: PackageRecords,
    recipients: Sequence[str],
    items: Mapping[str, str],
) -> Mapping[str, bytes]:
    """Return every file but the items that the hash of the contents covers."""
    files = dict(found.files)
    if recipients and found.custodians:
        files["data/custodians.age"] = _seal_custodians(found, recipients)
    cover = make_cover(
        scope, found, archive.log_key.name, sealed_list="data/custodians.age" in files
    )
    octets = sum(map(len, files.values()))
    octets += sum({item_path(item, found): item.size for item in scope.items}.values())
    info = bag_info(scope.request.on.isoformat(), cover.title, len(files) + len(items), octets)
    files |= {"README.html": render_cover(cover), "bagit.txt": DECLARATION, "bag-info.txt": info}
    for name in _OFFLINE:
        files[name] = resources("aigaq.vault").joinpath("offline", name).read_bytes()
    files["proof/key.txt"] = f"{archive.log_key.verifier}\n".encode()
    files |= known_outsiders()
    return files


def _seal_custodians(found: PackageRecords, recipients: Sequence[str]) -> bytes:
    listed = {
        "custodians": [
            {"pseudonym": one.pseudonym, "member": str(id), "name": one.name, "role": one.role}
            for id, one in found.custodians.items()
        ],
        "withheld": [
            {"record": str(one.record), "salt": one.salt.hex(), "field": [one.field, one.value]}
            for one in found.openings
        ],
    }
    plain = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    sealed = BytesIO()
    encrypt_stream(BytesIO(plain), sealed, recipients)
    return sealed.getvalue()


def _record(
    actor: Actor, scope: Scope, found: PackageRecords, contents: str, recipients: Sequence[str]
) -> models.Event:
    """Put the package on record: the act that holds its contents' hash, and each file's custody."""
    fields = {
        "about": str(scope.about),
        "contents": contents,
        "relied_on": [str(id) for id in scope.clearance.relied_on],
        "recipients": sorted(recipients),
    }
    with act(actor, "package", fields) as recording:
        for item in scope.items:
            hash = found.hashes[item.id]
            handling = Handling(
                "exported",
                party=", ".join(recipients),
                reason=f"evidence package {contents}",
                hash_before=hash,
                hash_after=hash,
            )
            add_custody(recording, item, handling)
    return models.Event.objects.get(id=recording.event)
