"""Inclusion and consistency proofs (RFC 9162 §2.1.3, §2.1.4): made from tiles, checked with hashes alone."""

from collections.abc import Sequence

from aigaq.vault.merkle import hash_node
from aigaq.vault.tiles import TileTree

_MOST_HASHES = 63


def prove_inclusion(tree: TileTree, index: int, size: int) -> tuple[bytes, ...]:
    """Return the audit path of a leaf in the log at `size`, from the leaf's sibling up.

    Raises:
        ValueError: there is no such leaf at that size.
        MissingTile: a tile it needs is not there.
    """
    if not 0 <= index < size <= tree.size:
        raise ValueError(f"there is no leaf {index} in a log of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(tree.root(middle, end))
            end = middle
        else:
            path.append(tree.root(start, middle))
            start = middle
    return tuple(reversed(path))


def prove_consistency(tree: TileTree, old: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that the log at `size` begins with the log at `old`.

    Raises:
        ValueError: `old` is larger than `size`, or the log is not that large.
        MissingTile: a tile it needs is not there.
    """
    if not 0 <= old <= size <= tree.size:
        raise ValueError(f"the log has no sizes {old} and {size}")
    if old == 0:
        return ()
    path, start, end = [], 0, size
    while old != end:
        middle = start + _half(end - start)
        if old <= middle:
            path.append(tree.root(middle, end))
            end = middle
        else:
            path.append(tree.root(start, middle))
            start = middle
    if start:  # the old root itself is known to whoever checks, a part of it is not
        path.append(tree.root(start, end))
    return tuple(reversed(path))


def _half(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether a leaf is at `index` in the log of `size` with this root (RFC 9162 §2.1.3.2).

    Args:
        leaf_hash: 32 bytes, `hash_leaf` of the entry.
        index, size: where, in how many.
        proof: the audit path, each 32 bytes.
        root: 32 bytes.
    """
    return reach_root(leaf_hash, index, size, proof) == root


def reach_root(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a path leads to, or None when it is no path of such a place.

    Args:
        leaf_hash, index, size, proof: as for `verify_inclusion`.
    """
    if not 0 <= index < size or not _are_hashes(proof):
        return None
    place, last, reached = index, size - 1, leaf_hash
    for one in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            reached = hash_node(one, reached)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = hash_node(reached, one)
        place, last = place >> 1, last >> 1
    return reached if last == 0 else None


def verify_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether the log of `size` begins with the log of `old` (RFC 9162 §2.1.4.2).

    An old size of 0 says nothing and needs no proof; equal sizes need equal roots and no proof.
    """
    if old > size or not _are_hashes(proof):
        return False
    if old in (0, size):
        return not proof and (old == 0 or old_root == root)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old_reached = reached = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old_reached, reached = hash_node(one, old_reached), hash_node(one, reached)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = hash_node(reached, one)
        place, last = place >> 1, last >> 1
    return last == 0 and old_reached == old_root and reached == root


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return len(proof) <= _MOST_HASHES and all(len(one) == 32 for one in proof)
