"""Whether an evidence package holds: the same checks as `offline/verify.sh`, and the same answer.

It is told the files' hashes and reads the small ones; nothing in it trusts what the package says about itself
but what hangs together up to the log's signature.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aigaq.vault.bag import EXPORT, LOG, PAYLOAD, TAGS, check_bag, contents_hash
from aigaq.vault.checkpoints import Checkpoint, open_checkpoint
from aigaq.vault.listing import Finding
from aigaq.vault.merkle import hash_leaf
from aigaq.vault.notes import (
    BadNote,
    VerifierKey,
    cosigned_at,
    parse_key,
    parse_signature,
    verify,
)
from aigaq.vault.proofs import reach_root, verify_inclusion
from aigaq.vault.proved import Hidden, NotProved, ProvedRecord, Shown, Stated, read_records
from aigaq.vault.timestamps import BadToken, check_token

type ReadFile = Callable[[str], bytes]

_ITEM = re.compile(r"data/items/([0-9a-f]{64})(?:\.[A-Za-z0-9._-]+)?")
# What stands in no hash of the contents: a log goes on after the act that made the package.
_LOG_FILE = re.compile(
    r"proof/log/([1-9][0-9]{0,14})/(?:checkpoint|acts\.txt|cosignatures|[0-9a-z]+\.tsr)"
)
_ACT = re.compile(r"(0|[1-9][0-9]{0,14})((?: [0-9a-f]{64})*)")


class Broken(Exception):
    """A package does not hold; the finding says where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.finding = Finding(path, problem)


@dataclass(frozen=True, slots=True)
class Seen:
    """That somebody outside saw the log at one size.

    Attributes:
        by: name of the witness, or of the time-stamp authority's file.
        at: POSIX time they give.
        size: how many acts the log had.
        acts: how many of the package's acts it covers.
    """

    by: str
    at: int
    size: int
    acts: int


@dataclass(frozen=True, slots=True)
class PackageVerdict:
    """What was found out about a package.

    Attributes:
        findings: what does not hold; empty when it does.
        key: the log key it was checked against.
        established: whether that key came from outside.
        records, acts, shown, hidden, stated: how many of each.
        size: acts in the largest signed log.
        witnesses, times: who saw it, and when.
        bag: SHA-256 of the tag manifest.
    """

    findings: tuple[Finding, ...]
    key: str = ""
    established: bool = False
    records: int = 0
    acts: int = 0
    shown: int = 0
    hidden: int = 0
    stated: int = 0
    size: int = 0
    witnesses: tuple[Seen, ...] = ()
    times: tuple[Seen, ...] = ()
    bag: str = ""


def verify_package(
    digests: Mapping[str, str],
    read: ReadFile,
    *,
    key: str = "",
    bag: str = "",
) -> PackageVerdict:
    """Check a package.

    Args:
        digests: path → SHA-256 (hex) of every file in it, links and other oddities refused beforehand.
        read: gives a file's bytes; asked for files of `proof/`, the manifests and `data/*.json` alone.
        key: the log's key, known from outside; "" to fall back on the one the package names.
        bag: SHA-256 of the tag manifest, known from outside, or "".

    Raises:
        BadNote: the key given is none.
    """
    given = parse_key(key) if key else None
    try:
        return _Package(digests, read).check(given, bag)
    except Broken as broken:
        return PackageVerdict((broken.finding,), key, bool(key))


