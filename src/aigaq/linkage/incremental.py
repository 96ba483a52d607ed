"""New mentions against everyone: who of the rest is worth comparing, told by names alone.

An archive of 100,000 has 99,000 mentions that share no word with anybody new. They are left out before
anything else of them is read; how rare each word is among all of them is kept.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.nearness import Near, find_near_to, lead_slips
from aigaq.linkage.ragged import Lists, make_lists, pick
from aigaq.linkage.spellings import Lexicon, take
from aigaq.linkage.table import Census, encode

type Places = npt.NDArray[np.int64]

# Candidates of one new mention; those that share the rarest words come first.
_MOST_CANDIDATES = 60
_LEAST_SHARED = 2.0  # bits: one word of a quarter of all names says nothing
_SLIGHTLY_LESS = 0.8


@dataclass(frozen=True, slots=True)
class Nearby:
    """Whom the new are to be compared with.

    Attributes:
        places: of the rest, in order, each once.
        census: of all names.
    """

    places: Places
    census: Census


def find_nearby(names: Sequence[str], new: Collection[int]) -> Nearby:
    """Return who may be one of the new.

    Args:
        names: of everyone, all forms of one mention in one text.
        new: places of the new ones.
    """
    lexicon = Lexicon(affixes=True)
    column = encode(names)
    held = take(lexicon.read(column.values), column)
    held = make_lists(len(names), held.rows(), held.flat)
    counts = np.bincount(held.flat, minlength=len(lexicon.spellings)).astype(np.int64)
    census = Census(len(names), dict(zip(lexicon.spellings, counts.tolist(), strict=True)))
    fresh = np.array(sorted(new), np.int64)
    # Slips of frequent spellings stand for these: only names are asked about, not each way to miss them.
    scripts = lexicon.scripts()
    leads = lead_slips(lexicon.spellings, scripts, counts)
    words, flat = np.unique(leads[held.flat], return_inverse=True)
    held = make_lists(len(names), held.rows(), flat.astype(np.int32))
    asked = np.zeros(len(words), bool)
    asked[pick(held, fresh).flat] = True
    spellings = [lexicon.spellings[word] for word in words.tolist()]
    near = find_near_to(spellings, scripts[words], counts[words], asked)
    found = _gather(held, fresh, _list_meant(near, asked))
    return Nearby(np.setdiff1d(found, fresh), census)


def _list_meant(near: Near, asked: npt.NDArray[np.bool_]) -> Lists:
    """For each asked spelling those near it, and itself; empty for the others."""
    own = np.flatnonzero(asked)
    one = np.concatenate([near.left, near.right, own])
    other = np.concatenate([near.right, near.left, own]).astype(np.int32)
    kept = asked[one]
    return make_lists(len(asked), one[kept].astype(np.int64), other[kept])


def _gather(held: Lists, fresh: Places, meant: Lists) -> Places:
    """Add up, for each new mention, what everyone shares with it, and keep the best."""
    order = np.argsort(held.flat, kind="stable")
    owners = held.rows()[order]
    start = np.searchsorted(held.flat[order], np.arange(len(meant.start)))
    total = len(held.start) - 1
    found: list[Places] = []
    for place in fresh.tolist():
        bits = np.zeros(total)
        for spelling in held.flat[held.start[place] : held.start[place + 1]].tolist():
            alike = meant.flat[meant.start[spelling] : meant.start[spelling + 1]]
            holders = np.unique(np.concatenate([owners[start[s] : start[s + 1]] for s in alike]))
            bits[holders] += np.log2(total / len(holders)) + _SLIGHTLY_LESS
        near = np.flatnonzero(bits >= _LEAST_SHARED)
        best = near[np.argsort(-bits[near], kind="stable")[:_MOST_CANDIDATES]]
        found.append(best)
    return np.concatenate(found) if found else np.empty(0, np.int64)
