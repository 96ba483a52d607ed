"""Many encoded names as flat arrays, each distinct word kept once."""

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import SKIP_COMMON, SKIP_TITLE, SKIP_WORD, Encoded, Inventory, Piece

Ints = NDArray[np.int32]
_NO_CAP: Final = 10**6


class Store(NamedTuple):
    """Flat arrays; `x_at[i]` to `x_at[i + 1]` are the entries of piece or name i in `x`.

    Of pieces: rows, edges (end, column, kind: 0 spends a row, 1 may also stand alone, 2 only stands
    alone; those from position j of piece p are `edge_from[position_at[p] + j]` and on), skips,
    length, script, cap and drop (1/64 nat). Of names: words, wholes (in several orders), joined (the
    words but titles run together, or -1), hanzi and pinyin (row pieces or -1), latin (all words
    are), family (script of the first word), others (other names of the same place, as names).
    """

    rows: Ints
    row_at: Ints
    edge_end: Ints
    edge_column: Ints
    edge_kind: Ints
    edge_from: Ints
    position_at: Ints
    skip_start: Ints
    skip_end: Ints
    skip_column: Ints
    skip_at: Ints
    length: Ints
    script: Ints
    cap: Ints
    drop: Ints
    words: Ints
    word_at: Ints
    wholes: Ints
    whole_at: Ints
    joined: Ints
    others: Ints
    other_at: Ints
    hanzi: Ints
    pinyin: Ints
    latin: Ints
    family: Ints
    size: Ints


def _ends(parts: Iterable[int]) -> Ints:
    return np.fromiter(accumulate(parts, initial=0), np.int32)


def _flat(parts: Iterable[Iterable[int]]) -> Ints:
    return np.fromiter((x for part in parts for x in part), np.int32)


def _triples(parts: Iterable[tuple[tuple[int, int, int], ...]]) -> tuple[Ints, Ints, Ints, Ints]:
    """Where each part begins, and the three columns of all parts together."""
    kept = list(parts)
    flat = _flat(triple for part in kept for triple in part).reshape(-1, 3)
    starts, ends, columns = (np.ascontiguousarray(flat[:, i]) for i in range(3))
    return _ends(len(part) for part in kept), starts, ends, columns


class Packer:
    """Collects encoded names and packs them into a `Store`."""

    def __init__(
        self, inventory: Inventory, caps: Mapping[str, int], drops: Mapping[str, int]
    ) -> None:
        self._inventory, self._caps, self._drops = inventory, caps, drops
        self._known: dict[tuple[object, ...], int] = {}
        self._pieces: list[Piece] = []
        self._names: list[Encoded] = []
        self._others: list[tuple[Encoded, ...]] = []

    def _add(self, piece: Piece) -> int:
        key = (piece.rows, piece.ends, piece.skips)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._pieces)
            self._pieces.append(piece)
        return found

    def _add_rows(self, rows: tuple[int, ...]) -> int:
        return self._add(Piece(rows)) if rows else -1

    def add(self, name: Encoded, others: Iterable[Encoded] = ()) -> None:
        """Append one name, with other names that the same place is known by."""
        self._names.append(name)
        self._others.append(tuple(others))

    def _cap(self, piece: Piece) -> int:
        if piece.title:
            return -_NO_CAP  # a title that both names share says nothing
        return self._caps.get(piece.script + piece.word, _NO_CAP)

    def _drop(self, piece: Piece) -> int:
        if piece.title:
            return self._drops[SKIP_TITLE]
        return self._drops[SKIP_COMMON if piece.common else SKIP_WORD]

    def pack(self, build_lattice: Callable[..., tuple[Ints, ...]]) -> Store:
        """Everything added so far, as arrays; other names come after all the names added.

        `build_lattice` is the kernel's, handed in so that this module does without numba.
        """
        names = [*self._names, *(o for others in self._others for o in others)]
        words = [[self._add(p) for p in name.words] for name in names]
        wholes = [[self._add(p) for p in name.wholes] for name in names]
        joined = [-1 if n.joined is None else self._add(n.joined) for n in names]
        hanzi = [self._add_rows(name.hanzi) for name in names]
        pinyin = [self._add_rows(name.pinyin) for name in names]
        others = [len(o) for o in self._others]
        return Store(
            **self._pack_pieces(build_lattice),
            words=_flat(words),
            word_at=_ends(len(w) for w in words),
            wholes=_flat(wholes),
            whole_at=_ends(len(w) for w in wholes),
            joined=np.array(joined, np.int32),
            others=np.arange(len(self._names), len(names), dtype=np.int32),
            other_at=_ends([*others, *[0] * (len(names) - len(others))]),
            hanzi=np.array(hanzi, np.int32),
            pinyin=np.array(pinyin, np.int32),
            latin=np.array([{p.script for p in n.words} == {"L"} for n in names], np.int32),
            family=np.array([_family(n) for n in names], np.int32),
            size=np.array([_size(n) for n in names], np.int32),
        )

    def _pack_pieces(self, build_lattice: Callable[..., tuple[Ints, ...]]) -> dict[str, Ints]:
        p = self._pieces
        rows, row_at = _flat(piece.rows for piece in p), _ends(len(piece.rows) for piece in p)
        has_columns = np.array([bool(piece.ends) for piece in p])
        ends = _flat(piece.ends or piece.rows for piece in p)
        generics = _triples(piece.generics for piece in p)
        skips = _triples(piece.skips for piece in p)
        groups = self._inventory.groups
        lattice = build_lattice(rows, row_at, ends, has_columns, generics, skips, *groups)
        return {
            "rows": rows,
            "row_at": row_at,
            **dict(zip(_LATTICE, lattice, strict=True)),
            "skip_start": skips[1],
            "skip_end": skips[2],
            "skip_column": skips[3],
            "skip_at": skips[0],
            "length": np.where(has_columns, np.diff(row_at), 0).astype(np.int32),
            "script": np.array(["HACL".index(piece.script) for piece in p], np.int32),
            "cap": np.array([self._cap(piece) for piece in p], np.int32),
            "drop": np.array([self._drop(piece) for piece in p], np.int32),
        }


_LATTICE: Final = ("edge_end", "edge_column", "edge_kind", "edge_from", "position_at")


def _family(name: Encoded) -> int:
    return "ACL".index(name.words[0].script) if name.words else -1


def _size(name: Encoded) -> int:
    """About how many letters a name is worth."""
    return max(1, sum(len(p.rows) for p in name.words) or round(2.5 * len(name.hanzi)))
