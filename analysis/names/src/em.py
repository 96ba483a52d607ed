"""Expectation-maximisation for the joint source-channel model (Li, Zhang and Su, ACL 2004)."""

import math

import numpy as np
from numba import njit

SYMBOLS = "aäeiıoöuüyYwbvdfgğhxXjǰžkqlmnŋprsšztcCč"
_VOWELS = set("aäeiıoöuüyYw")


@njit(cache=True)
def expect(s, left, right, weight, insert, prob, count):
    """Add expected uses of every unit to `count`, return the log likelihood of the pairs."""
    total = 0.0
    f = np.zeros((40, 40))
    b = np.zeros((40, 40))
    for k in range(len(left)):
        r0, n = s.row_at[left[k]], s.row_at[left[k] + 1] - s.row_at[left[k]]
        at, length = s.position_at[right[k]], s.length[right[k]]
        f[: n + 1, : length + 1] = 0
        b[: n + 1, : length + 1] = 0
        f[0, 0] = 1
        for i in range(n + 1):
            r = s.rows[r0 + i] if i < n else 0
            for j in range(length + 1):
                for e in range(s.edge_from[at + j], s.edge_from[at + j + 1]):
                    end, c = s.edge_end[e], s.edge_column[e]
                    if s.edge_kind[e] == 1:
                        f[i, end] += f[i, j] * prob[insert, c]
                    if s.edge_kind[e] < 2 and i < n:
                        f[i + 1, end] += f[i, j] * prob[r, c]
                if i < n:
                    f[i + 1, j] += f[i, j] * prob[r, 0]
        z = f[n, length]
        if z < 1e-300:
            continue
        total += weight[k] * math.log(z)
        z /= weight[k]
        b[n, length] = 1
        for i in range(n, -1, -1):
            r = s.rows[r0 + i] if i < n else 0
            for j in range(length, -1, -1):
                if i < n:
                    v = b[i + 1, j] * prob[r, 0]
                    b[i, j] += v
                    count[r, 0] += f[i, j] * v / z
                for e in range(s.edge_from[at + j], s.edge_from[at + j + 1]):
                    end, c = s.edge_end[e], s.edge_column[e]
                    if s.edge_kind[e] == 1:
                        v = b[i, end] * prob[insert, c]
                        b[i, j] += v
                        count[insert, c] += f[i, j] * v / z
                    if s.edge_kind[e] < 2 and i < n:
                        v = b[i + 1, end] * prob[r, c]
                        b[i, j] += v
                        count[r, c] += f[i, j] * v / z
    return total


class Columns:
    """What the smoothing needs to know of the columns: script, letters, what they share."""

    def __init__(self, names):
        self.names = names
        self.generic = np.array([n.startswith("=") for n in names])
        self.skip = np.array([n.startswith("#") for n in names])
        bare = [n.lstrip("=") for n in names]
        self.script = np.array(
            [
                "ACL".index(n[0]) + 1 if n and not s else 0
                for n, s in zip(bare, self.skip, strict=True)
            ]
        )
        self.size = np.array([max(len(n) - 1, 0) for n in bare])
        shared: dict[str, int] = {}
        self.pool = np.array(
            [
                shared.setdefault(n if n.startswith(("=", "#")) else n[1:], len(shared))
                for n in names
            ]
        )
        self.pools = shared

    def of(self, script):
        """Mask of the columns of one script, with the empty column."""
        mask = self.script == script
        mask[0] = True
        return mask


def _add_rows(count, into, n):
    out = np.zeros((n, count.shape[1]))
    np.add.at(out, into, count)
    return out


def _pool(count, cols):
    out = np.zeros((count.shape[0], len(cols.pools)))
    np.add.at(out.T, cols.pool, count.T)
    return out


def _normal(x):
    return x / x.sum(1, keepdims=True)


def maximise(count, family, insert, cols, *, identity, strength_own, strength_script):
    """Smoothed probabilities from counts.

    Every row (a Hanzi) backs off to its family (the syllable), within the script; the family backs
    off to all scripts together, with columns that share their letters pooled, and that to how often
    a letter group is written at all. `identity` adds a prior that a symbol stands for itself.
    """
    n_family = family.max() + 1
    rows = np.arange(len(family)) != insert
    by_family = _add_rows(count[rows], family[rows], n_family)
    pooled = _pool(by_family, cols)
    everywhere = pooled.sum(0) / pooled.sum()
    prior_all = _normal(pooled + 2 * everywhere + identity + 1e-12)
    out = np.zeros(count.shape)
    for script in (1, 2, 3):
        mask = cols.of(script)
        prior = _normal(prior_all[:, cols.pool[mask]])
        seen = by_family[:, mask].copy()
        seen[:, 0] *= seen[:, 1:].sum() / max(by_family[:, 1:].sum(), 1e-9)
        by_script = _normal(seen + strength_script * prior)
        by_script = np.where(cols.generic[mask], 1e-7, by_script)
        own = count[:, mask].copy()
        own[:, 0] *= own[:, 1:].sum(1) / np.maximum(count[:, 1:].sum(1), 1e-9)
        probability = _normal(own + strength_own * by_script[family])
        probability[:, 0] /= 3  # the empty column is added up over the three scripts
        out[:, mask] += probability
    out[insert] = 0
    for script in (1, 2, 3):
        mask = (cols.script == script) & (cols.size == 1)
        used = count[rows][:, cols.script == script].sum() + count[insert, mask].sum()
        out[insert, mask] = (count[insert, mask] + 0.3 / mask.sum()) / (used + 1)
    return out


def first_guess(rows, insert, cols, letters):
    """Where EM starts: short groups likelier; a letter likely to be itself, a vowel any vowel."""
    size = np.maximum(cols.size - 1, 0)
    out = np.tile(1e-3 * 0.03**size, (len(rows), 1))
    out[:, cols.generic | cols.skip] = 1e-7
    out[:, 0] = 1e-3 if letters else 1e-6
    out[insert] = np.where(cols.size == 1, 1e-4 if letters else 1e-5, 0)
    if letters:
        at = {n: i for i, n in enumerate(cols.names)}
        for i, row in enumerate(rows):
            for x in SYMBOLS if i != insert else "":
                near = x in _VOWELS and row[1] in _VOWELS
                p = 0.5 if x == row[1] else 0.02 if near else 5e-4
                out[i, [at[s + x] for s in "ACL"]] = p
    return out
