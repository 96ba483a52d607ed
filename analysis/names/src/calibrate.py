"""From evidence to log odds: one set of weights for each kind of pair, on held-out components."""

from dataclasses import replace

import numpy as np
from corpus import script

from aigaq.names.model import Scorer, steepen
from aigaq.names.params import UNIT
from aigaq.names.pinyin import readings
from aigaq.names.symbols import hanzi_of

SEED = 7
KINDS = 5  # see aigaq.names.kernel: Hanzi with letters, two scripts, one script, two Hanzi, pinyin
TERMS = 6  # of aigaq.names.kernel.odds: 1, evidence, evidence a letter, the same of the sound, size
OTHERS = 5  # random non-matches for a match
KEPT_FLOOR = 0.5
FLOORS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.11, 0.14, 0.17)
STEEPER = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
RIDGE = 1.0
NEVER = -(10**6)
SOUND_KINDS = (0, 4)


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


def _in_pinyin(matches):
    """The matches of Hanzi with Cyrillic or Arabic, the Hanzi written in pinyin."""
    out = []
    for a, la, b, lb in matches:
        if script(a) == "H":
            a, la, b, lb = b, lb, a, la
        if script(b) == "H" and script(a) in ("A", "C"):
            spelt = "".join((readings(c) or ("",))[0] for c in hanzi_of(b))
            out.append((a, la, spelt, ""))
    return out


def _with_others(matches, rng):
    """Positions of the pairs to look at: every match, and `OTHERS` random non-matches of its kind."""
    n = len(matches)
    scripts = np.array([script(a) + script(b) for a, _, b, _ in matches])
    left, right = [np.arange(n)], [np.arange(n)]
    for kind in np.unique(scripts):
        here = np.flatnonzero(scripts == kind)
        for _ in range(OTHERS if len(here) > 1 else 0):
            turned = here[
                (np.arange(len(here)) + rng.integers(1, len(here), len(here))) % len(here)
            ]
            left.append(here)
            right.append(turned)
    match = np.zeros(sum(map(len, left)))
    match[:n] = 1
    return np.concatenate(left), np.concatenate(right), match


def _by_sound_alone(store):
    """The store without what is not measured in terms: known words, other names, parts of words."""
    nothing = {name: np.zeros_like(getattr(store, name)) for name in ("known", "head", "tail")}
    return store._replace(
        **nothing, stem=np.full_like(store.stem, -1), other_at=np.zeros_like(store.other_at)
    )


def features(params, matches, rng, kind=None):
    """(terms, kind, is a match) of matches and non-matches that are one word each.

    The kernel is run once for each term, with the weights that give that term alone.
    """
    names = [(a, la) for a, la, _, _ in matches] + [(b, lb) for _, _, b, lb in matches]
    fit = np.zeros((KINDS, TERMS))
    scorer = Scorer(names, replace(params, fit=fit))
    scorer.use(_by_sound_alone(scorer.store))
    left, right, match = _with_others(matches, rng)
    right = right + len(matches)
    words = np.diff(scorer.store.word_at)
    single = (words[left] == 1) & (words[right] == 1)
    left, right, match = left[single], right[single], match[single]
    columns = []
    for term in range(TERMS):
        fit[:] = 0
        others = [k for k in range(KINDS) if k != kind] if kind is not None else [4]
        fit[:, term] = 1
        fit[others] = 0
        fit[others, 0] = NEVER
        evidence, kinds = scorer.evidence(left.astype(np.int32), right.astype(np.int32))
        columns.append(evidence / UNIT)
    x = np.stack(columns, 1)
    if kind is not None:
        x, kinds = x + 1, np.full(len(x), kind)  # without the cost of reading as pinyin
    seen = x[:, 0] > NEVER / UNIT
    return x[seen], kinds[seen], match[seen]


def _sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))


def _logistic(x, y, weight, rounds=30):
    """Newton's method with a little ridge: weights of the columns of x, the first of them constant."""
    ridge = RIDGE * np.eye(x.shape[1])
    ridge[0, 0] = 1e-6
    scale = np.maximum(x.std(0), 1e-9)
    scale[0] = 1
    z = x / scale
    w = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = _sigmoid(z @ w)
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        w += np.linalg.solve(hessian, z.T @ (weight * (y - p)) - ridge @ w)
    return w / scale


def fit_kind(x, match, used, rounds=40):
    """(weights, floor) by EM: some matches are one name in name only (a renamed place, a wrong row).

    `floor` is their share; it keeps them from making the curve doubt what it should not.
    """
    weight = np.where(match == 1, 1.0, match.sum() / max((match == 0).sum(), 1))
    floor, truth, w = 0.05, match.copy(), None
    for _ in range(rounds):
        w = _logistic(x[:, used], truth, weight)
        p = _sigmoid(x[:, used] @ w)
        truth = np.where(match == 1, p / (p + floor * (1 - p)), 0.0)
        floor = float(
            np.clip((1 - truth)[match == 1].sum() / ((1 - truth) * weight).sum(), 0.005, 0.2)
        )
    out = np.zeros(x.shape[1])
    out[used] = w
    return out, floor


def _loss(odds, match, here, steeper):
    """Log loss of one kind, matches and non-matches even, at the floor that suits it best."""
    y = match[here]
    weight = np.where(y == 1, 1.0, y.sum() / max((y == 0).sum(), 1))
    s = _sigmoid(steepen(odds[here], steeper))

    def loss(floor):
        p = floor + (0.9985 - floor) * s
        return -(weight * (y * np.log(p) + (1 - y) * np.log(1 - p))).sum()

    return min(loss(floor) for floor in FLOORS)


def fit_odds(params, held):
    """The calibration arrays of the data file."""
    matches, rng = _matches(held), np.random.default_rng(SEED)
    x, kinds, match = features(params, matches, rng)
    more = features(params, _in_pinyin(matches), rng, kind=4)
    x, kinds, match = (np.concatenate(part) for part in zip((x, kinds, match), more, strict=True))
    fits, floors = [], []
    for kind in range(KINDS):
        here = kinds == kind
        used = [0, 1, 2, 3, 4, 5] if kind in SOUND_KINDS else [0, 1, 2, 5]
        w, floor = fit_kind(x[here], match[here], used)
        print(f"  kind {kind}: {here.sum()} pairs, weights {np.round(w, 3)}, floor {floor:.3f}")
        fits.append(w)
        floors.append(KEPT_FLOOR * floor)
    odds = np.einsum("ij,ij->i", x, np.array(fits)[kinds])
    steeper = min(STEEPER, key=lambda s: sum(_loss(odds, match, kinds == k, s) for k in range(4)))
    print(f"  {steeper} steeper in the middle")
    return {"fit": np.array(fits), "floor": np.array(floors[:4]), "steeper": np.array(steeper)}
