"""Why two spellings match: which pieces of one stand for which pieces of the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from aigaq.names.encode import SKIPS, Inventory, Word, read_words
from aigaq.names.model import POSSIBLE, SAME, score
from aigaq.names.params import UNIT, Parameters, load
from aigaq.names.symbols import hanzi_of

_NEVER: Final = -(10**8)
_MOST_ORDERS: Final = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One step of the alignment: what was written on each side ("" for nothing) and its worth.

    `nats` is the log of how much likelier the two are together than apart; below zero it speaks
    against the match.
    """

    left: str
    right: str
    nats: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of a pair, the verdict ("same", "possible", "different") and the steps behind it.

    The steps are those of the best way to walk through both names word after word; letters are the
    model's broad sounds.
    """

    score: float
    verdict: str
    matches: tuple[Match, ...]


def explain(a: str, b: str, lang_a: str = "", lang_b: str = "") -> Explanation:
    """Explain the score of two names. Raises `NameTooLong` above 256 characters."""
    parameters = load()
    value = score(a, b, lang_a, lang_b)
    left, right = hanzi_of(a), hanzi_of(b)
    if left and right:
        steps = tuple(Match(x, y, 0.0) for x, y in zip(left, right, strict=False) if x == y)
    elif right:
        steps = tuple(Match(m.right, m.left, m.nats) for m in _steps(b, a, lang_a, parameters))
    else:
        steps = _steps(a, b, lang_b, parameters, lang_a)
    return Explanation(value, _verdict(value), steps)


def _verdict(value: float) -> str:
    return "same" if value >= SAME else "possible" if value >= POSSIBLE else "different"


def _steps(a: str, b: str, lang_b: str, p: Parameters, lang_a: str = "") -> tuple[Match, ...]:
    inventory, hanzi = p.inventory, hanzi_of(a)
    columns = read_words(b, lang_b)
    if hanzi:
        kept = [c for c in hanzi if inventory.hanzi_rows(c)]
        return _best_order(kept, inventory.hanzi_rows(hanzi), columns, 0, p)
    words = read_words(a, lang_a)
    labels = [c for w in words for c in w.symbols]
    rows = [inventory.rows[w.script + c] for w in words for c in w.symbols]
    return _best_order(labels, rows, columns, 1, p)


def _best_order(
    labels: Sequence[str], rows: Sequence[int], words: Sequence[Word], insert: int, p: Parameters
) -> tuple[Match, ...]:
    orders = permutations(words) if len(words) <= _MOST_ORDERS else [tuple(words)]
    return max((_align(labels, rows, o, insert, p) for o in orders), key=_worth, default=())


def _worth(steps: tuple[Match, ...]) -> float:
    return sum(m.nats for m in steps)


def _edges(words: Sequence[Word], inventory: Inventory) -> list[tuple[int, int, int, bool, str]]:
    """(start, end, column, may stand alone, letters) of the lattice of the words."""
    out, at = [], 0
    for word in words:
        n = len(word.symbols)
        for i in range(n):
            for j in range(i + 1, min(i + 4, n) + 1):
                column = inventory.columns.get(word.script + word.symbols[i:j])
                if column is not None:
                    out.append((at + i, at + j, column, j == i + 1, word.symbols[i:j]))
        if whole := inventory.columns.get(f"={word.script}{word.symbols}"):
            out.append((at, at + n, whole, False, word.symbols))
        for start, cost in ((word.stem, SKIPS[0]), (0, SKIPS[1] if word.is_title else SKIPS[3])):
            if start < n:
                skipped = word.symbols[start:]
                out.append((at + start, at + n, inventory.columns[cost], True, skipped))
        at += n
    return sorted(out)


def _align(
    labels: Sequence[str], rows: Sequence[int], words: Sequence[Word], insert: int, p: Parameters
) -> tuple[Match, ...]:
    """The best walk, as steps; at most rows × edges are looked at."""
    edges, length = _edges(words, p.inventory), sum(len(w.symbols) for w in words)
    w = p.weights
    best = {(0, 0): (0, None, Match("", "", 0.0))}

    def offer(state: tuple[int, int], worth: int, came: tuple[int, int], step: Match) -> None:
        if worth > best.get(state, (_NEVER,))[0]:
            best[state] = (worth, came, step)  # type: ignore[assignment]

    for i in range(len(rows) + 1):
        for start, end, column, alone, letters in edges:
            here = best.get((i, start))
            if here is None:
                continue
            if alone:
                cost = int(w[insert, column])
                offer((i, end), here[0] + cost, (i, start), Match("", letters, cost / UNIT))
            if i < len(rows) and column not in _skip_columns(p):
                cost = int(w[rows[i], column])
                step = Match(labels[i], letters, cost / UNIT)
                offer((i + 1, end), here[0] + cost, (i, start), step)
        for j in range(length + 1):
            if i < len(rows) and (here := best.get((i, j))):
                cost = int(w[rows[i], 0])
                offer((i + 1, j), here[0] + cost, (i, j), Match(labels[i], "", cost / UNIT))
    return _trace(best, (len(rows), length))  # type: ignore[arg-type]


def _skip_columns(p: Parameters) -> frozenset[int]:
    return frozenset(p.inventory.columns[s] for s in SKIPS)


def _trace(
    best: dict[tuple[int, int], tuple[int, tuple[int, int] | None, Match]], end: tuple[int, int]
) -> tuple[Match, ...]:
    steps: list[Match] = []
    state: tuple[int, int] | None = end if end in best else None
    while state is not None:
        _, state, step = best[state]
        if state is not None:
            steps.append(step)
    return tuple(reversed(steps))
