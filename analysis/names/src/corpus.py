"""Training pairs: permissive rows only, split by component so that no written form straddles."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from aigaq.names.scripts import fold, script_of

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "names"
HELD_OUT = 12  # one component in twelve


@dataclass(frozen=True, slots=True)
class Pair:
    """Two written forms of one name; `component` joins all groups that share a form."""

    left: str
    left_lang: str
    right: str
    right_lang: str
    kind: str
    group: str
    component: str

    @property
    def held_out(self) -> bool:
        """Whether the pair is kept from training, for development."""
        digest = hashlib.sha256(self.component.encode()).digest()
        return int.from_bytes(digest[:4]) % HELD_OUT == 0


def _rows() -> Iterator[dict[str, str]]:
    for file in ("train.csv", "extra_en_zh.csv"):
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                if "measure only" not in row["licence"]:
                    yield {"group": f"{file}:{number}", "kind": "person", **row}


def _components(rows: list[dict[str, str]]) -> dict[str, str]:
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = x = parent[parent[x]]
        return x

    for row in rows:
        for name in (row["name_a"], row["name_b"]):
            form = f"form:{fold(name)}"
            if len(form) > 6:  # one- and two-letter forms would glue everything together
                parent[find(row["group"])] = find(form)
    return {row["group"]: find(row["group"]) for row in rows}


def load_pairs() -> list[Pair]:
    """All permissive pairs, in the order of the files."""
    rows = [r for r in _rows() if len(r["name_a"]) < 60 and len(r["name_b"]) < 60]
    component = _components(rows)
    return [
        Pair(
            r["name_a"],
            r["lang_a"],
            r["name_b"],
            r["lang_b"],
            r["kind"],
            r["group"],
            component[r["group"]],
        )
        for r in rows
    ]


_LETTERS = dict(zip("abcdefgijklmnopqrstuvwxyz", "abkdefgiǰklmnopkrstuwwxyz", strict=True))


def respell_uyghur(word: str, rng: Random) -> str:
    """A Latin word read letter by letter as Uyghur writers read foreign names, as symbols.

    Whether c before e or i is s, h is خ or ھ, ph is f, and a first cluster is broken up with i differs
    from writer to writer; one habit is drawn at random.
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", fold(word)) if c.isascii())
    habit = rng.random()
    plain = plain.replace("sh", "š").replace("ch", "č" if habit < 0.6 else "kh")
    if habit < 0.5:
        plain = re.sub("c(?=[eiy])", "s", plain.replace("ph", "f").replace("th", "t"))
    out = "".join(_respell_letter(c, habit) for c in plain)
    out = re.sub(r"(.)\1+", r"\1", out)
    if rng.random() < 0.5:
        out = re.sub("^([^aeiou])([^aeiouyx])", r"\1i\2", out)
    if rng.random() < 0.3:
        out = re.sub("([iu])([aeo])", lambda m: m[1] + {"i": "y", "u": "w"}[m[1]] + m[2], out)
    return out


def _respell_letter(char: str, habit: float) -> str:
    if char == "h":
        return "x" if habit < 0.6 else "h"
    if char == "x":
        return "ks"
    if char == "w" and habit > 0.8:
        return "u"
    return char if char in "šč" else _LETTERS.get(char, "")


def script(name: str) -> str:
    """A, C, L or H for the script of a name, "" for any other."""
    return {"Arab": "A", "Cyrl": "C", "Latn": "L", "Hans": "H"}.get(script_of(name), "")
