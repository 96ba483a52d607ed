"""Many encoded names as flat arrays, each distinct word kept once."""

from collections.abc import Callable, Iterable, Mapping, Sized
from functools import lru_cache
from itertools import accumulate, chain, count
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import Encoded, Inventory, Part, Piece
from aigaq.names.known import find_known
from aigaq.names.skeleton import bones
from aigaq.names.symbols import SYMBOLS

Ints = NDArray[np.int32]
_NO_CAP: Final = 10**6
FIRST_LETTER: Final = 2  # rows of the model: two for insertions, then the letters of three scripts
_DROPS: Final = (-26, -112, -26)
"""What it costs, in 1/64 nat, to leave out a word that says nothing, a name, an initial."""


class Store(NamedTuple):
    """Flat arrays; `x_at[i]` to `x_at[i + 1]` are the entries of piece or name i in `x`.

    Of pieces: rows, edges (end, column, kind: 0 spends a row, 1 may also stand alone, 2 only stands
    alone; those from position j of piece p are `edge_from[position_at[p] + j]` and on), skips,
    length, script, cap and drop (1/64 nat), names (1 if the word says who is meant, 2 an initial, 0
    title or word of no weight), title, known (number in the table of known words, 0 if not there,
    negative for words of places), bones (classes of its consonants,
    see `skeleton`). Of words, which `word_at` and `whole` count: letters (a piece or
    -1), stem (the same without a father's or family name's ending,
    or -1), head and tail (the number of a part that names are built with at the front and the end,
    or 0), head_rest and tail_rest (the word without it), syllables (a piece of Hanzi or pinyin rows
    or -1), role (see `Role`), distinct (one number for words that are compared alike, whatever their
    role). Of names: whole (the word of all words but titles run together, or -1), orders (letter
    pieces of all words, in several orders), hanzi (read as Hanzi), latin (all words are), family
    (script of the first word), others (other names of the same place, as names).
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
    names: Ints
    title: Ints
    known: Ints
    bones: Ints
    bone_at: Ints
    letters: Ints
    stem: Ints
    head: Ints
    head_rest: Ints
    tail: Ints
    tail_rest: Ints
    syllables: Ints
    role: Ints
    distinct: Ints
    word_at: Ints
    whole: Ints
    orders: Ints
    order_at: Ints
    others: Ints
    other_at: Ints
    hanzi: Ints
    latin: Ints
    family: Ints
    size: Ints


def _ends(parts: Iterable[int]) -> Ints:
    return np.fromiter(accumulate(parts, initial=0), np.int32)


def _sizes(parts: Iterable[Sized]) -> Ints:
    return _ends(map(len, parts))


def _flat(parts: Iterable[Iterable[int]]) -> Ints:
    return np.fromiter(chain.from_iterable(parts), np.int32)


def _triples(parts: Iterable[tuple[tuple[int, int, int], ...]]) -> tuple[Ints, Ints, Ints, Ints]:
    """Where each part begins, and the three columns of all parts together."""
    kept = list(parts)
    flat = _flat(chain.from_iterable(kept)).reshape(-1, 3)
    starts, ends, columns = (np.ascontiguousarray(flat[:, i]) for i in range(3))
    return _sizes(kept), starts, ends, columns


class Packer:
    """Collects encoded names and packs them into a `Store`."""

    def __init__(self, inventory: Inventory, caps: Mapping[str, int]) -> None:
        self._inventory, self._caps = inventory, caps
        self._known: dict[tuple[object, ...], int] = {}
        self._pieces: list[Piece] = []
        self._names: list[Encoded] = []
        self._others: list[tuple[Encoded, ...]] = []

    def _add(self, piece: Piece) -> int:
        key = (piece.rows, piece.ends, piece.skips, piece.word, piece.title)
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

    def _weigh(self, piece: Piece) -> tuple[int, int, int]:
        """Cap, number among the known words, and whether the piece says who is meant (see `Store`)."""
        known = find_known(piece.word)
        number = known.number if known else 0
        naming = 2 if len(piece.rows) == 1 and piece.ends else 0
        if piece.title:  # a title that both names share says nothing
            return -_NO_CAP, number, naming
        if not naming and piece.ends and not piece.common and number >= 0:
            naming = 1
        cap = self._caps.get(piece.word, _NO_CAP)
        return min(cap, known.most) if known else cap, number, naming

    def pack(self, build_lattice: Callable[..., tuple[Ints, ...]]) -> Store:
        """Everything added so far, as arrays; other names come after all the names added.

        `build_lattice` is the kernel's, handed in so that this module does without numba.
        """
        names = [*self._names, *(o for others in self._others for o in others)]
        wholes = [n.whole for n in names if n.whole is not None]
        parts = [*(part for n in names for part in n.parts), *wholes]
        first_whole = len(parts) - len(wholes)
        cuts = _cut_all(parts)
        letters = [-1 if p.letters is None else self._add(p.letters) for p in parts]
        stems = [-1 if p.stem is None else self._add(p.stem) for p in parts]
        syllables = [self._add_rows(p.rows) for p in parts]
        orders = [[self._add(p) for p in name.orders] for name in names]
        others = [len(o) for o in self._others]
        return Store(
            **self._pack_pieces(build_lattice),
            letters=np.array(letters, np.int32),
            stem=np.array(stems, np.int32),
            **cuts,
            syllables=np.array(syllables, np.int32),
            role=np.array([part.role for part in parts], np.int32),
            distinct=_number_alike(
                letters,
                stems,
                syllables,
                *(c.tolist() for c in cuts.values()),
                (p.hanzi for p in parts),
            ),
            word_at=_sizes(n.parts for n in names),
            whole=_number_wholes(names, first_whole),
            orders=_flat(orders),
            order_at=_sizes(orders),
            others=np.arange(len(self._names), len(names), dtype=np.int32),
            other_at=_ends([*others, *[0] * (len(names) - len(others))]),
            hanzi=np.array([n.hanzi for n in names], np.int32),
            latin=np.array([_scripts(n) == {"L"} for n in names], np.int32),
            family=np.array([_family(n) for n in names], np.int32),
            size=np.array([_size(n) for n in names], np.int32),
        )

    def _pack_pieces(self, build_lattice: Callable[..., tuple[Ints, ...]]) -> dict[str, Ints]:
        p = self._pieces
        rows, row_at = _flat(piece.rows for piece in p), _sizes(piece.rows for piece in p)
        has_columns = np.array([bool(piece.ends) for piece in p])
        ends = _flat(piece.ends or piece.rows for piece in p)
        generics = _triples(piece.generics for piece in p)
        skips = _triples(piece.skips for piece in p)
        weighed = np.array([self._weigh(piece) for piece in p], np.int32).reshape(-1, 3)
        cap, number, naming = np.ascontiguousarray(weighed.T)
        groups = self._inventory.groups
        skeletons = [_bones(_without_ending(piece)) for piece in p]
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
            "cap": cap,
            "drop": np.array(_DROPS, np.int32)[naming],
            "names": naming,
            "title": np.array([piece.title for piece in p], np.int32),
            "known": number,
            "bones": _flat(skeletons),
            "bone_at": _sizes(skeletons),
        }


def _without_ending(piece: Piece) -> tuple[int, ...]:
    """The letters of a piece without the ending of a father's or family name."""
    starts = [start for start, _, _ in piece.skips if start > 0]
    return piece.rows[: min(starts, default=len(piece.ends))]


