"""The sequencer: numbers acts once they are committed, signs the log at its new size, writes its files.

Sign, durable compare-and-swap, and only then let anything out (DESIGN §6). The swap is an insert: an entry's
place is its primary key, and a checkpoint is followed by one other at most, so of two sequencers one is
refused. Nothing is locked while an act is under way. The files in the log's folder follow from the tables and
are mended from them; but a folder that knows more than the tables means that the database was put back, and
then nothing is signed.
"""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from aigaq.adapters.clock import now
from aigaq.adapters.files import read_file
from aigaq.records.errors import NotFound, Refused
from aigaq.services.act_codes import bears_code
from aigaq.services.archive import Archive
from aigaq.services.log_files import (
    CHECKPOINT,
    read_checkpoint,
    read_root,
    tile_reader,
    write_log,
)
from aigaq.store import models
from aigaq.store.bulk import insert_rows
from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.merkle import hash_leaf
from aigaq.vault.tiles import WIDTH, MissingTile, TileTree, grow

_TRIES = 8


def extend_log(archive: Archive) -> models.Checkpoint | None:
    """Number the acts that are not in the log yet, sign it at its new size, and bring its files up to date.

    Returns:
        The newest checkpoint; None while there is no act at all.

    Raises:
        Refused: the tables no longer give the root that was signed last, or were put back to an earlier
            state; nothing is signed then.
    """
    for _ in range(_TRIES):
        update_files(archive)
        try:
            grown = _number_acts(archive)
        except IntegrityError:  # somebody else numbered first: look again at what is left
            continue
        if grown:
            update_files(archive)
        return newest_checkpoint()
    raise Refused("others keep extending the log at the same moment; run this again")


def newest_checkpoint() -> models.Checkpoint | None:
    """Return the checkpoint of the largest size, or None."""
    return models.Checkpoint.objects.order_by("-size").first()


def count_waiting() -> int:
    """Return how many acts are committed but not in the log yet."""
    return models.Event.objects.filter(log_entry__isnull=True).count()


def read_tree(archive: Archive) -> TileTree:
    """Return the log's tree at its newest checkpoint, read from its tiles.

    Raises:
        NotFound: there is no checkpoint yet.
    """
    newest = newest_checkpoint()
    if newest is None:
        raise NotFound("the log has no checkpoint yet")
    return TileTree(tile_reader(archive.log), newest.size)


def _number_acts(archive: Archive) -> bool:
    """Number, sign and commit; return whether there was anything to number."""
    with transaction.atomic():
        waiting = list(
            models.Event.objects.filter(log_entry__isnull=True)
            .order_by("at", "id")
            .only("root", "code")
        )
        if not waiting:
            return False
        for event in waiting:
            if not bears_code(event):
                raise Refused(
                    f"act {event.id} was altered, or written by somebody without the passphrase: nothing is "
                    "signed; `aigaq verify` says which it is"
                )
        newest = newest_checkpoint()
        old = newest.size if newest else 0
        fresh = [read_root(event.root) for event in waiting]
        rows = [
            (old + place, event.id, hash_leaf(root))
            for place, (event, root) in enumerate(zip(waiting, fresh, strict=True))
        ]
        insert_rows(models.LogEntry, ("index", "event_id", "leaf_hash"), rows)
        size = old + len(fresh)
        root = _grown(archive, old, size)[1].root(0, size)
        note = bytes(sign_checkpoint(Checkpoint(archive.log_key.name, size, root), archive.log_key))
        models.Checkpoint.objects.create(
            size=size, root=root.hex(), note=note.decode(), at=now(), previous=newest
        )
    return True


def update_files(archive: Archive) -> None:
    """Bring the log's folder to the newest checkpoint; every tile of it is made anew if they don't fit.

    Raises:
        Refused: the folder holds a checkpoint that the tables don't lead to.
    """
    # First the folder, then the tables: what others commit in between can only make the tables know more.
    there = read_checkpoint(archive.log, archive.log_key.verifier)
    newest = newest_checkpoint()
    if there and (newest is None or there.size > newest.size):
        raise Refused(
            f"the log's folder holds a checkpoint over {there.size} acts, the database only "
            f"{newest.size if newest else 0}: the database was put back to an earlier state. "
            "Nothing was signed; put the newest database in place (docs/guide/log.md)"
        )
    if newest is None or (there and read_file(archive.log / CHECKPOINT) == newest.note.encode()):
        return
    tiles, tree = _grown(archive, there.size if there else 0, newest.size)
    if there and tree.root(0, there.size) != there.root:
        raise Refused(
            f"the log's folder and the database hold two different histories of the first {there.size} acts. "
            "Nothing was signed; see docs/guide/log.md"
        )
    write_log(archive, tiles, newest.note.encode())


def _grown(archive: Archive, old: int, size: int) -> tuple[Mapping[str, bytes], TileTree]:
    """Return the tiles that a log of `size` entries adds to the files at `old`, and its whole tree.

    Raises:
        Refused: the tables don't give a root that was signed.
    """
    read = tile_reader(archive.log)
    try:
        tiles = grow(read, old, _entries(old // WIDTH * WIDTH, size))
        tree = _overlay(archive, tiles, size)
        if _fits(tree):
            return tiles, tree
    except MissingTile:
        pass  # a tile was removed or cut short: all of them are made anew
    tiles = grow(lambda path: None, 0, _entries(0, size))
    tree = _overlay(archive, tiles, size)
    if not _fits(tree):
        raise Refused(
            "the acts in the database no longer give the root that was signed; nothing was signed now. "
            "`aigaq verify` says where"
        )
    return tiles, tree


def _overlay(archive: Archive, tiles: Mapping[str, bytes], size: int) -> TileTree:
    read = tile_reader(archive.log)
    return TileTree(lambda path: tiles[path] if path in tiles else read(path), size)


def _fits(tree: TileTree) -> bool:
    """Return whether the tree gives the root of the newest checkpoint within it."""
    signed = models.Checkpoint.objects.filter(size__lte=tree.size).order_by("-size").first()
    return signed is None or tree.root(0, signed.size).hex() == signed.root


def _entries(start: int, end: int) -> Sequence[bytes]:
    """Return the data of the log's entries [start, end): the root of each act."""
    roots = (
        models.LogEntry.objects.filter(index__gte=start, index__lt=end)
        .order_by("index")
        .values_list("event__root", flat=True)
    )
    return [read_root(root) for root in roots.iterator(chunk_size=5000)]
