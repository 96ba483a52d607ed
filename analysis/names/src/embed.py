"""From the permissive training pairs to src/aigaq/names/data/embedding.npz. Seeded; see the README.

    python embed.py [--all] [--rounds 14] [--out FILE]

Without `--all` the held-out components are kept from training, and the figures printed mean something.
"""

import argparse
import time
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
from corpus import load_pairs, respell_uyghur, script
from numba import njit

from aigaq.names.embedding import Vectors, row_codes
from aigaq.names.near import add_vectors, features
from aigaq.names.params import load
from aigaq.names.symbols import hanzi_of, read_word, words_of

OUT = Path(__file__).resolve().parents[3] / "src" / "aigaq" / "names" / "data" / "embedding.npz"
SEED = 20261124
SCRIPTS = {"Arab": "A", "Cyrl": "C", "Latn": "L"}
LONGEST = 24
SIZE, BATCH, HEAT, RATE = 48, 768, 0.1, 0.01
DROPPED = 0.3
POOL = 16
SEEN = 6  # a feature of fewer words has no vector


def read(name, lang, inventory):
    """Rows of a whole name run together, () if it has no letters or Hanzi that the model knows."""
    if script(name) == "H":
        return inventory.hanzi_rows(hanzi_of(name))[:LONGEST]
    subtag = lang.split("-")[0].replace("und", "")
    words = [(w, s) for w, s in words_of(name) if s in SCRIPTS]
    return tuple(inventory.rows[SCRIPTS[s] + c] for w, s in words for c in read_word(w, s, subtag))[
        :LONGEST
    ]


def respell(latin, inventory, rng):
    letters = "".join(respell_uyghur(w, rng) for w, _ in words_of(latin))
    return tuple(inventory.rows["A" + c] for c in letters)[:LONGEST]


def collect(pairs, inventory):
    """Distinct rows of words; pairs of them, their weights, and whether they are held out.

    A component of many spellings weighs as much as twenty pairs. Latin names beside Hanzi are added
    respelt the Uyghur way.
    """
    numbers, found = {}, {}
    rng = Random(SEED)
    sizes = Counter(p.component for p in pairs)

    def add(a, b, weight, held_out):
        if len(a) >= 2 and b:
            key = numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers))
            found.setdefault(key, (weight, held_out))

    for p in pairs:
        weight = min(1.0, 20 / sizes[p.component])
        a, b = read(p.left, p.left_lang, inventory), read(p.right, p.right_lang, inventory)
        add(a, b, weight, p.held_out)
        if (script(p.left), script(p.right)) == ("L", "H"):
            add(respell(p.left, inventory, rng), b, 0.3 * weight, p.held_out)
        elif (script(p.left), script(p.right)) == ("H", "L"):
            add(respell(p.right, inventory, rng), a, 0.3 * weight, p.held_out)
    weights, held = np.array(list(found.values())).T
    return list(numbers), np.array(list(found), np.int64), weights, held > 0


