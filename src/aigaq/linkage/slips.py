"""Slips of the pen: words of one script that become equal when each gives up one letter."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from aigaq.linkage.ragged import is_first, sort_once
from aigaq.linkage.table import Ints

type Hashes = npt.NDArray[np.uint64]

_SHORTEST = 3
_LONGEST = 24
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MOST_TOGETHER = 24
_FULL = _LONGEST


def find_slips(spellings: Sequence[str], scripts: npt.NDArray[np.int8]) -> tuple[Ints, Ints]:
    """Return the pairs of spellings that one letter lost, added, changed or swapped may have parted.

    The deletion neighbourhood of Mor and Fraenkel (CACM 1982), with hashes in place of strings. Where
    more than 24 words meet at once they aren't slips of one another and are left out.

    Args:
        spellings: distinct words, folded.
        scripts: of each; words of two scripts are never paired.

    Returns:
        left, right: places in `spellings`, left before right, each pair once.
    """
    lengths = np.array([len(one) for one in spellings], np.int64)
    words = np.flatnonzero((lengths >= _SHORTEST) & (lengths <= _LONGEST))
    if not len(words):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    hashes, owners = _hash_deletions([spellings[word] for word in words.tolist()], lengths[words])
    hashes ^= scripts[words][owners].astype(np.uint64) << np.uint64(60)
    # One sort for both: the owner stands in the lowest bits, the hash keeps the others.
    bits = np.uint64(len(words).bit_length())
    packed = np.sort(hashes >> bits << bits | owners.astype(np.uint64))
    packed = packed[is_first(packed)]
    own = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    return _pair_up(packed >> bits, words[own])


def _hash_deletions(
    spellings: Sequence[str], lengths: npt.NDArray[np.int64]
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Hash every word whole and with each letter left out in turn."""
    letters = np.zeros((len(spellings), _LONGEST), np.uint64)
    for row, word in enumerate(spellings):
        letters[row, : len(word)] = [ord(letter) for letter in word]
    powers = np.cumprod(np.full(_LONGEST + 1, _BASE, np.uint64))
    here = letters * powers[:-1]
    before = np.cumsum(here, axis=1, dtype=np.uint64) - here
    # What follows the letter left out moves up one place.
    moved = np.zeros_like(here)
    moved[:, :-1] = letters[:, 1:] * powers[:-2]
    after = moved.sum(axis=1, dtype=np.uint64)[:, None] - (
        np.cumsum(moved, axis=1, dtype=np.uint64) - moved
    )
    without = np.where(np.arange(_LONGEST) < lengths[:, None], before + after, np.uint64(0))
    whole = here.sum(axis=1, dtype=np.uint64)[:, None]
    found = np.concatenate([without, whole], axis=1)
    present = np.concatenate(
        [np.arange(_LONGEST) < lengths[:, None], np.ones((len(spellings), 1), bool)], axis=1
    )
    owners, _ = np.nonzero(present)
    return found[present], owners


def _pair_up(hashes: Hashes, owners: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Pair all owners of one hash, group sizes up to a bound, by laying the list against itself."""
    count = np.diff(np.flatnonzero(is_first(hashes)), append=len(hashes))
    size = np.repeat(count, count)
    kept = size <= _MOST_TOGETHER
    found = []
    for step in range(1, _MOST_TOGETHER):
        same = np.flatnonzero((hashes[:-step] == hashes[step:]) & kept[:-step])
        if not len(same):
            break
        one, other = owners[same], owners[same + step]
        found.append(np.minimum(one, other) << 32 | np.maximum(one, other))
    if not found:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    packed = sort_once(np.concatenate(found))
    return (packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32)
