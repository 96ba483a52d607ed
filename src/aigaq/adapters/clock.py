"""The wall clock."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day, UTC."""
    return now().date()
