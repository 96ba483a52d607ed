"""Names as order-free words in one alphabet, and which words are spellings of one another.

The two functions here are all that linkage knows of names in one script (`scripts` asks the names room
about the others): `read_words` and `find_variants`.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import combinations

from anyascii import anyascii

_APOSTROPHES = re.compile(r"['’‘ʼʻ`´]")
_WORD = re.compile(r"[A-Z0-9]+")
_SOUNDS = (
    (re.compile(r"PH"), "F"),
    (re.compile(r"(?<!C)H"), ""),
    (re.compile(r"[YJ]"), "I"),
    (re.compile(r"[VW]"), "B"),
    (re.compile(r"C(?=[EI])|Z"), "S"),
    (re.compile(r"QU?|CK?(?!H)"), "K"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_SHORTEST_MISSPELT = 4
_LONG_WORD = 7


@lru_cache(maxsize=200_000)
def read_words(text: str, lang: str = "") -> tuple[str, ...]:
    """Return the words of a name or place in Latin capitals, each once, in the order written.

    Args:
        text: as the source wrote it, in any script.
        lang: BCP 47 tag or ""; not used by this romaniser, which is the same for every language.

    Returns:
        Words of A–Z and 0–9; empty when nothing is left (only marks or blanks).
    """
    latin = anyascii(_APOSTROPHES.sub("", text)).upper()
    return tuple(dict.fromkeys(_WORD.findall(_APOSTROPHES.sub("", latin))))


@lru_cache(maxsize=200_000)
def fold_sound(word: str) -> str:
    """Return a coarse key under which common spellings of one word meet (GONZALEZ, GONSALES)."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def find_variants(words: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each word, the others in `words` that may be the same word spelt differently.

    Same folded sound, one letter apart from four letters on, or two letters apart from seven on
    (optimal string alignment: insert, delete, replace, swap neighbours).

    Args:
        words: distinct words as `read_words` gives them.

    Returns:
        word → its variants, sorted, without itself; words that have none are left out.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group in _candidate_groups(words):
        for left, right in combinations(sorted(group), 2):
            if right not in found[left] and _is_variant(left, right):
                found[left].add(right)
                found[right].add(left)
    return {word: tuple(sorted(near)) for word, near in sorted(found.items()) if near}


def _candidate_groups(words: Collection[str]) -> Iterator[set[str]]:
    """Yield small groups of words worth comparing: same sound, or equal after dropping letters."""
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        by_key["=" + fold_sound(word)].add(word)
        for shorter in _drop_letters(word):
            by_key["-" + shorter].add(word)
    yield from (group for group in by_key.values() if len(group) > 1)


def _drop_letters(word: str) -> set[str]:
    if len(word) < _SHORTEST_MISSPELT:
        return set()
    once = {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}
    if len(word) < _LONG_WORD:
        return once
    return once | {short[:i] + short[i + 1 :] for short in once for i in range(len(short))}


def _is_variant(left: str, right: str) -> bool:
    if fold_sound(left) == fold_sound(right):
        return True
    allowed = 2 if min(len(left), len(right)) >= _LONG_WORD else 1
    return min(len(left), len(right)) >= _SHORTEST_MISSPELT and (
        count_edits(left, right) <= allowed
    )


def count_edits(left: str, right: str) -> int:
    """Return the optimal string alignment distance: edits of one letter, or swaps of neighbours."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