@njit(cache=True)
def _kept(k, f, salt):
    """Whether feature f of the k-th word is kept in this step: about DROPPED of them are not."""
    x = (
        (np.uint64(k) * np.uint64(0x9E3779B97F4A7C15))
        ^ (np.uint64(f + 1) * np.uint64(0xC2B2AE3D27D4EB4F))
        ^ np.uint64(salt)
    )
    x = (x ^ (x >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return salt == 0 or (x >> np.uint64(40)) & np.uint64(1023) >= np.uint64(1024 * DROPPED)


@njit(cache=True)
def forward(at, ids, vectors, words, salt):
    out = np.zeros((len(words), vectors.shape[1]), np.float32)
    for k in range(len(words)):
        for f in range(at[words[k]], at[words[k] + 1]):
            if ids[f] >= 0 and _kept(k, f, salt):
                out[k] += vectors[ids[f]]
    return out


@njit(cache=True)
def backward(at, ids, words, salt, gradient, out):
    for k in range(len(words)):
        for f in range(at[words[k]], at[words[k] + 1]):
            if ids[f] >= 0 and _kept(k, f, salt):
                out[ids[f]] += gradient[k]


def unit(x):
    length = np.sqrt((x * x).sum(axis=1, keepdims=True)) + 1e-6
    return x / length, length


def unit_back(gradient, y, length):
    return (gradient - y * (gradient * y).sum(axis=1, keepdims=True)) / length


def step(vectors, at, ids, pairs, component, salt):
    """Loss and gradient of one batch: each left word must find its right one, and back."""
    left, right = pairs.T
    u, left_length = unit(forward(at, ids, vectors, left, salt))
    v, right_length = unit(forward(at, ids, vectors, right, salt + 1))
    logits = u @ v.T / HEAT
    one = np.eye(len(left), dtype=np.float32)
    logits[(component[left][:, None] == component[right]) & (one == 0)] = -1e4
    total, loss = np.zeros_like(logits), 0.0
    for axis in (0, 1):
        p = np.exp(logits - logits.max(axis=axis, keepdims=True))
        p /= p.sum(axis=axis, keepdims=True)
        loss -= np.log(np.maximum(np.diag(p), 1e-9)).mean()
        total += p - one
    total /= len(left) * HEAT
    gradient = np.zeros_like(vectors)
    backward(at, ids, left, salt, unit_back(total @ v, u, left_length), gradient)
    backward(at, ids, right, salt + 1, unit_back(total.T @ u, v, right_length), gradient)
    return loss, gradient


def batches(vectors, at, ids, pairs, chance, rng):
    """`POOL` batches; sorted along a random direction, so that a batch holds like words."""
    drawn = pairs[rng.choice(len(pairs), size=POOL * BATCH, p=chance)]
    points = unit(forward(at, ids, vectors, drawn[:, 0], 0))[0]
    order = np.argsort(points @ rng.normal(size=SIZE).astype(np.float32))
    return rng.permutation(drawn[order].reshape(POOL, BATCH, 2))


def learn(at, ids, count, pairs, weights, component, rounds):
    """Vectors by Adam (Kingma and Ba, arXiv 1412.6980) over `rounds` times the pairs."""
    rng = np.random.default_rng(SEED)
    vectors = rng.normal(0, 0.05, (count, SIZE)).astype(np.float32)
    m, v = np.zeros_like(vectors), np.zeros_like(vectors)
    steps = int(weights.sum() / BATCH * rounds)
    started, losses = time.process_time(), []
    for k in range(steps):
        if k % POOL == 0:
            drawn = batches(vectors, at, ids, pairs, weights / weights.sum(), rng)
        loss, g = step(vectors, at, ids, drawn[k % POOL], component, 2 * k + 1)
        losses.append(loss)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        rate = RATE * min(1, (k + 1) / 200) * (1 - k / steps)
        vectors -= rate * (m / (1 - 0.9 ** (k + 1))) / (np.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8)
        if k % 400 == 399:
            spent = time.process_time() - started
            print(f"{k + 1} of {steps}: {np.mean(losses[-400:]):.3f}, {spent:.0f} s", flush=True)
    return vectors


def join_components(count, pairs):
    """A number for each word, the same for all that pairs connect: these are no wrong pairs."""
    component = np.arange(count)
    for _ in range(20):
        least = component[pairs].min(axis=1)
        np.minimum.at(component, pairs[:, 0], least)
        np.minimum.at(component, pairs[:, 1], least)
    return component


def read_features(words, inventory):
    rows = np.array([r for w in words for r in w], np.int32)
    return features(rows, np.cumsum([0, *(len(w) for w in words)]), row_codes(inventory))


def save(path, keys, vectors):
    """Write a byte for each number; returns the vectors as they will be read."""
    steps = (np.abs(vectors).max(axis=1) / 127).astype(np.float16)
    packed = np.round(vectors / steps[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8)
    np.savez_compressed(path, keys=keys, vectors=packed, step=steps)
    return Vectors(keys, packed * steps[:, None].astype(np.float32))


def measure(words, found, at, vectors, pairs, component):
    """Print how often a held-out word has its fellow among the nearest of 50,000 words."""
    points = add_vectors(found, at, vectors.keys, vectors.vectors)
    rng = np.random.default_rng(1)
    hanzi = {r for n, r in load().inventory.rows.items() if n[0] not in "ACL" or len(n) != 2}
    pool = rng.choice(len(words), min(50_000, len(words)), replace=False)
    ranks = {}
    for a, b in pairs[rng.choice(len(pairs), min(3000, len(pairs)), replace=False)]:
        better = points[pool] @ points[a] > points[b] @ points[a]
        kind = " ".join(sorted("Hanzi" if words[w][0] in hanzi else "letters" for w in (a, b)))
        ranks.setdefault(kind, []).append((better & (component[pool] != component[a])).sum())
    for kind, found_at in ranks.items():
        shares = [f"{k} {np.mean(np.array(found_at) < k):.3f}" for k in (1, 10, 50, 200)]
        print(f"{kind}, {len(found_at)} pairs: among the first " + ", ".join(shares))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--rounds", type=float, default=14)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    inventory = load().inventory
    words, pairs, weights, held = collect(load_pairs(), inventory)
    found, at = read_features(words, inventory)
    keys, ids, seen = np.unique(found, return_inverse=True, return_counts=True)
    kept = seen >= SEEN
    ids = np.where(kept, np.cumsum(kept) - 1, -1)[ids].astype(np.int32)
    print(len(words), "words,", len(pairs), "pairs,", kept.sum(), "features")
    component = join_components(len(words), pairs)
    train = np.ones(len(pairs), bool) if args.all else ~held
    vectors = learn(at, ids, kept.sum(), pairs[train], weights[train], component, args.rounds)
    saved = save(args.out, keys[kept], vectors)
    measure(words, found, at, saved, pairs[held], component)


if __name__ == "__main__":
    main()