class _Package:
    def __init__(self, digests: Mapping[str, str], read: ReadFile) -> None:
        self._digests = digests
        self._read = read

    def check(self, given: VerifierKey | None, bag: str) -> PackageVerdict:
        found = {name: self._read(name) for name in (PAYLOAD, TAGS) if name in self._digests}
        if findings := check_bag(self._digests, found):
            return PackageVerdict(findings, str(given or ""), given is not None)
        if bag not in ("", self._digests[TAGS]):
            raise Broken(TAGS, "is another than the one you were told of")
        key = given or self._own_key()
        records = self._records()
        acts = _act_roots(records)
        self._check_items(records)
        logs = [self._log(size, key, acts) for size in self._sizes()]
        if not logs:
            raise Broken(LOG, "holds no signed checkpoint")
        largest = max(logs, key=lambda log: log.checkpoint.size)
        if missing := set(acts) - largest.covers:
            raise Broken(
                EXPORT, f"or another record: act {min(missing)} is not proved to stand in the log"
            )
        fields = [one for record in records for one in record.fields]
        return PackageVerdict(
            findings=(),
            key=str(key),
            established=given is not None,
            records=len(records),
            acts=len(acts),
            shown=_count(fields, Shown),
            hidden=_count(fields, Hidden),
            stated=_count(fields, Stated),
            size=largest.checkpoint.size,
            witnesses=tuple(one for log in logs for one in log.witnesses),
            times=tuple(one for log in logs for one in log.times),
            bag=self._digests[TAGS],
        )

    def _text(self, path: str) -> str:
        if path not in self._digests:
            raise Broken(path, "is missing")
        try:
            return self._read(path).decode()
        except UnicodeDecodeError as error:
            raise Broken(path, "is no text") from error

    def _lines(self, path: str) -> Sequence[str]:
        text = self._text(path)
        if not text.endswith("\n"):
            raise Broken(path, "is cut short")
        return text[:-1].split("\n")

    def _own_key(self) -> VerifierKey:
        try:
            return parse_key("\n".join(self._lines("proof/key.txt")))
        except BadNote as error:
            raise Broken("proof/key.txt", f"holds no key: {error}") from error

    def _records(self) -> Sequence[ProvedRecord]:
        if EXPORT not in self._digests:
            raise Broken(EXPORT, "is missing")
        [export, *rest] = self._read_records(EXPORT)
        if rest or export.value("contents") != contents_hash(self._digests):
            raise Broken(EXPORT, "is not of these contents: a file was changed, added or removed")
        if _count(export.fields, Stated):
            # The export is outside the hash that it holds of the contents, and nothing else vouches for it.
            raise Broken(EXPORT, "states what nothing proves: it was added")
        records = [export]
        for path in sorted(self._digests):
            if re.fullmatch(r"data/[^/]+\.json", path):
                records += self._read_records(path)
        return records

    def _read_records(self, path: str) -> Sequence[ProvedRecord]:
        try:
            return read_records(self._read(path))
        except NotProved as error:
            raise Broken(path, str(error)) from error

    def _check_items(self, records: Sequence[ProvedRecord]) -> None:
        proved = {one.value("plaintext_sha256") for one in records if one.value("table") == "item"}
        for path, digest in sorted(self._digests.items()):
            if not path.startswith("data/items/"):
                continue
            match = _ITEM.fullmatch(path)
            if match is None or match[1] != digest:
                raise Broken(path, "is not the file it is named for")
            if digest not in proved:
                raise Broken(path, "is proved by no record")

    def _sizes(self) -> Sequence[str]:
        """Return the folders of checkpoints.

        Raises:
            Broken: a file of the log's proofs stands beside no checkpoint, or is none of them.
        """
        folders = set()
        for path in sorted(self._digests):
            if path.startswith(LOG):
                match = _LOG_FILE.fullmatch(path)
                if match is None:
                    raise Broken(path, "does not belong into a package: it was added")
                folders.add(match[1])
        for one in folders:
            if f"{LOG}{one}/checkpoint" not in self._digests:
                raise Broken(f"{LOG}{one}", "has no checkpoint")
        return sorted(folders)

    def _log(self, folder: str, key: VerifierKey, acts: Mapping[int, bytes]) -> "_Log":
        path = f"{LOG}{folder}/checkpoint"
        try:
            checkpoint, note = open_checkpoint(self._read(path), key)
        except BadNote as error:
            raise Broken(path, f"is not signed by this key: {error}") from error
        if str(checkpoint.size) != folder or len(note.signatures) != 1:
            raise Broken(path, "is not the checkpoint of this folder")
        covers = self._check_acts(f"{LOG}{folder}/acts.txt", checkpoint, acts)
        return _Log(
            checkpoint,
            covers,
            tuple(
                self._witnesses(f"{LOG}{folder}/cosignatures", checkpoint, note.text, len(covers))
            ),
            tuple(self._times(folder, checkpoint.size, len(covers))),
        )

    def _check_acts(
        self, path: str, checkpoint: Checkpoint, acts: Mapping[int, bytes]
    ) -> frozenset[int]:
        covered = set()
        before = -1
        for line in self._lines(path):
            match = _ACT.fullmatch(line)
            if match is None or int(match[1]) not in acts or int(match[1]) <= before:
                raise Broken(path, "is not in its form, or tells of other acts")
            before = act = int(match[1])
            proof = [bytes.fromhex(one) for one in match[2].split()]
            leaf = hash_leaf(acts[act])
            if not verify_inclusion(leaf, act, checkpoint.size, proof, checkpoint.root):
                raise Broken(path, f"does not prove that act {act} stands in the signed log")
            covered.add(act)
        return frozenset(covered)

    def _witnesses(self, path: str, checkpoint: Checkpoint, text: str, acts: int) -> Sequence[Seen]:
        if path not in self._digests:
            return ()
        seen = []
        known = self._known_witnesses()
        for line in self._lines(path):
            try:
                signature = parse_signature(f"{line}\n")
            except BadNote as error:
                raise Broken(path, f"holds a line that is no cosignature: {error}") from error
            found = next((one for one in known if verify(text, signature, one)), None)
            if found is None:
                raise Broken(path, "holds a cosignature that no witness known here made")
            seen.append(Seen(found.name, cosigned_at(signature), checkpoint.size, acts))
        return seen

    def _known_witnesses(self) -> Sequence[VerifierKey]:
        path = "proof/witnesses.txt"
        try:
            return [parse_key(line) for line in self._lines(path)]
        except BadNote as error:
            raise Broken(path, f"holds a key that is none: {error}") from error

    def _times(self, folder: str, size: int, acts: int) -> Sequence[Seen]:
        start = f"{LOG}{folder}/"
        seen = []
        for path in sorted(self._digests):
            if path.startswith(start) and path.endswith(".tsr"):
                authority = path.removeprefix(start).removesuffix(".tsr")
                certificate = self._text(f"proof/authorities/{authority}.pem").encode()
                data = self._read(start + "checkpoint")
                try:
                    at = check_token(self._read(path), data, certificate)
                except BadToken as error:
                    raise Broken(path, f"does not hold for its checkpoint: {error}") from error
                seen.append(Seen(authority, int(at.timestamp()), size, acts))
        return seen


@dataclass(frozen=True, slots=True)
class _Log:
    checkpoint: Checkpoint
    covers: frozenset[int]
    witnesses: tuple[Seen, ...]
    times: tuple[Seen, ...]


def _act_roots(records: Sequence[ProvedRecord]) -> Mapping[int, bytes]:
    roots: dict[int, bytes] = {}
    for record in records:
        leaf = hash_leaf(record.root())
        reached = reach_root(leaf, record.place, record.of, record.path)
        if reached is None or roots.setdefault(record.act, reached) != reached:
            raise Broken(f"act {record.act}:", "its records do not belong together")
    return roots


def _count(fields: Sequence[object], kind: type) -> int:
    return sum(isinstance(one, kind) for one in fields)
