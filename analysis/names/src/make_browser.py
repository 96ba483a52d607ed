"""Build the browser twin: the tables of Python and ``core.js`` as one module and one script.

    python analysis/names/src/make_browser.py [--check]

Writes ``aigaq-names.mjs`` (ES module) and ``aigaq-names.js`` (classic script, everything under
``aigaqNames``, for pages opened from ``file://``). With ``--check`` writes nothing and fails if they
are out of date.
"""

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from aigaq.names import affixes, harmony, phones, pinyin, scripts
from aigaq.names.parse import _FATHER_ENDINGS
from aigaq.names.tables import read_rows

# The package offers functions named like these modules, which hides them from a plain import.
keys_module = import_module("aigaq.names.keys")
BROWSER = Path(scripts.__file__).parent / "browser"
HEADER = (
    "/* Aigaq names in the browser. Written by analysis/names/src/make_browser.py from core.js and\n"
    " * the tables of src/aigaq/names/data; do not edit. Readings of Hanzi from pypinyin (MIT),\n"
    " * simplified forms from OpenCC (Apache-2.0). */\n"
)
# What Python's str.casefold does beyond lower(), which is all JavaScript has.
CASEFOLD = {
    c: c.casefold()
    for c in map(chr, range(0x110000))
    if not 0xD800 <= ord(c) <= 0xDFFF and c.casefold() != c.lower()
}
INITIAL_PHONES = dict(
    pair.split(":")
    for pair in "b:b p:p m:m f:f d:d t:t n:n l:l g:g k:k h:x j:ǰ q:č x:š zh:ǰ ch:č sh:š r:r z:z c:c s:s"
    " y:y w:w".split()
)
FINAL_PHONES = dict(
    pair.split(":")
    for pair in "ai:ay ei:ey ao:aw ou:ow v:ü ang:aŋ eng:eŋ ong:oŋ er:r ia:ya ie:ye iao:yaw iu:yu ian:yan"
    " iang:yaŋ ing:iŋ iong:yoŋ ua:wa uo:o uai:way ui:uy uan:wan uang:waŋ ue:üe ve:üe".split()
)
KINDS = ["aä", "eiıy", "oöuüw", "bp", "fv", "m", "dt", "nŋ", "lr", "szc", "šžčǰ", "gkqğxh"]


def chars(mapping: dict[int, Any]) -> dict[str, str]:
    return {chr(code): value or "" for code, value in mapping.items()}


def source(pattern: re.Pattern[str]) -> str:
    return pattern.pattern


def list_affixes() -> list[list[Any]]:
    kinds = ("ending", "honorific", "child-of", "clan", "clan-word")
    return [
        [kind, name, [scripts.fold(form) for form in forms.split()]]
        for kind, name, forms in read_rows("affixes.tsv")
        if kind in kinds
    ]


def list_pinyin() -> list[list[Any]]:
    costs = pinyin._syllable_costs()
    return [[row[0], (*row, "")[1], costs[row[0]]] for row in read_rows("pinyin.tsv")]


def make_tables() -> dict[str, Any]:
    return {
        "scripts": scripts._SCRIPTS,
        "before": chars(scripts._BEFORE),
        "after": chars(scripts._AFTER),
        "casefold": CASEFOLD,
        "traditional": "".join(chr(code) for code in scripts._SIMPLIFIED),
        "simplified": "".join(scripts._SIMPLIFIED.values()),
        "trueTwins": "".join(sorted(scripts._TRUE_TWINS)),
        "toLatin": {chr(a): chr(b) for a, b in scripts._TO_LATIN.items()},
        "toCyrillic": {chr(a): chr(b) for a, b in scripts._TO_CYRILLIC.items()},
        "hehVowels": "".join(sorted(scripts._ARABIC_VOWELS)),
        "harmonic": source(harmony._HARMONIC),
        "underHamza": source(harmony._UNDER_HAMZA),
        "elements": list(read_rows("tote_elements.tsv")),
        "graphemes": [list((*row, "", "")[:5]) for row in read_rows("graphemes.tsv")],
        "letterVowels": phones._LETTER_VOWELS,
        "frontLetters": phones._FRONT,
        "habits": sorted(phones._HABITS),
        "glides": [[source(p), by.replace("\\1", "$1")] for p, by in phones._GLIDES],
        "latinSigns": [[source(p), habit] for p, habit in phones._LATIN_SIGNS],
        "uyghurArabic": source(phones._UYGHUR_ARABIC),
        "kazakhArabic": source(phones._KAZAKH_ARABIC),
        "arabicOnly": source(phones._ARABIC_ONLY),
        "affixes": list_affixes(),
        "fatherEndings": _FATHER_ENDINGS,
        "shortestStem": affixes._SHORTEST_STEM["ending"],
        "pinyin": list_pinyin(),
        "syllableCost": pinyin._SYLLABLE_COST,
        "spellings": pinyin._SPELLINGS,
        "keys": {
            "phoneClass": keys_module._CLASS,
            "initialClass": keys_module._INITIAL_CLASS,
            "palatal": keys_module._PALATAL,
            "familyHanzi": "".join(keys_module._FAMILY_HANZI),
            "placeHanzi": keys_module._PLACE_HANZI,
            "shortestPlace": keys_module._SHORTEST_PLACE,
            "mostKeys": keys_module._MOST_KEYS,
            "shortestWide": keys_module._SHORTEST_WIDE,
            "longestKey": keys_module._LONGEST_KEY,
            "ambiguous": [[source(p), by] for p, by in keys_module._AMBIGUOUS],
        },
        "initialPhones": INITIAL_PHONES,
        "finalPhones": FINAL_PHONES,
        "kinds": KINDS,
    }


def build() -> dict[str, str]:
    tables = json.dumps(make_tables(), ensure_ascii=False, separators=(",", ":"))
    core = (BROWSER / "core.js").read_text(encoding="utf-8")
    names = re.findall(r"^export (?:class|function|const) (\w+)", core, re.MULTILINE)
    bare = re.sub(r"^export ", "", core, flags=re.MULTILINE)
    const = f"const TABLES = {tables};\n"
    given = f"\nreturn {{ {', '.join(names)} }};\n"
    script = (
        f'{HEADER}"use strict";\nglobalThis.aigaqNames = (() => {{\n{const}{bare}{given}}})();\n'
    )
    return {"aigaq-names.mjs": HEADER + const + core, "aigaq-names.js": script}


def main() -> int:
    stale = [
        name
        for name, text in build().items()
        if not (BROWSER / name).exists() or (BROWSER / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        print(f"out of date: {', '.join(stale)}" if stale else "the browser twin is up to date")
        return bool(stale)
    for name, text in build().items():
        (BROWSER / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
