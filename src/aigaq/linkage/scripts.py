"""Names in different scripts or languages: there the names room compares, where one alphabet can't."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from aigaq.linkage.types import LinkRecord
from aigaq.names import score_pairs as score_names
from aigaq.names import script_of

type Bits = npt.NDArray[np.float64]

# A name alone, spelt across scripts, never weighs more than this.
_MOST = 14.0
_UNSURE = 1e-6


def weigh_across_scripts(
    records: Sequence[LinkRecord], left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> Bits:
    """Return the evidence of names for each pair that has forms of different scripts or languages.

    Args:
        records: mentions.
        left, right: places in `records`, one a pair.

    Returns:
        Log-odds, in bits, of the likeliest such pair of forms, at most 14; −∞ for pairs without any, and
        where the names room doubts all of them: it says what is alike, not how unlike the rest is.
    """
    forms = [
        [(text, lang, script_of(text)) for text, lang in record.names if text] for record in records
    ]
    bits = np.full(len(left), -np.inf)
    asked: list[tuple[str, str, str, str]] = []
    pair_of: list[int] = []
    for pair, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        found = list(_list_crossings(forms[one], forms[other]))
        asked.extend(found)
        pair_of.extend([pair] * len(found))
    if asked:
        scores = np.clip(np.asarray(score_names(asked), dtype=np.float64), _UNSURE, 1 - _UNSURE)
        np.maximum.at(bits, pair_of, np.minimum(np.log2(scores / (1 - scores)), _MOST))
    return np.where(bits > 0, bits, -np.inf)


def _list_crossings(
    left: Sequence[tuple[str, str, str]], right: Sequence[tuple[str, str, str]]
) -> Iterator[tuple[str, str, str, str]]:
    for a, lang_a, script_a in left:
        for b, lang_b, script_b in right:
            if script_a != script_b or lang_a != lang_b:
                yield a, b, lang_a, lang_b
