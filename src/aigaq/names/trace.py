"""How one pair of names was aligned: the kernel's choices, taken again and kept.

The kernel (``kernel.align``, ``kernel.name_pair``) only returns the best total. Here the same steps are
taken in plain Python for a single pair, so that ``explain`` can show them. A test holds the totals of
the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aigaq.names.store import Store

_INSERT_TO_HANZI, _INSERT_TO_LETTERS = 0, 1
_PINYIN_COST = 64
_OTHER_COST = 64
_INITIAL_MOST = 96
_IDENTIFYING, _CLASH_COST = -100, 640
_LEAST_SOUND = -6400
_LONGEST_INITIAL = 2
_NEVER = -(10**8)


@dataclass(frozen=True, slots=True)
class Step:
    """Rows ``from_row`` to ``to_row`` stand for letters ``start`` to ``end``; worth ``value``/64 nat."""

    from_row: int
    to_row: int
    start: int
    end: int
    value: int


@dataclass(frozen=True, slots=True)
class Match:
    """Two pieces aligned. ``rows`` and ``letters`` are pieces of the store; ``turned`` if the rows
    are the second name's. ``value`` is what the match is worth, in 1/64 nat; caps may lower it.
    """

    rows: int
    letters: int
    turned: bool
    steps: tuple[Step, ...]
    value: int


@dataclass(frozen=True, slots=True)
class Route:
    """One way to compare two names, in words, with the matches it found and the pieces left out."""

    how: str
    value: int
    matches: tuple[Match, ...] = ()
    left_a: tuple[int, ...] = ()
    left_b: tuple[int, ...] = ()


def _way_back(
    best: dict[tuple[int, int], tuple[int, Step | None]], last: Step | None
) -> tuple[Step, ...]:
    way: list[Step] = []
    while last:
        way.append(last)
        last = best[last.from_row, last.start][1]
    return tuple(reversed(way))


class Tracer:
    """Retraces alignments over a store with the model's weights (row × column, 1/64 nat)."""

    def __init__(self, store: Store, weights: Any) -> None:
        self.store, self.weights = store, weights

    def rows(self, piece: int) -> list[int]:
        """Return the row numbers of a piece."""
        s = self.store
        rows: list[int] = s.rows[s.row_at[piece] : s.row_at[piece + 1]].tolist()
        return rows

    def _edges(self, piece: int, at: int) -> Iterator[tuple[int, int, int]]:
        s, place = self.store, int(self.store.position_at[piece]) + at
        for e in range(s.edge_from[place], s.edge_from[place + 1]):
            yield int(s.edge_end[e]), int(s.edge_column[e]), int(s.edge_kind[e])

    def _row_skips(self, piece: int) -> dict[int, list[tuple[int, int]]]:
        s = self.store
        skips: dict[int, list[tuple[int, int]]] = {}
        for k in range(s.skip_at[piece], s.skip_at[piece + 1]):
            skip = int(s.skip_end[k]), int(s.skip_column[k])
            skips.setdefault(int(s.skip_start[k]), []).append(skip)
        return skips

    def _moves(self, a: int, b: int, insert: int) -> Iterator[tuple[Step, ...]]:
        """Yield, for every position (i, j) in order, the steps that lead on from it."""
        rows, length, skips = self.rows(a), int(self.store.length[b]), self._row_skips(a)
        weights = self.weights
        edges = [list(self._edges(b, j)) for j in range(length + 1)]
        for i in range(len(rows) + 1):
            row = rows[i] if i < len(rows) else None
            for j in range(length + 1):
                steps = [
                    Step(i, to, j, j, int(weights[insert, column]))
                    for to, column in skips.get(i, ())
                ]
                if row is not None:
                    steps.append(Step(i, i + 1, j, j, int(weights[row, 0])))
                for end, column, kind in edges[j]:
                    if kind > 0:
                        steps.append(Step(i, i, j, end, int(weights[insert, column])))
                    if kind < 2 and row is not None:
                        steps.append(Step(i, i + 1, j, end, int(weights[row, column])))
                yield tuple(steps)

    def align(self, a: int, b: int, insert: int) -> tuple[int, tuple[Step, ...]]:
        """Return the best total and the steps of aligning the rows of ``a`` to the letters of ``b``."""
        best: dict[tuple[int, int], tuple[int, Step | None]] = {(0, 0): (0, None)}
        for steps in self._moves(a, b, insert):
            for step in steps:
                here = best.get((step.from_row, step.start))
                there = best.get((step.to_row, step.end))
                if here and (there is None or here[0] + step.value > there[0]):
                    best[step.to_row, step.end] = here[0] + step.value, step
        at = len(self.rows(a)), int(self.store.length[b])
        total, last = best[at]
        return total, _way_back(best, last)

    def _initial(self, a: int, b: int) -> tuple[int, tuple[Step, ...]]:
        row = self.rows(a)[0]
        for end, column, kind in self._edges(b, 0):
            if end == 1 and kind == 1:
                value = min(_INITIAL_MOST, int(self.weights[row, column]))
                return value, (Step(0, 1, 0, 1, value),)
        return _NEVER, ()

    def _directed(self, a: int, b: int) -> tuple[int, tuple[Step, ...]]:
        if self.store.length[a] == 1 and self.store.length[b] > _LONGEST_INITIAL:
            return self._initial(a, b)
        return self.align(a, b, _INSERT_TO_LETTERS)

    def _rank(self, piece: int) -> tuple[int, int, list[int]]:
        """Return what decides which of two pieces gives the rows (``kernel._comes_first``)."""
        return int(self.store.script[piece]), int(self.store.length[piece]), self.rows(piece)

    def match_letters(self, a: int, b: int) -> Match:
        """Match two alphabetic pieces, ``a`` of the first name and ``b`` of the second."""
        length = self.store.length
        turned = self._rank(b) < self._rank(a)
        if min(length[a], length[b]) == 1 and max(length[a], length[b]) > _LONGEST_INITIAL:
            turned = bool(length[b] == 1)
        rows, letters = (b, a) if turned else (a, b)
        value, steps = self._directed(rows, letters)
        return Match(rows, letters, turned, steps, value)

    def _match_rows(self, rows: int, name: int, turned: bool) -> Match:
        """Match Hanzi or pinyin rows to an alphabetic name in its best order."""
        s = self.store
        targets = s.words[s.word_at[name] : s.word_at[name + 1]].tolist()
        if len(targets) != 1:
            targets = s.wholes[s.whole_at[name] : s.whole_at[name + 1]].tolist()
        aligned = [(self.align(rows, target, _INSERT_TO_HANZI), target) for target in targets]
        (value, steps), target = max(aligned, key=lambda found: found[0][0])
        return Match(rows, target, turned, steps, value)

    def _sound(self, hanzi: int, match: Match) -> int:
        """Return what the pinyin of a Hanzi name adds, against the letters the Hanzi matched."""
        spelt = int(self.store.joined[hanzi])
        if spelt < 0 or match.value <= _NEVER:
            return 0
        return max(self.match_letters(spelt, match.letters).value, _LEAST_SOUND) * 3 // 10

    def _words(self, name: int) -> list[int]:
        s = self.store
        words: list[int] = s.words[s.word_at[name] : s.word_at[name + 1]].tolist()
        return words

    def _assign(self, x: int, y: int) -> Route:
        return _Assignment(self, self._words(x), self._words(y)).solve()

    def _alphabetic(self, x: int, y: int) -> Iterator[Route]:
        s, words_x, words_y = self.store, self._words(x), self._words(y)
        if len(words_x) == 1 and len(words_y) == 1:
            match = self.match_letters(words_x[0], words_y[0])
            yield Route("word against word", match.value, (match,))
        else:
            yield self._assign(x, y)
            if s.joined[x] >= 0 and s.joined[y] >= 0:
                match = self.match_letters(int(s.joined[x]), int(s.joined[y]))
                yield Route("all words run together", match.value, (match,))
        if s.pinyin[x] >= 0 and not s.latin[y]:
            match = self._match_rows(int(s.pinyin[x]), y, False)
            yield Route("the first read as pinyin", match.value - _PINYIN_COST, (match,))
        if s.pinyin[y] >= 0 and not s.latin[x]:
            match = self._match_rows(int(s.pinyin[y]), x, True)
            yield Route("the second read as pinyin", match.value - _PINYIN_COST, (match,))

    def _as_written(self, x: int, y: int) -> Iterator[Route]:
        s = self.store
        hanzi_x, hanzi_y = int(s.hanzi[x]), int(s.hanzi[y])
        if hanzi_x >= 0 and hanzi_y >= 0:
            if s.joined[x] >= 0 and s.joined[y] >= 0:
                match = self.match_letters(int(s.joined[x]), int(s.joined[y]))
                yield Route("both spelt in pinyin", match.value, (match,))
        elif hanzi_x >= 0 and self._words(y):
            match = self._match_rows(hanzi_x, y, False)
            yield Route("Hanzi against letters", match.value + self._sound(x, match), (match,))
        elif hanzi_y >= 0 and self._words(x):
            match = self._match_rows(hanzi_y, x, True)
            yield Route("letters against Hanzi", match.value + self._sound(y, match), (match,))
        elif hanzi_x < 0 and hanzi_y < 0 and self._words(x) and self._words(y):
            yield from self._alphabetic(x, y)

    def routes(self, x: int, y: int) -> Iterator[Route]:
        """Yield every way the kernel compares name ``x`` with name ``y`` of the store."""
        yield from self._as_written(x, y)
        s = self.store
        others = [(o, y) for o in s.others[s.other_at[x] : s.other_at[x + 1]].tolist()]
        others += [(x, o) for o in s.others[s.other_at[y] : s.other_at[y + 1]].tolist()]
        for a, b in others:
            for route in self._as_written(a, b):
                how = f"another name of the place, {route.how}"
                yield Route(how, route.value - _OTHER_COST, route.matches)