@lru_cache(maxsize=131_072)
def _bones(rows: tuple[int, ...]) -> tuple[int, ...]:
    """Classes of the consonants of some rows of letters; words come again and again."""
    return bones((row - FIRST_LETTER) % len(SYMBOLS) for row in rows)


_LATTICE: Final = ("edge_end", "edge_column", "edge_kind", "edge_from", "position_at")


def _cut_all(parts: list[Part]) -> dict[str, Ints]:
    """Elements and rests of all words; a rest becomes a word of its own at the end of `parts`."""
    at: dict[Part, int] = {}
    first, cut = len(parts), [(part.head, part.tail) for part in parts]
    rests = [
        [0 if c is None else first + at.setdefault(c.rest, len(at)) for c in two] for two in cut
    ]
    parts.extend(at)
    elements = [[0 if c is None else c.element for c in two] for two in cut]
    heads, tails = (np.zeros((2, len(parts)), np.int32) for _ in range(2))
    for side, found in enumerate((heads, tails)):
        found[0, :first] = [two[side] for two in elements]
        found[1, :first] = [two[side] for two in rests]
    return {"head": heads[0], "head_rest": heads[1], "tail": tails[0], "tail_rest": tails[1]}


def _number_alike(*columns: Iterable[int]) -> Ints:
    """One number for the words that agree in all of these columns."""
    seen: dict[tuple[int, ...], int] = {}
    return np.array(
        [seen.setdefault(row, len(seen)) for row in zip(*columns, strict=True)], np.int32
    )


def _number_wholes(names: Iterable[Encoded], first: int) -> Ints:
    numbers = count(first)
    return np.array([-1 if n.whole is None else next(numbers) for n in names], np.int32)


def _scripts(name: Encoded) -> set[str]:
    return set() if name.hanzi else {p.letters.script for p in name.parts if p.letters}


def _family(name: Encoded) -> int:
    letters = name.parts[0].letters if name.parts and not name.hanzi else None
    return "ACL".index(letters.script) if letters else -1


def _size(name: Encoded) -> int:
    """About how many letters a name is worth."""
    if name.hanzi:
        return max(1, round(2.5 * sum(len(p.rows) for p in name.parts)))
    return max(1, sum(len(p.letters.rows) for p in name.parts if p.letters))
