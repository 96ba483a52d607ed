"""The log as files (C2SP tlog-tiles): tiles of 256 hashes at every eighth level, and bundles of entries.

Tiles follow from the entries. Whoever has them, from a folder or a web server, proves whatever is to be
proved and trusts none of them: a wrong tile gives a proof that does not verify.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce

from aigaq.vault.merkle import hash_leaf, hash_node, tree_root

WIDTH = 256
_HASH_BYTES = 32
_HEIGHT = 8

#: Path of a tile → its bytes, or None where it is not there.
type Read = Callable[[str], bytes | None]


class MissingTile(Exception):
    """A tile is not there, or is too short for the size asked for."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return where a tile stands, such as `tile/0/x001/234.p/7`.

    Args:
        level: 0 for leaf hashes; −1 for bundles of entries.
        index: its place on that level.
        width: how many hashes it holds; below 256 it is partial.
    """
    digits = f"{index:d}".zfill(3 * ((len(f"{index:d}") + 2) // 3))
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    number = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{'entries' if level < 0 else level}/{number}{partial}"


def grow(read: Read, old: int, entries: Sequence[bytes]) -> Mapping[str, bytes]:
    """Return every tile and bundle that a log of more entries has and one of `old` entries has not.

    Args:
        read: gives the tiles of the log at size `old`; only partial ones above level 0 are asked for.
        old: size before.
        entries: the entries' data from the start of the tile in which `old` falls, old ones of it included.

    Raises:
        MissingTile: a partial tile of the old log is not there.
    """
    files = dict(_tiled(-1, old // WIDTH, [_bundled(entry) for entry in entries]))
    level, index, hashes = 0, old // WIDTH, [hash_leaf(entry) for entry in entries]
    while hashes:
        files.update(_tiled(level, index, hashes))
        full = len(hashes) // WIDTH
        above = [tree_root(hashes[place * WIDTH : (place + 1) * WIDTH]) for place in range(full)]
        level, known = level + 1, index % WIDTH
        hashes = [*_part(read, level, index // WIDTH, known), *above] if above else []
        index //= WIDTH
    return files


def _tiled(level: int, index: int, parts: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(parts), WIDTH):
        piece = parts[start : start + WIDTH]
        yield tile_path(level, index + start // WIDTH, len(piece)), b"".join(piece)


def _bundled(entry: bytes) -> bytes:
    return len(entry).to_bytes(2) + entry


def _part(read: Read, level: int, index: int, width: int) -> Sequence[bytes]:
    return _split(_load(read, level, index, width)) if width else ()


def _load(read: Read, level: int, index: int, width: int) -> bytes:
    """Return the first `width` hashes of a tile; a full one serves where the partial one is gone."""
    data = read(tile_path(level, index, width))
    if data is None and width < WIDTH:
        data = read(tile_path(level, index))
    if data is None or len(data) < width * _HASH_BYTES:
        raise MissingTile(tile_path(level, index, width))
    return data[: width * _HASH_BYTES]


def _split(data: bytes) -> Sequence[bytes]:
    return [data[place : place + _HASH_BYTES] for place in range(0, len(data), _HASH_BYTES)]


def read_bundle(data: bytes) -> Sequence[bytes]:
    """Return the entries of a bundle.

    Raises:
        ValueError: it ends within an entry.
    """
    entries, place = [], 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2])
        if end > len(data) or place + 2 > len(data):
            raise ValueError("the bundle ends within an entry")
        entries.append(data[place + 2 : end])
        place = end
    return entries


class TileTree:
    """The tree of a log, read from its tiles as far as is needed.

    Args:
        read: gives tiles by path.
        size: how many leaves the log has whose tiles these are.
    """

    def __init__(self, read: Read, size: int) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the hash over the complete subtree of leaves [index·2^level, (index+1)·2^level).

        Raises:
            MissingTile: it lies beyond the log's end, or its tile is not there.
        """
        stored, height = divmod(level, _HEIGHT)
        first = index << height
        place = first % WIDTH
        hashes = self._tile(stored, first // WIDTH)[place : place + (1 << height)]
        if len(hashes) < 1 << height:
            raise MissingTile(tile_path(stored, first // WIDTH))
        return tree_root(hashes)

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in self._tiles:
            width = min(WIDTH, (self.size >> (_HEIGHT * level)) - index * WIDTH)
            if width <= 0:
                raise MissingTile(tile_path(level, index))
            self._tiles[level, index] = _split(_load(self._read, level, index, width))
        return self._tiles[level, index]

    def root(self, start: int, end: int) -> bytes:
        """Return the hash over the leaves [start, end), `start` being 0 or where a subtree of it begins."""
        return _fold(self.node(level, index) for level, index in _subtrees(start, end))


def _subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the complete subtrees that make up [start, end), from the left."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _fold(nodes: Iterable[bytes]) -> bytes:
    held = list(nodes)
    if not held:
        return tree_root(())
    return reduce(lambda right, left: hash_node(left, right), reversed(held))
