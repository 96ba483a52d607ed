"""Searching a million names: letters in sound classes, shared triples, then the learned score.

A name is reduced to a string over nine signs (seven consonant classes that Hanzi and the alphabets
agree on, and front and back vowels); names that share rare triples of signs with the query are
found through inverted lists, and the best few hundred of them are scored in full.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import MAX_WORDS
from aigaq.names.model import Name, Ranked, Scorer, kernel
from aigaq.names.pinyin import readings, split_pinyin
from aigaq.names.scripts import check_length
from aigaq.names.symbols import hanzi_of, hanzi_parts, read_word, words_of

_SIGNS: Final = {
    symbol: sign
    for sign, symbols in enumerate(
        ("", "bpf", "m", "td", "nŋ", "lr", "sšzžčǰcCjX", "kgqğxh", "aäoe", "iıuüöyYwv")
    )
    for symbol in symbols
}
_BASE: Final = 11
_EDGE: Final = 10
_VOWELS: Final = (8, 9)
GRAMS: Final = 2 * _BASE**3
"""How many grams there are; they are numbered from 0."""
_SHORTLIST: Final = 400
_LETTERS = {"Arab", "Cyrl", "Latn"}


@lru_cache(maxsize=262_144)
def _word_grams(word: str, script: str, lang: str) -> tuple[int, ...]:
    signs = [_SIGNS[c] for c in read_word(word, script, lang) if c in _SIGNS]
    return _grams(signs)


def _grams(signs: list[int]) -> tuple[int, ...]:
    """Triples of the consonants alone, and (numbered after them) of all signs."""
    bones = [s for s in signs if s not in _VOWELS]
    first = [signs[0]] if signs and signs[0] in _VOWELS else []
    return (*_triples([*first, *bones], 0), *_triples(signs, _BASE**3))


def _triples(signs: list[int], offset: int) -> set[int]:
    padded = [_EDGE, *signs, _EDGE]
    return {
        offset + (a * _BASE + b) * _BASE + c
        for a, b, c in zip(padded, padded[1:], [*padded[2:], 0], strict=False)
    }


def _syllable_signs(syllables: Iterable[str]) -> list[int]:
    """Signs of pinyin syllables as names use them: er is r or l, ng is n, q a kind of s."""
    letters = ("r" if s == "er" else s.lstrip("wy") or s for s in syllables)
    plain = "".join(letters).replace("ng", "n").replace("q", "c")
    return [_SIGNS[c] for c in read_word(plain, "Latn", "") if c in _SIGNS]


def name_grams(text: str, lang: str) -> tuple[int, ...]:
    """The grams of a name, each once, below `GRAMS`. Raises `NameTooLong`."""
    check_length(text)
    grams: set[int] = set()
    if hanzi_of(text):
        for part in hanzi_parts(text):
            grams.update(_grams(_syllable_signs((readings(c) or ("",))[0] for c in part)))
        return tuple(grams)
    subtag = lang.split("-")[0].replace("und", "")
    words = [(w, s) for w, s in words_of(text) if s in _LETTERS][: 4 * MAX_WORDS]
    for word, script in words:
        grams.update(_word_grams(word, script, subtag))
    return tuple(grams)


def _query_grams(text: str, lang: str) -> tuple[int, ...]:
    """As for the index; a Latin query that may be pinyin also gets the triples of that reading."""
    grams = set(name_grams(text, lang))
    if not hanzi_of(text):
        grams.update(_grams(_syllable_signs(split_pinyin(text))))
    return tuple(grams)


class Index:
    """A search index over names, held in memory. Make one with `Index.build`."""

    def __init__(self, names: Sequence[Name], at: NDArray[np.int64], lists: NDArray[np.int32],
                 norm: NDArray[np.float32]) -> None:  # fmt: skip
        self._names, self._at, self._lists, self._norm = names, at, lists, norm
        seen = np.diff(at)
        self._weight = np.log((len(names) + 1) / (seen + 1)).astype(np.float32)

    @classmethod
    def build(cls, names: Sequence[Name]) -> "Index":
        """Index `names`: texts, or (text, BCP 47 tag). Raises `NameTooLong` above 256 characters."""
        sizes = np.empty(len(names), np.int64)
        parts: list[int] = []
        for i, name in enumerate(names):
            grams = name_grams(*_pair(name))
            sizes[i] = len(grams)
            parts.extend(grams)
        flat = np.fromiter(parts, np.int32, len(parts))
        owners = np.repeat(np.arange(len(names), dtype=np.int32), sizes)
        order = np.argsort(flat, kind="stable")
        at = np.searchsorted(flat[order], np.arange(GRAMS + 1))
        norm = (1 / np.sqrt(sizes + 6.0)).astype(np.float32)
        return cls(names, at.astype(np.int64), owners[order], norm)

    def __len__(self) -> int:
        return len(self._names)

    def search(self, query: str, k: int = 10, lang: str = "") -> tuple[Ranked, ...]:
        """The `k` names most like `query`, best first, with their positions and scores.

        Raises `NameTooLong` for a query of more than 256 characters.
        """
        found = self._shortlist(query, lang)
        if not len(found):
            return ()
        scorer = Scorer([(query, lang), *(self._names[i] for i in found)])
        right = np.arange(1, len(found) + 1, dtype=np.int32)
        scores = scorer.scores(np.zeros(len(found), np.int32), right)
        best = np.lexsort((found, -scores))[:k]
        return tuple(Ranked(int(found[i]), float(scores[i])) for i in best)

    def _shortlist(self, query: str, lang: str) -> NDArray[np.int64]:
        grams = np.array(sorted(_query_grams(query, lang)), np.int64)
        total = np.zeros(len(self._names), np.float32)
        k: Any = kernel()
        k.add_lists(grams, self._at, self._lists, self._weight, total)
        total *= self._norm
        most = min(_SHORTLIST, len(total))
        best = np.argsort(total) if most == len(total) else np.argpartition(total, -most)[-most:]
        kept: NDArray[np.int64] = best[total[best] > 0].astype(np.int64)
        return kept


def _pair(name: Name) -> tuple[str, str]:
    return name if isinstance(name, tuple) else (name, "")
