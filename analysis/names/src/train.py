"""From the permissive training pairs to src/aigaq/names/data/model.npz. Seeded; see the README."""

import argparse
import math
import time
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
from calibrate import fit_odds
from corpus import load_pairs, respell_uyghur, script
from em import SYMBOLS, Columns, expect, first_guess, maximise

from aigaq.names.encode import SKIPS, Inventory, Piece, Word, read_words
from aigaq.names.kernel import build_lattice
from aigaq.names.known import frequency_key
from aigaq.names.params import UNIT, from_arrays
from aigaq.names.pinyin import readings
from aigaq.names.store import Packer
from aigaq.names.symbols import hanzi_of, read_word, words_of

OUT = Path(__file__).resolve().parents[3] / "src" / "aigaq" / "names" / "data" / "model.npz"
SEED = 20261123
ROUNDS = 8
FLOOR = 1e-7
HANZI_NORM, LETTER_NORM = 0.72, 0.85  # how much of the letters' own likelihood is taken off
DROPS = {"#ending": -0.3, "#title": -0.3, "#common": -1.0, "#word": -12.0}  # nats


def _plain(symbols, code):
    return Word(symbols, code, len(symbols), False, symbols)


def _alphabetic(name, lang):
    words = read_words(name, lang)
    return tuple(_plain(w.symbols, w.script) for w in words)


def _short(words, most=24):
    return 0 < sum(len(w.symbols) for w in words) <= most


def hanzi_pairs(pairs):
    """(Hanzi, words, weight): as given, respelt as Uyghur, and spelt out in pinyin."""
    rng = Random(SEED)
    out, spelt = {}, {}
    for p in pairs:
        a, la, b = (p.left, p.left_lang, p.right)
        if script(a) == "H":
            a, la, b = p.right, p.right_lang, p.left
        if script(b) != "H" or script(a) not in ("A", "C", "L"):
            continue
        hanzi, words = hanzi_of(b), _alphabetic(a, la)
        if not (0 < len(hanzi) <= 10 and _short(words)):
            continue
        out[hanzi, words] = 1.0
        if script(a) == "L":
            respelt = tuple(_plain(respell_uyghur(w, rng), "A") for w, _ in words_of(a))
            if _short(respelt) and all(w.symbols for w in respelt):
                out.setdefault((hanzi, respelt), 0.3)
        pinyin = read_word("".join((readings(c) or ("",))[0] for c in hanzi), "Latn", "")
        if pinyin and len(pinyin) <= 24:
            spelt.setdefault((hanzi, (_plain(pinyin, "L"),)), 0.1)
    return [(h, w, x) for (h, w), x in (spelt | out).items()]


def letter_pairs(pairs):
    """(words, words, weight) of two alphabetic names with as many words, Arabic < Cyrillic < Latin."""
    rng = Random(SEED)
    out, respelt = {}, {}
    for p in pairs:
        for name, lang in ((p.left, p.left_lang), (p.right, p.right_lang)):
            if script(name) == "L" and rng.random() < 0.4:
                said = tuple(_plain(respell_uyghur(w, rng), "A") for w, _ in words_of(name))
                words = _alphabetic(name, lang)
                if len(said) == len(words) and all(w.symbols for w in said) and _short(said, 20):
                    respelt[said, words] = 0.1
        if "H" in (script(p.left), script(p.right)):
            continue
        x, y = _alphabetic(p.left, p.left_lang), _alphabetic(p.right, p.right_lang)
        if len(x) != len(y) or not (_short(x, 20) and _short(y, 20)) or x == y:
            continue
        if x[0].script > y[0].script:
            x, y = y, x
        out[x, y] = 1.0
        if x[0].script == y[0].script:
            out[y, x] = 1.0
    return [(x, y, w) for (x, y), w in (respelt | out).items() if _short(y, 20)]


def column_names(hanzi, letters):
    """Empty, single letters, groups written often enough, words that stand for a Hanzi, skips."""
    groups, generic = Counter(), Counter()
    for _, words, _ in [*hanzi, *letters]:
        for w in words:
            for i in range(len(w.symbols)):
                for n in (2, 3, 4):
                    if i + n <= len(w.symbols):
                        groups[w.script + w.symbols[i : i + n]] += 1
    for _, words, weight in hanzi:
        if len(words) > 1 and weight == 1:
            generic.update(f"={w.script}{w.symbols}" for w in words if len(w.symbols) > 2)
    least = {2: 4, 3: 25, 4: 50}
    return (
        ["", *(s + x for s in "ACL" for x in SYMBOLS)]
        + [g for g, n in groups.most_common() if n >= least[len(g) - 1]]
        + sorted(g for g, n in generic.items() if n >= 6)
        + list(SKIPS)
    )


