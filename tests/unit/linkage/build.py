"""Small made-up mentions for the linkage tests."""

from datetime import date
from typing import Any
from uuid import UUID

from aigaq.linkage.types import LinkRecord

LIST_A, LIST_B, LIST_C = (UUID(int=1000 + n) for n in range(3))


def make_mention(number: int, source: UUID, *names: str, **known: Any) -> LinkRecord:
    return LinkRecord(UUID(int=number), source, tuple((name, "") for name in names), **known)


def on(year: int, month: int = 0, day: int = 0) -> tuple[date, date]:
    if day:
        return (date(year, month, day),) * 2
    if month:
        return date(year, month, 1), date(year, month, 28)
    return date(year, 1, 1), date(year, 12, 31)


def fill(count: int, source: UUID, start: int) -> list[LinkRecord]:
    """Strangers, all with names of their own, so that the few in question aren't the whole archive."""
    return [
        make_mention(start + n, source, f"{_coin(n)} {_coin(n * 7 + 3)}", birth=on(1900 + n % 60))
        for n in range(count)
    ]


def _coin(number: int) -> str:
    letters = "BDFGKLMNPRST"
    number = number * 2654435761 % 2**32
    return "".join(
        letters[number >> shift & 7] + "AEIO"[number >> shift & 3] for shift in (3, 9, 14, 20)
    )
