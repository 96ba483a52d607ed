"""Canonical JSON (RFC 8785) for everything that is hashed. No floats: their text form is not stable."""

import json
from collections.abc import Mapping, Sequence

type Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"] | None


def canonical_json(value: Json) -> bytes:
    """Return the RFC 8785 form of `value` in UTF-8.

    Args:
        value: strings, integers within ±(2**53 − 1), booleans, None, lists, and mappings with ASCII keys
            (for which Python's key order is RFC 8785's UTF-16 order).

    Raises:
        ValueError: it holds a float, a key that is not ASCII, an integer out of range or a lone surrogate.
    """
    _check(value)
    return _ENCODE(value).encode("utf-8")


# Made once: `json.dumps` would build an encoder at every call, and a claim takes a dozen calls.
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def _check(value: Json) -> None:
    if type(value) is str:  # nearly always
        return
    if isinstance(value, float):
        raise ValueError("canonical JSON holds no floats; write the number as text")
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError(f"{value} is too large for canonical JSON; write it as text")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not key.isascii():
                raise ValueError(f"the key {key!r} is not ASCII")
            _check(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            _check(inner)