def row_names(hanzi):
    """The two insertion rows, letters, syllables, Hanzi seen at least four times."""
    seen = Counter(c for h, _, w in hanzi if w == 1 for c in h)
    chars = sorted(c for c, n in seen.items() if n >= 4 and readings(c))
    syllables = sorted({f"~{readings(c)[0]}" for c in seen if readings(c)} | _all_syllables())
    return ["+hanzi", "+letters", *(s + x for s in "ACL" for x in SYMBOLS), *syllables, *chars]


def _all_syllables():
    cjk = (chr(c) for c in range(0x4E00, 0x9FA6))
    return {f"~{r[0]}" for c in cjk if (r := readings(c))}


def letter_likelihood(columns, texts):
    """Log likelihood of each letter group under letters drawn alone, by script."""
    seen = Counter()
    for words, weight in texts:
        for w in words:
            for c in w.symbols:
                seen[w.script + c] += weight
    total = Counter()
    for letter, n in seen.items():
        total[letter[0]] += n

    def one(name):
        if name.startswith("="):
            return -3.0
        if not name or name.startswith("#"):
            return 0.0
        return sum(math.log((seen[name[0] + c] + 1) / total[name[0]]) for c in name[1:])

    return np.array([one(c) for c in columns])


def run_em(inventory, encoded, rows, first, last, insert, cols, **smoothing):
    """Probabilities of rows `first` to `last` after EM over (row piece, column piece, weight)."""
    packer = Packer(inventory, {})
    ids = [(packer._add(a), packer._add(b)) for a, b, _ in encoded]
    store = packer.pack(build_lattice)
    left, right = np.array(ids, np.int32).T
    weight = np.array([w for *_, w in encoded])
    block = [insert, *range(first, last)]
    names = [rows[i] for i in block]
    prob = np.zeros((len(rows), len(cols.names)))
    prob[block] = first_guess(names, 0, cols, letters=first == 2)
    family, identity = smoothing.pop("family"), smoothing.pop("identity")
    for turn in range(ROUNDS):
        count = np.zeros_like(prob)
        total = expect(store, left, right, weight, insert, prob, count)
        prob[block] = maximise(count[block], family, 0, cols, identity=identity, **smoothing)
        print(f"  round {turn}: {total / weight.sum():.3f} nats a pair", flush=True)
    return prob[block], block


def families(names):
    """Family number of each row: letters by symbol, Hanzi by syllable; 0 is the insertion row."""
    known = {"": 0}
    out = [0]
    for n in names[1:]:
        key = n if n.startswith("~") else f"~{readings(n)[0]}" if len(n) == 1 else n[1:]
        out.append(known.setdefault(key, len(known)))
    return np.array(out), known


def compress(weights, parents, base, least, group):
    """Sparse form of the weights: see `aigaq.names.params.expand`.

    Differences of less than 1/5 nat are dropped, and those below the floor, which is applied last;
    the kept ones have steps of 1/16 nat.
    """
    constants, at, columns, values = [], [0], [], []
    for row, parent in enumerate(parents):
        floor = least[0 if parent == -1 else 1]
        source = base[-1 - parent] if parent < 0 else weights[parent]
        difference = weights[row] - source
        constant = [_mode(difference[group == g]) for g in range(group.max() + 1)]
        source = source + np.array(constant)[group]
        rest = np.rint((weights[row] - source) / 4).astype(int)
        seen = (weights[row] > floor) | (source > floor)
        kept = np.flatnonzero((np.abs(rest) > 3) & seen)
        weights[row] = source
        weights[row, kept] += 4 * rest[kept]
        constants.append(constant)
        columns.append(kept)
        values.append(rest[kept])
        at.append(at[-1] + len(kept))
    return {
        "parent": np.array(parents, np.int16),
        "constant": np.array(constants, np.int16),
        "group": group.astype(np.int8),
        "at": np.array(at, np.int32),
        "column": np.concatenate(columns).astype(np.uint16),
        "value": np.concatenate(values).astype(np.int16),
        "base": np.array(base, np.int16),
        "least": np.array(least, np.int16),
    }


def _whole(nats):
    return np.rint(nats * UNIT / 4).astype(int) * 4


def _median(weights):
    return np.rint(np.median(weights, 0) / 4).astype(int) * 4


def _mode(values):
    kinds, counts = np.unique(values, return_counts=True)
    return kinds[counts.argmax()]


