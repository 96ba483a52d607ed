"""The consonants of a word, and how far two words of one script are apart in them.

Who writes a name anew in the same script changes its vowels and voices a consonant (Murat, Murad; Perhat,
Farhad); another consonant is mostly another name (Gülnara, Gülsara). Classes and costs are by hand, from
the spelling habits of the region: voiced and voiceless ones are one class, h and what vowels glide into
come and go, ng is n. In pinyin r and l are one, and q, x stand with j.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.symbols import SYMBOLS

OTHER_CONSONANT: Final = 2
"""From this distance on two words differ in a consonant."""
_CLASSES: Final = (
    "bpf",
    "v",
    "w",
    "td",
    "szC",
    "šžčǰ",
    "j",
    "kg",
    "q",
    "xhğ",
    "l",
    "r",
    "m",
    "nŋ",
    "yY",
    "c",
    "X",
)
_SIZE: Final = len(_CLASSES) + 1
_CODE_OF: Final = {c: code for code, group in enumerate(_CLASSES, 1) for c in group}
_FREE: Final = (
    "bv",
    "vw",
    "sc",
    "cš",
    "ck",
    "cq",
    "jš",
    "jy",
    "šy",
    "kq",
    "kx",
    "qx",
    "Xx",
    "Xk",
    "Xq",
    "Xs",
    "Xš",
)
_HALF: Final = ("sš", "bw", "vm", "jk")
_FREE_IN_PINYIN: Final = ("lr", "qš", "qj", "Xj", "Xs", "rš", "qX")
_DZH: Final = {(_CODE_OF["d"], _CODE_OF["ž"]), (_CODE_OF["d"], _CODE_OF["j"])}
_NG: Final = (_CODE_OF["n"], _CODE_OF["g"])
_NP: Final = (_CODE_OF["n"], _CODE_OF["p"])
_M: Final = _CODE_OF["m"]
_LOST_FREELY: Final = "wyY"
_LOST_EASILY: Final = "vxhğj"
_LOST_EASILY_IN_PINYIN: Final = "lrnkt"


def _costs(free: Iterable[str], easily: str, lost: int = OTHER_CONSONANT) -> NDArray[np.int32]:
    """Cost of one class for another, in halves of a consonant; row and column 0 are none at all."""
    costs = np.full((_SIZE, _SIZE), OTHER_CONSONANT, np.int32)
    costs[0] = costs[:, 0] = lost
    np.fill_diagonal(costs, 0)
    for pairs, cost in ((_HALF, 1), (free, 0)):
        for pair in pairs:
            first, second = (_CODE_OF[letter] for letter in pair)
            costs[first, second] = costs[second, first] = cost
    for letters, cost in ((easily, 1), (_LOST_FREELY, 0)):
        for letter in letters:
            costs[_CODE_OF[letter], 0] = costs[0, _CODE_OF[letter]] = cost
    return costs


COSTS: Final = np.stack(
    [
        _costs(_FREE, _LOST_EASILY),
        _costs(_FREE, _LOST_EASILY, lost=1),
        _costs((*_FREE, *_FREE_IN_PINYIN), _LOST_EASILY + _LOST_EASILY_IN_PINYIN),
    ]
)
"""Costs for two words of one script, of two (foreign spellings leave letters out), and in pinyin."""
ONE_SCRIPT, TWO_SCRIPTS, PINYIN = range(3)
_CODES: Final = tuple(_CODE_OF.get(symbol, 0) for symbol in SYMBOLS)


def bones(symbols: Iterable[int]) -> tuple[int, ...]:
    """Classes of the consonants among symbols, given by their places in ``SYMBOLS``.

    d before zh (Dzhambul) and g after n (ng) are spelling and left out; n before b or p is m.
    """
    codes = [code for symbol in symbols if (code := _CODES[symbol])]
    codes = [_M if two == _NP else two[0] for two in pairwise([*codes, 0])]
    pairs = zip([0, *codes], codes, [*codes[1:], 0], strict=False)
    return tuple(c for before, c, after in pairs if (c, after) not in _DZH and (before, c) != _NG)
