"""Make src/aigaq/names/data/places.tsv from the divisions of Xinjiang."""

import csv
from pathlib import Path

from aigaq.names.gazetteer import bare_place

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT.parent / "shared" / "data" / "places" / "xinjiang_divisions.csv"
OUT = ROOT / "src" / "aigaq" / "names" / "data" / "places.tsv"
LEVELS = {
    "رايونى", "ناھىيىسى", "شەھىرى", "ۋىلايىتى", "ئاپتونوم", "ئوبلاستى", "قالاسى",
    "қаласы", "ауданы", "аймағы", "автономиялық", "облысы",
}  # fmt: skip
HEAD = """\
# Counties of Xinjiang: Chinese name without its level, other name, its language, who vouches for it.
# "unreviewed" waits for a native speaker. From packages under MIT and BSD licences and GeoNames
# (CC BY 4.0). Made by analysis/names/src/places.py.
"""


def main():
    """Write one row for each name that a Chinese county name also goes by."""
    rows = set()
    with SOURCE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for key, lang in (("ug_arab", "ug-Arab"), ("kk_cyrl", "kk-Cyrl")):
                name = " ".join(w for w in row[key].split("(")[0].split() if w not in LEVELS)
                source = row["ug_source" if key == "ug_arab" else "kk_source"]
                if name and row["level"] != "region":
                    rows.add((bare_place(row["zh_hans"]), name, lang, source))
    OUT.write_text(HEAD + "".join("\t".join(r) + "\n" for r in sorted(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
