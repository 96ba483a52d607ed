"""Canonical JSON (RFC 8785) for everything that is hashed. No floats: their text form is not stable."""

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

type Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"] | None


def canonical_json(value: Json) -> bytes:
    """Return the RFC 8785 form of `value` in UTF-8.

    Args:
        value: strings, integers within ±(2**53 − 1), booleans, None, lists, and mappings with ASCII keys
            (for which Python's key order is RFC 8785's UTF-16 order).

    Raises:
        ValueError: it holds a float, a key that is not ASCII text, an integer out of range, a lone surrogate
            or anything that is not JSON (bytes, dates).
    """
    _check(value)
    return _ENCODE(value).encode("utf-8")


def canonical_pair(name: str, value: Json) -> bytes:
    """Return `canonical_json([name, value])`; quicker for text, of which a long list has a million."""
    if type(value) is str:
        return f"[{_QUOTE(name)},{_QUOTE(value)}]".encode()
    return canonical_json([name, value])


# The standard library's own C quoting, which `json.dumps` uses too; its escapes are RFC 8785's (§3.2.2.2).
_QUOTE = encode_basestring


def _plain(value: object) -> object:
    """Turn the mappings and sequences that `json` does not know into those it does."""
    return dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload]


# Made once: `json.dumps` would build an encoder at every call, and a claim takes a dozen calls.
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
).encode


def _check(value: Json) -> None:
    if type(value) is str:  # nearly always
        return
    if isinstance(value, float):
        raise ValueError("canonical JSON holds no floats; write the number as text")
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError(f"{value} is too large for canonical JSON; write it as text")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"the key {key!r} is not ASCII text")
            _check(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        for inner in value:
            _check(inner)
    elif value is not None and not isinstance(value, str):
        raise ValueError(f"canonical JSON holds no {type(value).__name__}; write it as text")