class _Assignment:
    """The best one-to-one pairing of two names' words, in any order."""

    def __init__(self, tracer: Tracer, a: list[int], b: list[int]) -> None:
        self.a, self.b = a, b
        self.drop, cap = tracer.store.drop, tracer.store.cap
        self.matches = {
            (i, j): self._cap(tracer.match_letters(p, q), min(int(cap[p]), int(cap[q])))
            for i, p in enumerate(a)
            for j, q in enumerate(b)
        }
        self.known: dict[tuple[int, int, bool], tuple[int, tuple[tuple[int, int], ...]]] = {}

    @staticmethod
    def _cap(match: Match, cap: int) -> Match:
        value = min(match.value, cap)
        return Match(match.rows, match.letters, match.turned, match.steps, value)

    def _left_over(self, taken: int) -> int:
        """Return what it costs if words of ``b`` that identify are left over as well."""
        left = (j for j in range(len(self.b)) if not taken & 1 << j)
        return _CLASH_COST if any(self.drop[self.b[j]] <= _IDENTIFYING for j in left) else 0

    def _best(
        self, i: int, taken: int, dropped: bool = False
    ) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Return value and pairs of the words of ``a`` from ``i`` on, some of ``b`` being taken."""
        if i == len(self.a) and not taken:
            return _NEVER, ()  # at least one word must find its fellow
        if i == len(self.a):
            left = (j for j in range(len(self.b)) if not taken & 1 << j)
            clash = self._left_over(taken) if dropped else 0
            return sum(int(self.drop[self.b[j]]) for j in left) - clash, ()
        if (i, taken, dropped) not in self.known:
            names = dropped or bool(self.drop[self.a[i]] <= _IDENTIFYING)
            value, pairs = self._best(i + 1, taken, names)
            options = [(value + int(self.drop[self.a[i]]), pairs)]
            for j in range(len(self.b)):
                if not taken & 1 << j:
                    value, pairs = self._best(i + 1, taken | 1 << j, dropped)
                    options.append((value + self.matches[i, j].value, ((i, j), *pairs)))
            self.known[i, taken, dropped] = max(options)
        return self.known[i, taken, dropped]

    def solve(self) -> Route:
        value, pairs = self._best(0, 0)
        left_a = tuple(p for i, p in enumerate(self.a) if i not in {i for i, _ in pairs})
        left_b = tuple(q for j, q in enumerate(self.b) if j not in {j for _, j in pairs})
        matches = tuple(self.matches[pair] for pair in pairs)
        return Route("word by word, in any order", value, matches, left_a, left_b)
