"""Identity numbers taken apart: what two of them share, where they aren't the same number."""

import re
from dataclasses import dataclass
from datetime import date

_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z*]")
_RESIDENT = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dX]")
_FORMER = re.compile(r"[1-9]\d{14}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number and, where it is a PRC resident number (GB 11643), its parts.

    Attributes:
        text: digits and capitals alone, or "" where too short to say anything.
        county: the six digits of the county it was issued in, or "".
        birth: YYYYMMDD, or "".
        sex: `male` or `female`, or "".
        holds: whether the check digit is right; False for numbers of other kinds.
    """

    text: str
    county: str = ""
    birth: str = ""
    sex: str = ""
    holds: bool = False


def read_number(text: str) -> IdentityNumber:
    """Read an identity number as written, with spaces, dashes or small letters.

    A resident number of the former kind (15 digits, until 1999) has two digits for the year and no check.
    Parts are given only where they can be: a birth that is no day of the calendar isn't one.
    """
    plain = _NOT_IN_NUMBERS.sub("", text.upper())
    if len(plain) < _SHORTEST:
        return IdentityNumber("")
    if _RESIDENT.fullmatch(plain) and _is_day(plain[6:14]):
        return IdentityNumber(
            plain, plain[:6], plain[6:14], _sex(plain[16]), plain[17] == check_digit(plain)
        )
    if _FORMER.fullmatch(plain) and _is_day("19" + plain[6:12]):
        return IdentityNumber(plain, plain[:6], "19" + plain[6:12], _sex(plain[14]))
    return IdentityNumber(plain)


def check_digit(number: str) -> str:
    """Return the check digit of an 18-digit resident number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def _sex(digit: str) -> str:
    return "male" if int(digit) % 2 else "female"


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
