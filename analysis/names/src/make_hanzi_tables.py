"""Write the two Hanzi tables the names room ships, from well-kept public libraries.

    python analysis/names/src/make_hanzi_tables.py

``pinyin.tsv``: toneless readings of single Hanzi, from pypinyin (MIT), whose data come from the Unicode
Unihan database; the first reading of a character is the one pypinyin gives by default, unless
``hand/readings.tsv`` says which one transcribers of Turkic names use.
``simplified.tsv``: traditional to simplified, one character each, from OpenCC's dictionary
(opencc-python-reimplemented, Apache-2.0).
"""

import unicodedata
from collections import defaultdict
from importlib import resources
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

HERE = Path(__file__).resolve().parents[1]
SHIPPED = HERE.parents[1] / "src" / "aigaq" / "names" / "data"


def plain(syllable: str) -> str:
    """Return a tone-marked syllable without its tone, ü as v (``nǚ`` → ``nv``)."""
    decomposed = unicodedata.normalize("NFD", syllable.lower())
    letters = decomposed.replace("u\u0308", "v").replace("e\u0302", "e").replace("ɡ", "g")
    return "".join(c for c in letters if c.isalpha())


def is_whole(syllable: str) -> bool:
    """Tell syllables of Mandarin from Unihan's bare interjections (``m``, ``ng``, ``hng``)."""
    return any(c in "aeiouv" for c in syllable)


def read_simplified() -> dict[str, str]:
    text = (resources.files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    pairs = {}
    for line in text.splitlines():
        traditional, _, rest = line.partition("\t")
        simplified = rest.split(" ")[0]
        if len(simplified) == 1 and simplified != traditional and ord(traditional) < 0x10000:
            pairs[traditional] = simplified
    return {t: pairs.get(s, s) for t, s in pairs.items()}


def read_hand() -> dict[str, list[str]]:
    rows = (HERE / "hand" / "readings.tsv").read_text("utf-8").splitlines()
    return {r.split("\t")[0]: r.split("\t")[1].split() for r in rows if r and r[0] != "#"}


def read_readings(simplified: dict[str, str]) -> dict[str, list[str]]:
    hand = read_hand()
    readings = {}
    for code, marked in PINYIN_DICT.items():
        char = chr(code)
        if 0x4E00 <= code <= 0x9FFF and char not in simplified:
            plains = dict.fromkeys(p for s in marked.split(",") if is_whole(p := plain(s)))
            readings[char] = list(dict.fromkeys([*hand.get(char, []), *plains]))
    readings["〇"] = ["ling"]
    return {c: r for c, r in readings.items() if r}


def write(name: str, about: str, rows: list[tuple[str, ...]]) -> None:
    lines = [f"# {about}", "# Written by analysis/names/src/make_hanzi_tables.py; do not edit."]
    lines += ["\t".join(row) for row in rows]
    (SHIPPED / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    simplified = read_simplified()
    readings = read_readings(simplified)
    first, further = defaultdict(list), defaultdict(list)
    for char, syllables in sorted(readings.items()):
        first[syllables[0]].append(char)
        for syllable in syllables[1:3]:
            further[syllable].append(char)
    write(
        "simplified.tsv", "traditional, simplified (OpenCC, Apache-2.0)", sorted(simplified.items())
    )
    write(
        "pinyin.tsv",
        "syllable, Hanzi with it as first reading, Hanzi with it as a further one (pypinyin, MIT)",
        [(s, "".join(first[s]), "".join(further[s])) for s in sorted({*first, *further})],
    )


if __name__ == "__main__":
    main()