def word_caps(pairs):
    """Most that one shared word can be worth: minus log of the share of Wikidata's names that hold it.

    Spellings of all scripts that sound alike broadly are counted together.
    """
    seen: dict[str, set[str]] = {}
    for p in pairs:
        if p.kind != "person":
            continue
        for name, lang in ((p.left, p.left_lang), (p.right, p.right_lang)):
            for w in read_words(name, lang):
                seen.setdefault(frequency_key(w.written, w.symbols[: w.stem]), set()).add(p.group)
    total = len(set().union(*seen.values()))
    common = {w: len(g) for w, g in seen.items() if len(g) >= 2}
    return {w: round(-math.log(n / total) * UNIT) for w, n in sorted(common.items())}


def pack_text(lines):
    """Lines as bytes, for the data file."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def build(pairs, log=print):
    """All arrays of the data file but the calibration."""
    hanzi, letters = hanzi_pairs(pairs), letter_pairs(pairs)
    log(f"{len(hanzi)} Hanzi pairs, {len(letters)} letter pairs")
    columns, rows = column_names(hanzi, letters), row_names(hanzi)
    cols = Columns(columns)
    inventory = Inventory({n: i for i, n in enumerate(rows)}, {n: i for i, n in enumerate(columns)})
    first_hanzi = 2 + 3 * len(SYMBOLS)
    weights = np.full((len(rows), len(columns)), math.log(FLOOR) * UNIT)

    log("letters")
    encoded = [(inventory.piece(x), inventory.piece(y), w) for x, y, w in letters]
    names = ["+", *rows[2:first_hanzi]]
    family, known = families(names)
    identity = np.zeros((len(known), len(cols.pools)))
    for symbol, number in known.items():
        if symbol:
            identity[number, cols.pools[symbol]] = 5
    prob, block = run_em(
        inventory, encoded, rows, 2, first_hanzi, 1, cols,
        family=family, identity=identity, strength_own=30, strength_script=1e9,
    )  # fmt: skip
    norm = LETTER_NORM * letter_likelihood(columns, [(x + y, w) for x, y, w in letters])
    least = [_whole(math.log(FLOOR) - norm)]
    weights[block] = (np.log(np.maximum(prob, 1e-20)) - norm) * UNIT

    log("Hanzi")
    encoded = [
        (Piece(inventory.hanzi_rows(h)), inventory.piece(w), x)
        for h, w, x in hanzi
        if inventory.hanzi_rows(h)
    ]
    names = ["+", *rows[first_hanzi:]]
    family, known = families(names)
    prob, block = run_em(
        inventory, encoded, rows, first_hanzi, len(rows), 0, cols,
        family=family, identity=0, strength_own=8, strength_script=6,
    )  # fmt: skip
    norm = HANZI_NORM * letter_likelihood(columns, [(w, x) for _, w, x in hanzi])
    least.append(_whole(math.log(FLOOR) - norm))
    weights[block] = (np.log(np.maximum(prob, 1e-20)) - norm) * UNIT

    syllable = {n: i for i, n in enumerate(rows) if n.startswith("~")}
    parents = [
        syllable[f"~{readings(n)[0]}"]
        if len(n) == 1 and i >= first_hanzi
        else -1 - (i >= first_hanzi or i == 0)
        for i, n in enumerate(rows)
    ]
    weights = np.rint(weights / 4).astype(int) * 4
    base = [_median(weights[2:first_hanzi]), _median(weights[first_hanzi:])]
    caps = word_caps(pairs)
    group = np.where(cols.skip, 0, cols.script + 3 * cols.generic)
    return compress(weights, parents, base, least, group) | {
        "rows": pack_text(rows),
        "columns": pack_text(columns),
        "words": pack_text(list(caps)),
        "caps": np.array(list(caps.values()), np.int16),
        "drops": np.array([round(DROPS[s] * UNIT) for s in SKIPS], np.int16),
        "fit": np.zeros((5, 6)),
        "floor": np.zeros(4),
        "steeper": np.array(0.0),
    }


def main():
    """Train, calibrate on the held-out components, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--all", action="store_true", help="train on the held-out pairs too")
    args = parser.parse_args()
    began = time.perf_counter()
    pairs = load_pairs()
    arrays = build([p for p in pairs if not p.held_out])
    held = [p for p in pairs if p.held_out]
    np.savez_compressed(args.out, **arrays)
    arrays |= fit_odds(from_arrays(arrays), held)
    if args.all:
        arrays = build(pairs) | {k: arrays[k] for k in ("fit", "floor", "steeper")}
    np.savez_compressed(args.out, **arrays)
    print(f"{args.out.stat().st_size / 1e6:.2f} MB, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
