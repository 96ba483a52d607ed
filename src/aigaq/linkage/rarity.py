"""How telling a word is: the rarer it is among the records, the more its agreement says."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from aigaq.linkage.spelling import find_variants

# As if every word had been met in one of 500 names, over 200 records: so that the rarity of a word in
# an archive of fifty people comes mostly from what names are like, and in a large one from its own.
_BACKGROUND_SHARE = 1 / 500
_BACKGROUND_RECORDS = 200
# A spelling differs in about one word of eleven between two accounts of one person.
_SPELT_DIFFERENTLY_BITS = 3.5


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of all records, numbered, with what agreement on each is worth.

    Attributes:
        number: word → its number.
        bits: worth of the very same word on both sides, by number.
        variant_bits: worth of a word agreeing with one of its variants, by number.
        variants: numbers of the variants, by number.
    """

    number: Mapping[str, int]
    bits: Sequence[float]
    variant_bits: Sequence[float]
    variants: Sequence[Sequence[int]]


def build_lexicon(holdings: Iterable[Iterable[str]]) -> Lexicon:
    """Weigh every word by how many records hold it.

    Args:
        holdings: for each record, its words; a word counts once for a record.

    Returns:
        Bits are −log₂ of the smoothed share of records with the word; for a variant, of the share with any
        of its spellings, less the cost of a spelling that differs. This is the term-frequency
        adjustment of Fellegi–Sunter linkage (Winkler 2000), word by word.
    """
    rows = [set(words) for words in holdings]
    counts = Counter(word for words in rows for word in words)
    words = sorted(counts)
    number = {word: place for place, word in enumerate(words)}
    near = find_variants(words)
    total = len(rows)
    return Lexicon(
        number=number,
        bits=[_weigh(counts[word], total) for word in words],
        variant_bits=[_weigh_variant(word, near.get(word, ()), counts, total) for word in words],
        variants=[[number[other] for other in near.get(word, ())] for word in words],
    )


def _weigh(count: int, total: int) -> float:
    seen = count + _BACKGROUND_SHARE * _BACKGROUND_RECORDS
    return log2((total + _BACKGROUND_RECORDS) / seen)


def _weigh_variant(word: str, near: Sequence[str], counts: Counter[str], total: int) -> float:
    among = _weigh(min(total, counts[word] + sum(counts[other] for other in near)), total)
    return among - _SPELT_DIFFERENTLY_BITS
