"""Many encoded names as flat arrays, each distinct word kept once."""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import SKIP_COMMON, SKIP_TITLE, SKIP_WORD, Encoded, Piece

Ints = NDArray[np.int32]
_NO_CAP: Final = 10**6


class Store(NamedTuple):
    """Flat arrays; `x_at[i]` to `x_at[i + 1]` are the entries of piece or name i in `x`.

    Of pieces: rows, edges (start, end, column, kind: 0 spends a row, 1 may also stand alone, 2 only
    stands alone), skips, length, script, cap and drop (1/64 nat). Of names: words, wholes, hanzi and
    pinyin (row pieces or -1), latin (all words are), family (script of the first word).
    """

    rows: Ints
    row_at: Ints
    edge_start: Ints
    edge_end: Ints
    edge_column: Ints
    edge_kind: Ints
    edge_at: Ints
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
    hanzi: Ints
    pinyin: Ints
    latin: Ints
    family: Ints
    size: Ints


def _ends(parts: Iterable[int]) -> Ints:
    return np.fromiter(accumulate(parts, initial=0), np.int32)


def _column(rows: list[tuple[int, ...]], at: int) -> Ints:
    return np.fromiter((r[at] for r in rows), np.int32, len(rows))


class Packer:
    """Collects encoded names and packs them into a `Store`."""

    def __init__(self, caps: Mapping[str, int], drops: Mapping[str, int]) -> None:
        self._caps, self._drops = caps, drops
        self._known: dict[tuple[object, ...], int] = {}
        self._pieces: list[Piece] = []
        self._names: list[tuple[list[int], list[int], int, int, int, int, int]] = []

    def _add(self, piece: Piece) -> int:
        key = (piece.rows, piece.skips, piece.script)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._pieces)
            self._pieces.append(piece)
        return found

    def _add_rows(self, rows: tuple[int, ...]) -> int:
        return self._add(Piece(rows, (), (), 0, "H", "")) if rows else -1

    def add(self, name: Encoded) -> None:
        """Append one name."""
        scripts = {p.script for p in name.words}
        size = sum(p.length for p in name.words) or round(2.5 * len(name.hanzi))
        self._names.append(
            (
                [self._add(p) for p in name.words],
                [self._add(p) for p in name.wholes],
                self._add_rows(name.hanzi),
                self._add_rows(name.pinyin),
                int(scripts == {"L"}),
                "ACL".index(name.words[0].script) if name.words else -1,
                max(size, 1),
            )
        )

    def _cap(self, piece: Piece) -> int:
        if piece.title:
            return -self._drops[SKIP_TITLE]
        return self._caps.get(piece.script + piece.word, _NO_CAP)

    def _drop(self, piece: Piece) -> int:
        if piece.title:
            return self._drops[SKIP_TITLE]
        return self._drops[SKIP_COMMON if piece.common else SKIP_WORD]

    def pack(self) -> Store:
        """Everything added so far, as arrays."""
        p, n = self._pieces, self._names
        edges = [e for piece in p for e in piece.lattice]
        skips = [k for piece in p for k in piece.skips]
        return Store(
            rows=np.fromiter((r for piece in p for r in piece.rows), np.int32),
            row_at=_ends(len(piece.rows) for piece in p),
            edge_start=_column(edges, 0),
            edge_end=_column(edges, 1),
            edge_column=_column(edges, 2),
            edge_kind=_column(edges, 3),
            edge_at=_ends(len(piece.lattice) for piece in p),
            skip_start=_column(skips, 0),
            skip_end=_column(skips, 1),
            skip_column=_column(skips, 2),
            skip_at=_ends(len(piece.skips) for piece in p),
            length=np.fromiter((piece.length for piece in p), np.int32),
            script=np.fromiter(("HACL".index(piece.script) for piece in p), np.int32),
            cap=np.fromiter((self._cap(piece) for piece in p), np.int32),
            drop=np.fromiter((self._drop(piece) for piece in p), np.int32),
            words=np.fromiter((w for name in n for w in name[0]), np.int32),
            word_at=_ends(len(name[0]) for name in n),
            wholes=np.fromiter((w for name in n for w in name[1]), np.int32),
            whole_at=_ends(len(name[1]) for name in n),
            hanzi=np.fromiter((name[2] for name in n), np.int32),
            pinyin=np.fromiter((name[3] for name in n), np.int32),
            latin=np.fromiter((name[4] for name in n), np.int32),
            family=np.fromiter((name[5] for name in n), np.int32),
            size=np.fromiter((name[6] for name in n), np.int32),
        )
