"""Relatives: they share a surname, a father, a house and often the day they were taken; twins a birthday too.

Evidence that relatives share does not add up to one person, however much of it there is. So each pair is
weighed against a second explanation: two relatives, one of whom the other account leaves out.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

type Bits = npt.NDArray[np.float64]

_SHARED_BY_RELATIVES = (
    "taken", "death", "place_birth", "place_residence", "place_taken", "place_held", "place_death",
    "mother", "sibling", "nationality", "event",
)  # fmt: skip
# About one recorded person in ten has a relative on record who was taken along; about one in 350 has one of
# the very same name (79 of 8,628 rows of one Argentine list share their name, relatives or not), and that
# one is mistaken for the person only where the person is missing from the other source. Such namesakes are a
# generation apart, not of one age.
_RELATIVE = np.log2(1 / 10)
_NAMESAKE = np.log2(1 / 1000)
_NAMESAKE_OF_ONE_AGE = -4.0
# One birth in 80 is of twins.
_TWIN = np.log2(1 / 10 / 40)


def weigh_family(
    bits: Mapping[str, Bits],
    shared_words: Bits,
    fit: npt.NDArray[np.bool_],
    birth_apart: Bits,
    start: float,
) -> Bits:
    """Return, for each pair, what the thought of relatives takes from the odds of one person.

    Args:
        bits: comparison → bits of each pair.
        shared_words: bits of the words that both names have.
        fit: whether every word of the shorter name is in the other.
        birth_apart: of each pair, 1 where a generation lies between the births, 0 where less does, NaN
            where a side says nothing.
        start: log-odds that any two records are one person.

    Returns:
        −log₂(1 + odds of relatives) for each pair: 0 or less.
    """
    shared = np.maximum(shared_words, 0)
    same_age = np.where(birth_apart == 0, _NAMESAKE_OF_ONE_AGE, 0.0)
    relative = np.where(fit, _NAMESAKE + same_age, _RELATIVE)
    common = np.zeros(len(shared))
    for name in _SHARED_BY_RELATIVES:
        if name in bits:
            common += np.maximum(bits[name], 0)
    odds: Bits = start + relative + shared + common
    if "birth" in bits:
        twins = start + _TWIN + shared + common + np.maximum(bits["birth"], 0)
        odds = np.logaddexp2(odds, np.where(fit, -np.inf, twins))
    return np.negative(np.logaddexp2(0.0, odds))
