"""From evidence to probability: one monotone curve for each kind of pair, on held-out components."""

import numpy as np
from corpus import script

from aigaq.names.model import Scorer, combine
from aigaq.names.params import UNIT

SEED = 7
KINDS = 4  # see aigaq.names.kernel: Hanzi with letters, two scripts, one script, two Hanzi
KNOTS = 28
_FAR = 400.0


def _same_latin(pairs):
    """Hanzi forms of one Latin name, as pairs: two transcriptions of the same name."""
    forms: dict[str, list[str]] = {}
    for p in pairs:
        a, b = (p.left, p.right) if script(p.right) == "H" else (p.right, p.left)
        if script(a) == "L" and script(b) == "H":
            forms.setdefault(a, []).append(b)
    return [(f[0], "zh-Hans", f[1], "zh-Hans") for f in forms.values() if len(set(f)) > 1]


def _matches(pairs):
    names = [(p.left, p.left_lang, p.right, p.right_lang) for p in pairs]
    return [n for n in names if script(n[0]) and script(n[2])] + _same_latin(pairs)


def evidence_of(params, matches, rng):
    """(evidence, kind, size, is a match): every match and one random non-match of its kind."""
    names = [(a, la) for a, la, _, _ in matches] + [(b, lb) for _, _, b, lb in matches]
    scorer = Scorer(names, params)
    n = len(matches)
    scripts = np.array([script(a) + script(b) for a, _, b, _ in matches])
    other = np.arange(n)
    for kind in np.unique(scripts):
        here = np.flatnonzero(scripts == kind)
        other[here] = here[(np.arange(len(here)) + rng.integers(1, max(len(here), 2))) % len(here)]
    left = np.tile(np.arange(n), 2).astype(np.int32)
    right = (np.concatenate([np.arange(n), other]) + n).astype(np.int32)
    evidence, kinds = scorer.evidence(left, right)
    size = np.minimum(scorer.store.size[left], scorer.store.size[right])
    return evidence, kinds, size, np.repeat([1.0, 0.0], n)


def _logistic(x, y, rounds=60):
    """Newton's method with a little ridge: weights of the columns of x."""
    w = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(len(w))
        w += np.linalg.solve(hessian, x.T @ (y - p) - 1e-3 * w)
    return w


def _monotone(y, weight):
    """Pool adjacent violators: the nearest non-decreasing sequence."""
    blocks = [[v, w, 1] for v, w in zip(y, weight, strict=True)]
    at = 0
    while at < len(blocks) - 1:
        if blocks[at][0] <= blocks[at + 1][0]:
            at += 1
            continue
        (v, w, n), (v2, w2, n2) = blocks[at], blocks.pop(at + 1)
        blocks[at] = [(v * w + v2 * w2) / (w + w2), w + w2, n + n2]
        at = max(at - 1, 0)
    return np.concatenate([[v] * n for v, _, n in blocks])


def _curve(x, y):
    """Knots of a strictly rising curve through the rate of matches at each level of x."""
    order = np.argsort(x)
    groups = np.array_split(order, KNOTS - 2)
    centres = np.array([x[g].mean() for g in groups]) + np.arange(KNOTS - 2) * 1e-6
    rates = _monotone(np.array([y[g].mean() for g in groups]), np.array([len(g) for g in groups]))
    smooth = np.convolve(np.pad(rates, 1, "edge"), [0.25, 0.5, 0.25], "valid")
    rising = 0.001 + 0.997 * smooth + np.linspace(0, 0.001, len(smooth))
    return (
        np.concatenate([[-_FAR], centres, [_FAR]]),
        np.concatenate([[rising[0] - 0.001], rising, [1.0]]),
    )


def fit_curves(params, held):
    """The calibration arrays of the data file."""
    evidence, kinds, size, match = evidence_of(params, _matches(held), np.random.default_rng(SEED))
    nats = np.maximum(evidence, -100 * UNIT) / UNIT
    length_weight, xs, ys = [], [], []
    for kind in range(KINDS):
        here = kinds == kind
        columns = np.stack([nats[here], nats[here] / size[here], np.ones(here.sum())], 1)
        w = _logistic(np.clip(columns, -30, 60), match[here])
        least = 6 if kind == 0 else 0  # held-out recall is better so than with the fitted 0
        length_weight.append(float(np.clip(w[1] / max(w[0], 1e-6), least, 12)))
        x = combine(evidence[here], kinds[here], size[here], [length_weight[-1]] * KINDS)
        knots, values = _curve(x, match[here])
        xs.append(knots)
        ys.append(values)
        print(f"  kind {kind}: {here.sum()} pairs, length weight {length_weight[-1]:.2f}")
    return {
        "curve_x": np.array(xs),
        "curve_y": np.array(ys),
        "length_weight": np.array(length_weight),
    }
