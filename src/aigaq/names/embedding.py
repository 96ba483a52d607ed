"""Words as points: near each other where they may be one name, whatever the script.

A word is the sum of the learned vectors of its features (letters by place, neighbouring letters, the
skeleton of consonants; Hanzi, syllables, initials and finals), brought to length one. The vectors are
learned from name pairs so that spellings of one name point the same way (contrastive loss, van den Oord
et al., arXiv 1807.03748; features as in fastText, Bojanowski et al., TACL 2017). Points find candidates;
the score decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import Inventory
from aigaq.names.pinyin import initial_final, readings
from aigaq.names.store import Store
from aigaq.names.symbols import SYMBOLS
from aigaq.names.tables import read_rows

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
_VOWELS: Final = frozenset("aäeoöuüıiYyw")


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vector (`vectors`, features × size) of each known feature (`keys`, sorted)."""

    keys: Longs
    vectors: Floats


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Vectors:
    """Vectors from the arrays of the data file: bytes, and what one step is worth in each row."""
    steps = arrays["step"].astype(np.float32)
    return Vectors(arrays["keys"], arrays["vectors"] * steps[:, None])


@cache
def load() -> Vectors:
    """The shipped vectors, read once."""
    path = files("aigaq.names") / "data" / "embedding.npz"
    with path.open("rb") as file, np.load(file) as data:
        return from_arrays({name: data[name] for name in data.files})


def row_codes(inventory: Inventory) -> Ints:
    """What the features need to know of each row of the model, by row number (rows × 5).

    Script (0 Hanzi, 1 to 3 an alphabet) and, for a letter, its symbol from 1 and whether it is a
    vowel; for Hanzi the character (0 for a bare syllable), syllable, initial and final, all from 1.
    """
    syllables = {row[0]: i for i, row in enumerate(read_rows("pinyin.tsv"), 1)}
    parts = {s: initial_final(s) for s in syllables}
    initials, finals = (
        {p: i for i, p in enumerate(sorted({part[k] for part in parts.values()}), 1)}
        for k in (0, 1)
    )
    codes = np.zeros((len(inventory.rows), 5), np.int32)
    for name, row in inventory.rows.items():
        if len(name) == 2 and name[0] in "ACL":
            at = SYMBOLS.index(name[1]) + 1
            codes[row, :3] = "ACL".index(name[0]) + 1, at, name[1] in _VOWELS
            continue
        syllable = name[1:] if name[:1] == "~" else next(iter(readings(name)), "")
        if syllable in syllables:
            initial, final = parts[syllable]
            char = 0 if name[0] == "~" else ord(name)
            codes[row] = 0, char, syllables[syllable], initials[initial], finals[final]
    return codes


@cache
def compiled() -> Any:
    """The compiled module, imported when first needed."""
    # numba takes a second to import and only this needs it, so it waits for the first call.
    from aigaq.names import near  # noqa: PLC0415

    return near


def embed(rows: Ints, row_at: Ints, codes: Ints) -> Floats:
    """The point of each piece whose rows are `rows[row_at[p]:row_at[p + 1]]` (pieces × size).

    `codes` are those of `row_codes`. A piece with no known feature is the zero point.
    """
    known = load()
    found, at = compiled().features(rows, row_at, codes)
    points: Floats = compiled().add_vectors(found, at, known.keys, known.vectors)
    return points


def place_names(store: Store, codes: Ints) -> tuple[Floats, Ints, Ints]:
    """The points of the names of a store (points × size), which name each is of, and its script.

    A name has one for its letters run together, one for its Hanzi, one for the syllables if it may be
    pinyin, and those of the other names of the same place. Scripts are 0 for Hanzi, 1 to 3 for others.
    """
    whole, hanzi = store.whole, store.hanzi == 1
    letters, rows = (
        np.append(x, -1)[whole] for x in (store.letters, store.syllables)
    )  # -1 is the last
    parts = np.stack([np.where(hanzi, -1, letters), rows])
    sort, name = np.nonzero(parts >= 0)
    points = embed(store.rows, store.row_at, codes)
    owner = np.arange(len(store.size), dtype=np.int32)
    owner[store.others] = np.repeat(
        np.arange(len(store.other_at) - 1, dtype=np.int32), np.diff(store.other_at)
    )
    script = np.where(hanzi, 0, store.family + 1).astype(np.int32)
    return points[parts[sort, name]], owner[name], script[owner[name]]
