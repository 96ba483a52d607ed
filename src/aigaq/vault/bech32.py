"""Bech32 (BIP 173), the text form of age's X25519 keys: a prefix, 32 bytes, a checksum. No length limit."""

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PLACES = {letter: place for place, letter in enumerate(_LETTERS)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LETTERS = 6


def encode_bech32(prefix: str, data: bytes) -> str:
    """Return `data` under a lower-case prefix (BIP 173, “Bech32”)."""
    digits = _regroup(list(data), 8, 5, pad=True)
    checked = _spread(prefix) + digits + [0] * _CHECK_LETTERS
    sum_ = _polymod(checked) ^ 1
    check = [(sum_ >> 5 * (5 - place)) & 31 for place in range(_CHECK_LETTERS)]
    return prefix + "1" + "".join(_LETTERS[digit] for digit in digits + check)


def decode_bech32(prefix: str, text: str) -> bytes:
    """Return the bytes under a prefix.

    Args:
        prefix: the one expected, in lower case.
        text: all in lower or all in upper case.

    Raises:
        ValueError: another prefix, a letter that is none, mixed case, a wrong checksum or stray bits.
    """
    if text not in (text.lower(), text.upper()):
        raise ValueError("the key mixes upper and lower case")
    head, _, tail = text.lower().rpartition("1")
    if head != prefix or len(tail) < _CHECK_LETTERS or set(tail) - set(_LETTERS):
        raise ValueError(f"this is no key that begins with {prefix}1")
    digits = [_PLACES[letter] for letter in tail]
    if _polymod(_spread(prefix) + digits) != 1:
        raise ValueError("the key is mistyped: its checksum is wrong")
    return bytes(_regroup(digits[:-_CHECK_LETTERS], 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _polymod(digits: list[int]) -> int:
    sum_ = 1
    for digit in digits:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ digit
        for place, generator in enumerate(_GENERATORS):
            sum_ ^= generator if (top >> place) & 1 else 0
    return sum_


def _regroup(digits: list[int], from_bits: int, to_bits: int, *, pad: bool) -> list[int]:
    held, bits, found = 0, 0, []
    for digit in digits:
        held, bits = held << from_bits | digit, bits + from_bits
        while bits >= to_bits:
            bits -= to_bits
            found.append(held >> bits & (1 << to_bits) - 1)
    rest = held & (1 << bits) - 1
    if pad and bits:
        found.append(rest << to_bits - bits)
    elif not pad and (bits >= from_bits or rest):
        raise ValueError("the key has stray bits")
    return found
