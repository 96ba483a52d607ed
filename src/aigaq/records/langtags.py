"""Language tags: BCP 47 with script, kept as given (DESIGN §2, decision 9)."""

import re
from functools import lru_cache

from aigaq.records.errors import BadLanguageTag

_TAG = re.compile(
    r"[A-Za-z]{2,3}"  # language (or `und`)
    r"-(?P<script>[A-Za-z]{4})"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"  # variants
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"  # extensions, e.g. kk-Latn-t-kk-cyrl: transliterated
    r"(?:-x(?:-[A-Za-z0-9]{1,8})+)?"  # private use, e.g. und-Latn-x-mrz
)
_RIGHT_TO_LEFT = frozenset({"arab", "hebr", "thaa", "syrc"})


@lru_cache(maxsize=1024)
def check_tag(tag: str) -> str:
    """Return `tag` unchanged when it is BCP 47 (RFC 5646) with a script subtag.

    Tags are never normalised: `kk-Cyrl` must not become `kk`.

    Raises:
        BadLanguageTag: the tag is malformed or has no script.
    """
    if not _TAG.fullmatch(tag):
        raise BadLanguageTag(
            f"language tag {tag!r} needs a language and a script, for example kk-Cyrl or und-Latn"
        )
    return tag


def script_of_tag(tag: str) -> str:
    """Return the four-letter script of a checked tag, e.g. `Cyrl`."""
    match = _TAG.fullmatch(tag)
    return match.group("script").title() if match else ""


def direction(tag: str) -> str:
    """Return `rtl` or `ltr`, the direction in which text with this tag is set."""
    return "rtl" if script_of_tag(tag).lower() in _RIGHT_TO_LEFT else "ltr"
