"""Tiles and proofs, against the recursive definitions of RFC 9162 and a wrong proof for every right one."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.vault.merkle import Frontier, hash_leaf
from aigaq.vault.proofs import (
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from aigaq.vault.tiles import MissingTile, TileTree, grow, read_bundle, tile_path

EDGES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 700]


def entry(number: int) -> bytes:
    return sha256(number.to_bytes(8)).digest()


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = split_of(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def split_of(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = split_of(len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162 §2.1.4.1."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = split_of(len(leaves))
    if old <= split:
        return [*naive_consistency(old, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], False), naive_root(leaves[:split])]


def build(size: int, steps: Sequence[int] = ()) -> dict[str, bytes]:
    """The tiles of a log that grew in steps."""
    files: dict[str, bytes] = {}
    old = 0
    for new in [*(one for one in sorted(set(steps)) if 0 < one < size), size]:
        files.update(grow(files.get, old, [entry(one) for one in range(old // 256 * 256, new)]))
        old = new
    return files


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tile_path(-1, 999) == "tile/entries/999"
    assert tile_path(0, 1000, 255) == "tile/0/x001/000.p/255"


def test_a_log_of_70000_has_the_tiles_the_specification_counts() -> None:
    names = set(build(70_000))
    level0 = [name for name in names if name.startswith("tile/0/")]
    assert len(level0) == 274
    assert "tile/0/273.p/112" in names
    assert {"tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= names
    assert not any(name.startswith("tile/3/") for name in names)


def test_a_log_of_256_has_a_full_tile_and_one_hash_above_it() -> None:
    assert set(build(256)) == {"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}


@pytest.mark.parametrize("size", EDGES)
def test_the_root_from_tiles_is_the_naive_root(size: int) -> None:
    assert TileTree(build(size).get, size).root(0, size) == naive_root([*map(entry, range(size))])


@given(st.integers(1, 1400), st.lists(st.integers(1, 1400), max_size=5))
def test_how_a_log_grew_leaves_no_trace_in_its_tiles(size: int, steps: list[int]) -> None:
    grown, at_once = build(size, steps), build(size)
    assert {name: grown[name] for name in at_once} == at_once


def test_bundles_give_the_entries_back() -> None:
    files = build(300)
    entries = [
        *read_bundle(files["tile/entries/000"]),
        *read_bundle(files["tile/entries/001.p/44"]),
    ]
    assert entries == [entry(one) for one in range(300)]
    for end in (1, 20, 35):
        with pytest.raises(ValueError, match="within"):
            read_bundle(files["tile/entries/000"][:end])


@given(st.integers(1, 700), st.data())
def test_every_proof_is_the_naive_one_and_verifies(size: int, data: st.DataObject) -> None:
    whole = 700
    tree, leaves = TREE, [entry(one) for one in range(size)]
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    path = prove_inclusion(tree, index, size)
    assert list(path) == naive_path(index, leaves)
    root = naive_root(leaves)
    assert verify_inclusion(hash_leaf(leaves[index]), index, size, path, root)
    proof = prove_consistency(tree, old, size)
    assert list(proof) == naive_consistency(old, leaves)
    assert verify_consistency(old, naive_root(leaves[:old]), size, root, proof)
    assert tree.size == whole


TREE = TileTree(build(700).get, 700)
ROOTS = {size: naive_root([*map(entry, range(size))]) for size in (*range(1, 20), 256, 257, 700)}


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_a_proof_fails_for_every_other_place_size_leaf_and_path(size: int) -> None:
    for index in {0, 1, size // 2, size - 1}:
        if index >= size:
            continue
        leaf, path, root = hash_leaf(entry(index)), prove_inclusion(TREE, index, size), ROOTS[size]
        wrong = [(leaf, other, size, path, root) for other in range(-1, size + 2) if other != index]
        # The size enters only by the shape of the path; the checkpoint's signature binds it to the root.
        wrong += [(hash_leaf(entry(index + 1)), index, size, path, root)]
        wrong += [(leaf, index, size, path[:-1], root)] if path else []
        wrong += [(leaf, index, size, (*path, root), root), (leaf, index, size, path, leaf[::-1])]
        for place in range(len(path)):
            flipped = bytes([path[place][0] ^ 1]) + path[place][1:]
            wrong.append((leaf, index, size, (*path[:place], flipped, *path[place + 1 :]), root))
        assert not any(verify_inclusion(*one) for one in wrong)


def test_a_consistency_proof_fails_for_every_other_history() -> None:
    count = 0
    for old in ROOTS:
        for size in (one for one in ROOTS if one >= old):
            proof = prove_consistency(TREE, old, size)
            assert verify_consistency(old, ROOTS[old], size, ROOTS[size], proof)
            wrong = [
                (old, ROOTS[old][::-1], size, ROOTS[size], proof),
                (old, ROOTS[old], size, ROOTS[size][::-1], proof),
                (old, ROOTS[old], size, ROOTS[size], (*proof, ROOTS[old])),
                (size + 1, ROOTS[size], size, ROOTS[size], proof),
            ]
            wrong += [(old, ROOTS[old], size, ROOTS[size], proof[:-1])] if proof else []
            wrong += [
                (other, ROOTS[other], size, ROOTS[size], proof)
                for other in ROOTS
                if other != old and ROOTS[other] != ROOTS[old]
            ]
            assert not any(verify_consistency(*one) for one in wrong), (old, size)
            count += len(wrong)
    assert count > 2000


def test_an_old_size_of_zero_says_nothing_and_takes_no_proof() -> None:
    assert prove_consistency(TREE, 0, 700) == ()
    assert verify_consistency(0, b"", 700, ROOTS[700], ())
    assert not verify_consistency(0, b"", 700, ROOTS[700], (ROOTS[1],))


def test_what_is_not_there_is_said() -> None:
    files = build(700)
    for size, index in ((700, 700), (701, 0), (10, 10), (10, -1)):
        with pytest.raises(ValueError, match="no leaf"):
            prove_inclusion(TileTree(files.get, 700), index, size)
    with pytest.raises(ValueError, match="no sizes"):
        prove_consistency(TREE, 8, 7)
    without = {name: data for name, data in files.items() if name != "tile/0/001"}
    with pytest.raises(MissingTile, match="tile/0/001"):
        prove_inclusion(TileTree(without.get, 700), 300, 700)
    short = files | {"tile/0/002.p/188": files["tile/0/002.p/188"][:-1]}
    with pytest.raises(MissingTile):
        TileTree(short.get, 700).root(0, 700)
    with pytest.raises(MissingTile):
        TREE.node(9, 1)


def test_a_full_tile_serves_where_the_partial_one_was_cleared_away() -> None:
    files = {name: data for name, data in build(512, [300]).items() if "001.p" not in name}
    leaves = [*map(entry, range(300))]
    assert TileTree(files.get, 300).root(256, 300) == naive_root(leaves[256:])


def test_a_frontier_has_the_root_at_every_size() -> None:
    frontier = Frontier()
    assert frontier.root() == naive_root([])
    for size in range(1, 140):
        frontier.append(hash_leaf(entry(size - 1)))
        assert frontier.root() == naive_root([*map(entry, range(size))]), size
    assert frontier.size == 139
