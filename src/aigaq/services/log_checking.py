"""Whether the log holds: entries, signed checkpoints, files, and what others remember of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aigaq.adapters.files import read_file
from aigaq.services.archive import Archive
from aigaq.services.log_files import CHECKPOINT, read_root, tile_reader
from aigaq.services.sequencing import count_waiting, newest_checkpoint
from aigaq.services.stamping import count_unstamped
from aigaq.store import models
from aigaq.vault.checkpoints import Checkpoint, open_checkpoint
from aigaq.vault.listing import Finding
from aigaq.vault.merkle import Frontier, hash_leaf
from aigaq.vault.notes import BadNote, VerifierKey
from aigaq.vault.tiles import WIDTH, Read, grow, read_bundle, tile_path


def check_log(
    archive: Archive, key: VerifierKey, remembered: Mapping[str, bytes]
) -> tuple[Finding, ...]:
    """Check the log of an archive against its acts, its own signatures, its files and others' memory.

    Args:
        archive: the archive.
        key: the log's key as it is known from elsewhere; the archive's own where nobody said.
        remembered: where from → a signed checkpoint that was once given away.

    Returns:
        Whatever does not hold; the acts themselves are checked by `checking.check_acts`.
    """
    if archive.log_key.verifier != key:
        return (Finding("the log", f"is signed by {archive.log_key.name}, not with the key given"),)
    rows = list(models.Checkpoint.objects.order_by("size"))
    own, findings = _open_all({f"checkpoint {row.size}": row.note.encode() for row in rows}, key)
    findings += _check_rows(rows, own)
    theirs, refused = _open_all(remembered, key)
    findings += refused
    walk = _Walk(own, theirs)
    walk.go(_numbered(walk.findings))
    findings += walk.findings
    if len(walk.entries) > (rows[-1].size if rows else 0):
        findings.append(Finding("the log", "has entries that no checkpoint covers"))
    return (*findings, *_check_files(archive, walk.entries, rows))


def _open_all(
    notes: Mapping[str, bytes], key: VerifierKey
) -> tuple[Mapping[str, Checkpoint], list[Finding]]:
    opened: dict[str, Checkpoint] = {}
    findings = []
    for place, note in notes.items():
        try:
            opened[place] = open_checkpoint(note, key)[0]
        except BadNote as error:
            findings.append(Finding(place, f"does not hold: {error}"))
    return opened, findings


def _check_rows(
    rows: Sequence[models.Checkpoint], own: Mapping[str, Checkpoint]
) -> Iterator[Finding]:
    before: int | None = None
    for row in rows:
        place = f"checkpoint {row.size}"
        if row.previous_id != before:
            yield Finding(place, "does not follow the one before it")
        before = row.size
        opened = own.get(place)
        if opened and (opened.size, opened.root.hex()) != (row.size, row.root):
            yield Finding(place, "was altered: its note says something else")


@dataclass(slots=True)
class _Walk:
    """One walk over the entries, at every checkpoint's size comparing roots.

    Attributes:
        own, theirs: name → checkpoint, of the archive and of those who remember.
        entries: the data of the entries, in order, as far as they are without a gap.
        findings: what does not hold.
    """

    own: Mapping[str, Checkpoint]
    theirs: Mapping[str, Checkpoint]
    entries: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def go(self, entries: Iterable[bytes]) -> None:
        """Walk over the entries' data."""
        awaited: dict[int, list[str]] = defaultdict(list)
        for place, checkpoint in (*self.own.items(), *self.theirs.items()):
            awaited[checkpoint.size].append(place)
        frontier, broken = Frontier(), list[str]()
        for entry in entries:
            self.entries.append(entry)
            frontier.append(hash_leaf(entry))
            for place in awaited.pop(frontier.size, ()):
                broken += self._compare(place, frontier.root())
        if broken:
            self._say_broken(broken)
        for place in (place for places in awaited.values() for place in places):
            self._say_missing(place, frontier.size)

    def _compare(self, place: str, root: bytes) -> Iterator[str]:
        """Yield an own checkpoint that does not fit; say at once what somebody else's tells."""
        if place in self.own and self.own[place].root != root:
            yield place
        elif place in self.theirs and self.theirs[place].root != root:
            size = self.theirs[place].size
            problem = f"tells another history of the first {size} acts: this log was forked"
            self.findings.append(Finding(place, problem))

    def _say_broken(self, broken: Sequence[str]) -> None:
        more = f", nor at {len(broken) - 1} later ones" if len(broken) > 1 else ""
        problem = (
            f"no longer gives the root that was signed at {broken[0]}{more}: an entry up to there "
            "was changed, removed or moved"
        )
        self.findings.append(Finding("the log", problem))

    def _say_missing(self, place: str, size: int) -> None:
        if place in self.own:
            self.findings.append(Finding(place, f"covers more acts than the {size} in the log"))
            return
        problem = (
            f"covers {self.theirs[place].size} acts, the log here only {size}: this archive was put back "
            "to an earlier state"
        )
        self.findings.append(Finding(place, problem))


