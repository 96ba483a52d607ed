"""The sources table: kinds, voices and language tags in our vocabulary."""

import re
from urllib.parse import urlsplit

_KINDS = {
    "encyclopaedia": "encyclopaedia",
    "press": "press_article",
    "scholarly": "scholarly_article",
    "book": "book",
    "archive database": "database",
}  # every other kind is a page of a library, museum, school, institute or private site: web_page
_VOICES = {"press": "press", "other": "unknown", "archive database": "list"}
_VOICES |= {"memoir": "relative", "government": "official"}
_SCRIPTS = {"zh": "Hans", "ja": "Jpan", "ko": "Kore", "th": "Thai", "fa": "Arab", "ar": "Arab"}
_SCRIPTS |= dict.fromkeys(("ru", "kk", "ky", "uk", "bg", "ug"), "Cyrl")
_ARABIC_EDITION = re.compile(r"/tote/|/tt/|//ar\.")
_LATIN_EDITION = re.compile(r"/latyn/|//lat\.|/lat/|/lt/")
_WIKIPEDIA = re.compile(r"wikipedia|machine copy|mirror|wiki", re.IGNORECASE)
_DATE_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(\d\d)(?:/(\d\d))?/")

COLUMNS = [
    "key",
    "kind",
    "title",
    "citation",
    "url",
    "lang",
    "voice",
    "licence",
    "dated",
    "independent_of",
]


def describe_source(cells: dict[str, str], hand: dict[str, str]) -> dict[str, object]:
    """Return one row of `sources.csv`.

    Args:
        cells: the row of the compiled sources.
        hand: column → value set by hand for this source (`hand/sources.csv`).
    """
    url = cells["url"]
    row: dict[str, object] = {
        "key": cells["source_key"],
        "kind": _KINDS.get(cells["kind"], "web_page"),
        "title": cells["title"],
        "citation": cite(cells["title"], url),
        "url": url,
        "lang": tag_of(cells["language"], url),
        "voice": voice_of(cells),
        "licence": "Facts only; the wording is the compiler's own",
        "dated": date_in(url),
        "independent_of": "",
    }
    return row | hand


def cite(title: str, url: str) -> str:
    """Return a one-line citation: the title, and the site it was read on."""
    host = urlsplit(url).netloc.removeprefix("www.")
    return f"{title}. {host}" if host else title


def voice_of(cells: dict[str, str]) -> str:
    """Return who speaks: nobody known for copies of Wikipedia, the institution's authors elsewhere."""
    if cells["kind"] == "encyclopaedia" and _WIKIPEDIA.search(cells["title"] + cells["url"]):
        return "unknown"
    return _VOICES.get(cells["kind"], "researcher")


def tag_of(language: str, url: str) -> str:
    """Return the language tag with the script the source's edition is written in."""
    if not language:
        return ""
    script = _SCRIPTS.get(language, "Latn")
    if script == "Cyrl" and _ARABIC_EDITION.search(url):
        script = "Arab"
    if script == "Cyrl" and _LATIN_EDITION.search(url):
        script = "Latn"
    return f"{language}-{script}"


def date_in(url: str) -> str:
    """Return the date an address carries (`/2020/09/25/`), or ""."""
    found = _DATE_IN_ADDRESS.search(url)
    return "-".join(part for part in found.groups() if part) if found else ""
