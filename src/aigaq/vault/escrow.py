"""A secret key in shares of words (SLIP-39): some together give it back, fewer give nothing away."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from aigaq.vault.keypairs import keypair_of

_SECRET_BYTES = 32
_NUMBERED = re.compile(r"\b\d+\.\s*([a-z]+)")
_COLUMNS = 3


class BadShares(Exception):
    """The shares are mistyped, too few, or do not belong together."""


def make_shares(needed: int, total: int) -> tuple[str, Sequence[str]]:
    """Make a fresh key and split it.

    Args:
        needed: how many shares give it back.
        total: how many there are, 2 to 16.

    Returns:
        Its public key (`age1…`), and a line of 33 words a share.

    Raises:
        ValueError: fewer than two are needed, or more than there are.
    """
    if not 2 <= needed <= total <= 16:
        raise ValueError("at least 2 shares are needed, and at most 16 can be made")
    secret = os.urandom(_SECRET_BYTES)
    (shares,) = generate_mnemonics(1, [(needed, total)], secret)
    return keypair_of(secret)[1], shares


def join_shares(shares: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Return the (secret, public) keys that shares give back: one, or more where shares of several are given.

    SLIP-39 wants exactly as many as are needed. Whoever has more may give them all, also one of an older key
    among them: every choice of shares with the same header is tried, and a wrong one fails SLIP-39's digest.

    Args:
        shares: lines of words, or whole sheets with numbered words.

    Raises:
        BadShares: they are mistyped, too few, or of different keys.
    """
    words = sorted({_words(text) for text in shares})
    sets = defaultdict(list)
    for share in filter(None, map(_read, words)):
        sets[share.group_parameters()].append(share.mnemonic())
    choices = (combinations(held, header.member_threshold) for header, held in sets.items())
    keys = {key for chosen in chain.from_iterable(choices) if (key := _combine(chosen))}
    if not keys:
        mistyped = len(words) - sum(map(len, sets.values()))
        raise BadShares(
            f"{mistyped} of the {len(words)} given are none or have a word wrong, and the others are too "
            "few or not of one key"
        )
    return sorted(keys)


def is_share(text: str) -> bool:
    """Return whether a line of words or a sheet is a share without a mistake: its checksum says so."""
    return _read(_words(text)) is not None


def _read(words: str) -> Share | None:
    try:
        return Share.from_mnemonic(words)
    except (MnemonicError, ValueError):
        return None


def _combine(shares: Sequence[str]) -> tuple[str, str] | None:
    try:
        return keypair_of(combine_mnemonics(shares))
    except (MnemonicError, ValueError):
        return None


def _words(text: str) -> str:
    numbered = _NUMBERED.findall(text.lower())
    return " ".join(numbered or text.lower().split())


def number_words(share: str) -> str:
    """Return a share's words numbered, in columns that can be read out and checked off."""
    cells = [f"{place:2}. {word:<10}" for place, word in enumerate(share.split(), start=1)]
    rows = [cells[start : start + _COLUMNS] for start in range(0, len(cells), _COLUMNS)]
    return "\n".join("".join(row).rstrip() for row in rows)