def _numbered(findings: list[Finding]) -> Iterator[bytes]:
    """Yield the data of the entries in the table up to a gap; say where they don't fit."""
    rows = models.LogEntry.objects.order_by("index")
    columns = rows.values_list("index", "leaf_hash", "event__root")
    for place, (index, leaf, root) in enumerate(columns.iterator(chunk_size=5000)):
        if index != place:
            findings.append(Finding(f"log entry {place}", "is missing"))
            return
        entry = read_root(root)
        if bytes(leaf) != hash_leaf(entry):
            problem = "does not belong to the act it stands for"
            findings.append(Finding(f"log entry {index}", problem))
        yield entry


def _check_files(
    archive: Archive, entries: Sequence[bytes], rows: Sequence[models.Checkpoint]
) -> Iterator[Finding]:
    """Check the log's folder at the checkpoint it holds, which may be older than the newest after a crash.

    Without a checkpoint there the folder claims nothing; the next command writes it anew.
    """
    file = archive.log / CHECKPOINT
    if not file.is_file():
        return
    note = read_file(file).decode(errors="replace")
    size = next((row.size for row in rows if row.note == note), None)
    if size is None:
        yield Finding(
            f"log/{CHECKPOINT}",
            "is no checkpoint the database knows: it, or the database, was replaced",
        )
        return
    yield from _check_tiles(archive.log, entries[:size])


def _check_tiles(folder: Path, entries: Sequence[bytes]) -> Iterator[Finding]:
    expected = grow(lambda _: None, 0, entries)
    read = tile_reader(folder)
    for path, data in expected.items():
        there = read(path)
        if there != data:
            problem = "is missing" if there is None else "was altered"
            yield Finding(f"log/{path}", problem)
    yield from _check_older_tiles(folder, expected)


def _check_older_tiles(folder: Path, expected: Mapping[str, bytes]) -> Iterator[Finding]:
    """Check the partial tiles of earlier sizes, which stay: each begins the tile that took its place.

    A tile that is longer, left by a crash before the checkpoint was renamed, must begin with what is signed.
    """
    whole = {path.partition(".p/")[0]: data for path, data in expected.items()}
    for file in sorted((folder / "tile").rglob("*")):
        path = file.relative_to(folder).as_posix()
        begins = whole.get(path.partition(".p/")[0])
        if begins is None or path in expected or not file.is_file():
            continue
        data = read_file(file)
        if not (begins.startswith(data) or data.startswith(begins)):
            yield Finding(f"log/{path}", "was altered")


def check_log_folder(
    folder: Path, key: VerifierKey, remembered: Mapping[str, bytes]
) -> tuple[tuple[Finding, ...], str]:
    """Check a log by its files alone, as whoever has a copy of the folder can.

    Args:
        folder: with `checkpoint` and tiles.
        key: the log's key; the folder's own where nobody said, which then establishes nothing.
        remembered: where from → a signed checkpoint that was once given away.

    Returns:
        What does not hold, and a sentence on what does.
    """
    own, findings = _open_all({CHECKPOINT: read_file(folder / CHECKPOINT)}, key)
    theirs, refused = _open_all(remembered, key)
    findings += refused
    if not own:
        return tuple(findings), ""
    size = own[CHECKPOINT].size
    walk = _Walk(own, theirs, findings=findings)
    read = tile_reader(folder)
    walk.go(_bundled(read, size, findings))
    findings += _check_tiles(folder, walk.entries)
    return tuple(findings), f"{size} acts under one signed checkpoint of {key.name}"


def _bundled(read: Read, size: int, findings: list[Finding]) -> Iterator[bytes]:
    for index in range((size + WIDTH - 1) // WIDTH):
        path = tile_path(-1, index, min(WIDTH, size - index * WIDTH))
        try:
            entries = read_bundle(read(path) or b"")
        except ValueError:
            entries = ()
        yield from entries
        if len(entries) != min(WIDTH, size - index * WIDTH):
            findings.append(Finding(f"log/{path}", "is missing or was altered"))
            return


def describe_log() -> str:
    """Return a sentence on what vouches for the log of the archive that is open."""
    waiting, newest = count_waiting(), newest_checkpoint()
    if newest is None:
        return "None of them is in the log yet; the next command numbers and signs them"
    parts = [f"The log is signed over {newest.size} of them"]
    if (
        cosigned := models.Checkpoint.objects.filter(cosignatures__isnull=False)
        .order_by("size")
        .last()
    ):
        parts.append(f"witnessed over {cosigned.size}")
    if stamped := models.Stamp.objects.order_by("request__checkpoint_id").last():
        parts.append(
            f"time-stamped over {stamped.request.checkpoint_id} ({stamped.at:%Y-%m-%d %H:%M} UTC)"
        )
    if unstamped := count_unstamped():
        parts.append(f"time-stamps still awaited: {unstamped}")
    if waiting:
        parts.append(f"{waiting} wait to be numbered by the next command")
    return ", ".join(parts)
