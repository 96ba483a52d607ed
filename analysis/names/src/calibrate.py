"""From evidence to probability: one curve for each kind of pair, on held-out components."""

import itertools

import numpy as np
from corpus import script

from aigaq.names.model import Scorer, combine
from aigaq.names.params import UNIT

SEED = 7
KINDS = 4  # see aigaq.names.kernel: Hanzi with letters, two scripts, one script, two Hanzi
KNOTS = 50
KEPT_FLOOR = 0.5
_FAR = 400.0


def _same_latin(pairs):
    """Hanzi forms of one Latin name, as pairs: two transcriptions of the same name."""
    forms: dict[str, list[str]] = {}
    for p in pairs:
        a, b = (p.left, p.right) if script(p.right) == "H" else (p.right, p.left)
        if script(a) == "L" and script(b) == "H":
            forms.setdefault(a, []).append(b)
    return [(f[0], "zh-Hans", f[1], "zh-Hans") for f in forms.values() if len(set(f)) > 1]


def _is_gazetteer(pair):
    """Whether the row lists any names of one place: Karasul' and Караман, Nikolayevsk and Kostanay."""
    return pair.group.startswith(("gckz:", "gcxj:"))


def _matches(pairs):
    """Pairs to calibrate on: places, whole names of persons, and twice-transcribed Hanzi names.

    Rows of Wikidata's given names are left out: many join forms that no reader would call one name
    (梁 and جاڭ), and with them the curve doubts what it should not. So are gazetteer rows within one
    script, where a second name is mostly another name.
    """
    kept = [p for p in pairs if p.kind == "place" or p.group.startswith("ep:")]
    kept = [p for p in kept if not (_is_gazetteer(p) and script(p.left) == script(p.right))]
    names = [(p.left, p.left_lang, p.right, p.right_lang) for p in kept]
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


def _sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))


def _fit_sigmoid(x, y):
    """(slope, middle, floor) of the likeliest curve floor + (1 - floor) sigmoid(slope (x - middle)).

    The floor is there for matches in name only: a renamed place, a wrong row. It is kept from the
    curve that is shipped but for `KEPT_FLOOR` of it, since most of it is noise of the training data.
    """

    def loss(slope, middle, floor):
        p = floor + (0.999 - floor) * _sigmoid(slope * (x - middle))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    grid = itertools.product(
        np.geomspace(0.1, 3, 25), np.linspace(-20, 15, 71), (0.02, 0.05, 0.1, 0.15)
    )
    return min(grid, key=lambda parameters: loss(*parameters))


def _curve(x, y):
    """Knots of the fitted curve, dense where it is steep, and its ends."""
    slope, middle, floor = _fit_sigmoid(x, y)
    print(f"    slope {slope:.2f}, middle {middle:.1f} nats, floor {floor}")
    steps = np.linspace(-12, 12, KNOTS - 2)
    knots = middle + steps / slope
    least = KEPT_FLOOR * floor
    values = least + (0.9985 - least) * _sigmoid(steps)
    return np.concatenate([[-_FAR], knots, [_FAR]]), np.concatenate([[0.0], values, [1.0]])


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
