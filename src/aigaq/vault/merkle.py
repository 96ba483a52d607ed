"""The Merkle tree hash of RFC 9162 §2.1.1 (as in RFC 6962): leaves 0x00 ‖ data, nodes 0x01 ‖ left ‖ right."""

from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import sha256


def hash_leaf(data: bytes) -> bytes:
    """Return the hash of a leaf (32 bytes)."""
    return sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over two 32-byte hashes."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashed leaves, level by level; the hash of nothing for an empty tree.

    Pairing neighbours and carrying an odd last node up gives the same root as the recursive definition.
    """
    if not leaf_hashes:
        return sha256(b"").digest()
    level = list(leaf_hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    paired = [hash_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return paired + ([level[-1]] if len(level) % 2 else [])


def audit_paths(
    leaf_hashes: Sequence[bytes], places: Iterable[int]
) -> dict[int, tuple[bytes, ...]]:
    """Return place → audit path (RFC 9162 §2.1.3.1) of some leaves of a small tree, from the sibling up."""
    paths: dict[int, list[bytes]] = {place: [] for place in places}
    level, depth = list(leaf_hashes), 0
    while len(level) > 1:
        for place, path in paths.items():
            sibling = (place >> depth) ^ 1
            if sibling < len(level):  # an odd last node is carried up and has none
                path.append(level[sibling])
        level, depth = _level_above(level), depth + 1
    return {place: tuple(path) for place, path in paths.items()}


def salted(salt: bytes, value: bytes) -> bytes:
    """Return SHA-256(salt ‖ value), the form in which a field enters an act's tree (DESIGN §6)."""
    return sha256(salt + value).digest()


class Frontier:
    """A growing tree of which only the roots of its complete subtrees are held: its root at any size."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []  # from the largest, one for each bit of the size

    def append(self, leaf_hash: bytes) -> None:
        """Add a leaf by its hash (32 bytes)."""
        held, size = leaf_hash, self.size
        while size % 2:
            held, size = hash_node(self._subtrees.pop(), held), size // 2
        self._subtrees.append(held)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._subtrees:
            return tree_root(())
        return reduce(lambda right, left: hash_node(left, right), reversed(self._subtrees))
