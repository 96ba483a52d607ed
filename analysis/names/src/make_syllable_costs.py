"""Write how rare each pinyin syllable is in transcribed names: ``syllable_costs.tsv``.

    python analysis/names/src/make_syllable_costs.py

Counts first readings over the Hanzi forms of the permissive rows of ../shared/data/names/train.csv,
adds one to each syllable, and writes -10 log2 of its share: what cutting the
passport spelling NUERBAHETI needs.
"""

import csv
import math
from collections import Counter
from pathlib import Path

from aigaq.names.pinyin import hanzi_syllables
from aigaq.names.scripts import fold
from aigaq.names.tables import read_rows

ROOT = Path(__file__).resolve().parents[3]
TRAIN = ROOT.parent / "shared" / "data" / "names" / "train.csv"
OUT = ROOT / "src" / "aigaq" / "names" / "data" / "syllable_costs.tsv"


def read_hanzi() -> set[str]:
    with TRAIN.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if "measure only" not in r["licence"]]
    sides = {(r["name_a"], r["lang_a"]) for r in rows} | {(r["name_b"], r["lang_b"]) for r in rows}
    return {fold(name) for name, lang in sides if lang == "zh-Hans"}


def main() -> None:
    counts = Counter(s[0] for name in read_hanzi() for s in hanzi_syllables(name))
    known = [row[0] for row in read_rows("pinyin.tsv")]
    total = sum(counts.values()) + len(known)
    lines = [
        "# syllable, -10 log2 of its share among the syllables of transcribed names",
        "# Written by analysis/names/src/make_syllable_costs.py; do not edit.",
    ]
    for syllable in known:
        lines.append(f"{syllable}\t{round(-10 * math.log2((counts[syllable] + 1) / total))}")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
