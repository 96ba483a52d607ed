"""How one pair of names was aligned: the kernel's choices, taken again and kept.

The kernel (``kernel.align``, ``kernel.name_pair``) only returns the best total. Here the same steps are
taken in plain Python for a single pair, so that ``explain`` can show them. A test holds the totals of
the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aigaq.names.model import kernel
from aigaq.names.skeleton import ONE_SCRIPT, PINYIN, TWO_SCRIPTS
from aigaq.names.store import Store

_INSERT_TO_HANZI, _INSERT_TO_LETTERS = 0, 1
_LONGEST_INITIAL = 2
_NEVER = -(10**8)
_ONE_NAME, _TWO_NAMES = "known as one name", "known as two names"
_CONSONANT = "they differ in a consonant"
_ONE_WORD_DIFFERS = "cut into words, one of them fits badly"
_SHARED_PART = "they share a part that many names are built with, and the rest differs"


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
    are the second name's. ``value`` is the evidence of the steps, ``odds`` the log odds that they are
    one word, both in 1/64 nat; ``known`` says what the table of known words adds.
    """

    rows: int
    letters: int
    turned: bool
    steps: tuple[Step, ...]
    value: int
    odds: int = _NEVER
    known: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One way to compare two names, in words, with the matches it found and the words left out.

    ``limit`` is the most that the worst word lets the name be worth, in 1/64 nat.
    """

    how: str
    value: int
    matches: tuple[Match, ...] = ()
    left_a: tuple[int, ...] = ()
    left_b: tuple[int, ...] = ()
    limit: int | None = None


def _way_back(
    best: dict[tuple[int, int], tuple[int, Step | None]], last: Step | None
) -> tuple[Step, ...]:
    way: list[Step] = []
    while last:
        way.append(last)
        last = best[last.from_row, last.start][1]
    return tuple(reversed(way))


class Tracer:
    """Retraces alignments over a store with the model's weights (row × column, 1/64 nat) and the
    weights of ``kernel.odds``.
    """

    def __init__(self, store: Store, weights: Any, fit: Any) -> None:
        self.store, self.weights, self.fit = store, weights, fit
        self.kernel = kernel()
        *self._packed, self._packed_weights = self.kernel.pack(store, weights)

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
                value = min(self.kernel._INITIAL_MOST, int(self.weights[row, column]))
                return value, (Step(0, 1, 0, 1, value),)
        return _NEVER, ()

    def _directed(self, a: int, b: int) -> tuple[int, tuple[Step, ...]]:
        if self.store.length[a] == 1 and self.store.length[b] > _LONGEST_INITIAL:
            return self._initial(a, b)
        return self.align(a, b, _INSERT_TO_LETTERS)

    def _rank(self, piece: int) -> tuple[int, int, list[int]]:
        """Return what decides which of two pieces gives the rows (``kernel._comes_first``)."""
        return int(self.store.script[piece]), int(self.store.length[piece]), self.rows(piece)

    def _odds(self, kind: int, value: int, sound: int, size: int) -> int:
        return int(self.kernel.odds(kind, value, sound, size, self.fit))

    def match_letters(self, a: int, b: int, kind: int | None = None) -> Match:
        """Match two alphabetic pieces, ``a`` of the first name and ``b`` of the second."""
        length, script = self.store.length, self.store.script
        turned = self._rank(b) < self._rank(a)
        shorter, longer = sorted((int(length[a]), int(length[b])))
        initial = shorter == 1 and longer > _LONGEST_INITIAL
        if initial:
            turned = bool(length[b] == 1)
        rows, letters = (b, a) if turned else (a, b)
        value, steps = self._directed(rows, letters)
        if kind is None:
            k = self.kernel
            kind = k.SAME_SCRIPT if script[a] == script[b] else k.CROSS
        odds = value if initial else self._odds(kind, value, 0, shorter)
        return Match(rows, letters, turned, steps, value, odds)

    def _match_rows(self, rows: int, spelt: int, letters: int, turned: bool, kind: int) -> Match:
        """Match Hanzi or pinyin rows, spelt in the letters of piece ``spelt``, to a piece."""
        value, steps = self.align(rows, letters, _INSERT_TO_HANZI)
        sound = value if spelt < 0 else self.match_letters(spelt, letters).value
        size = min(len(self.rows(rows)) * 5 // 2, int(self.store.length[letters]))
        odds = self._odds(kind, value, sound, size)
        return Match(rows, letters, turned, steps, value, odds)

    def _words(self, name: int) -> range:
        s = self.store
        return range(int(s.word_at[name]), int(s.word_at[name + 1]))

    def _pinyin(self, i: int, j: int, turned: bool) -> Iterator[Match]:
        """Yield word ``i`` read as pinyin against word ``j``, if it may be."""
        s, k = self.store, self.kernel
        a, b, rows = int(s.letters[i]), int(s.letters[j]), int(s.syllables[i])
        if rows >= 0 and s.script[b] != k.LATIN_SCRIPT:
            match = self._match_rows(rows, a, b, turned, k.AS_PINYIN)
            yield replace(match, odds=match.odds - k._PINYIN_COST)

    def _doubt(self, match: Match, a: int, b: int, table: int) -> Match:
        """Hold a match of letter pieces down that differ in a consonant (``kernel._doubt``)."""
        space = np.empty(len(self.store.bones) + 2, np.int32)
        odds = int(self.kernel._doubt(*self._packed, a, b, match.odds, table, space))
        return match if odds == match.odds else replace(match, odds=odds, known=_CONSONANT)

    def _by_sound(self, x: int, i: int, y: int, j: int) -> Match | None:
        """Match word ``i`` of name ``x`` to word ``j`` of name ``y`` (``kernel._by_sound``)."""
        s, k = self.store, self.kernel
        a, b = int(s.letters[i]), int(s.letters[j])
        if s.hanzi[x] and s.hanzi[y]:
            return self._doubt(self.match_letters(a, b, k.BOTH_HANZI), a, b, PINYIN)
        if s.hanzi[x] or s.hanzi[y]:
            turned = bool(s.hanzi[y])
            spelt, letters = (b, a) if turned else (a, b)
            rows = int(s.syllables[j if turned else i])
            if rows < 0:
                return None
            return self._match_rows(rows, spelt, letters, turned, k.WITH_HANZI)
        options = [self.match_letters(a, b)]
        if s.stem[i] >= 0 and s.stem[j] >= 0:
            stems = self.match_letters(int(s.stem[i]), int(s.stem[j]))
            if stems.odds + k.STEM_GAIN < options[0].odds:
                options = [replace(stems, odds=stems.odds + k.STEM_GAIN)]
        table = ONE_SCRIPT if s.script[a] == s.script[b] else TWO_SCRIPTS
        options = [self._doubt(options[0], a, b, table)]
        options += [*self._pinyin(i, j, False), *self._pinyin(j, i, True)]
        return max(options, key=lambda match: match.odds)

    def match_words(self, x: int, i: int, y: int, j: int) -> Match | None:
        """Match two words; if both hold a part that many names are built with, the rest decides."""
        s, k = self.store, self.kernel
        match = self._as_known(x, i, y, j)
        if match is None or match.odds < k.REST_DOUBT or match.known == _ONE_NAME:
            return match
        for part, rest in ((s.head, s.head_rest), (s.tail, s.tail_rest)):
            if part[i] > 0 and part[i] == part[j]:
                left = self._as_known(x, int(rest[i]), y, int(rest[j]))
                odds = _NEVER if left is None else left.odds
                if odds < k.REST_DOUBT and odds + k.STEM_GAIN < match.odds:
                    match = replace(match, odds=odds + k.STEM_GAIN, known=_SHARED_PART)
        return match

    def _as_known(self, x: int, i: int, y: int, j: int) -> Match | None:
        """Match two words, and what the table of known words says of them; None if nothing can."""
        s, k = self.store, self.kernel
        if s.letters[i] < 0 or s.letters[j] < 0:
            return None
        match = self._by_sound(x, i, y, j)
        a, b = int(s.known[s.letters[i]]), int(s.known[s.letters[j]])
        if match is None or a * b <= 0:
            return match
        if a != b:
            return replace(match, odds=min(match.odds, k.OTHER_NAME_ODDS), known=_TWO_NAMES)
        least = k.KNOWN_ODDS if a > 0 else k.SAME_WORD_ODDS
        odds = max(match.odds, least + max(match.odds, k.LEAST_SOUND) // 64)
        return replace(match, odds=odds, known=_ONE_NAME)

    def _to_name(self, w: int, y: int, turned: bool, kind: int) -> Match | None:
        """Match Hanzi or pinyin, all words as one, to an alphabetic name in its best order."""
        s = self.store
        rows, spelt, words = int(s.syllables[w]), int(s.letters[w]), self._words(y)
        if rows < 0:
            return None
        targets = s.orders[s.order_at[y] : s.order_at[y + 1]].tolist()
        if len(words) == 1:
            targets = [int(s.letters[words[0]])]
        matches = [self._match_rows(rows, spelt, target, turned, kind) for target in targets]
        best = max(matches, key=lambda match: match.value)
        if len(words) == 1 or best.odds <= self.kernel.WORTH_CUTTING:
            return best
        k = self.kernel
        worst = k._worst_in_cut(*self._packed, rows, y, kind, self._packed_weights, self.fit)
        limit = int(k._limit(worst))
        return best if limit >= best.odds else replace(best, odds=limit, known=_ONE_WORD_DIFFERS)

    def _together(self, x: int, y: int) -> Iterator[tuple[str, Match | None]]:
        """Yield the ways to compare two names as if written without spaces."""
        s, k = self.store, self.kernel
        i, j = int(s.whole[x]), int(s.whole[y])
        if i < 0 or j < 0:
            return
        if s.hanzi[x] and s.hanzi[y]:
            yield "both spelt in pinyin", self.match_words(x, i, y, j)
        elif s.hanzi[x]:
            yield "Hanzi against letters", self._to_name(i, y, False, k.WITH_HANZI)
        elif s.hanzi[y]:
            yield "letters against Hanzi", self._to_name(j, x, True, k.WITH_HANZI)
        else:
            match = self.match_letters(int(s.letters[i]), int(s.letters[j]))
            yield "all words run together", match
            yield from self._pinyin_names(x, i, y, j)

    def _pinyin_names(self, x: int, i: int, y: int, j: int) -> Iterator[tuple[str, Match | None]]:
        s, k = self.store, self.kernel
        for word, name, turned in ((i, y, False), (j, x, True)):
            if not s.latin[name]:
                match = self._to_name(word, name, turned, k.AS_PINYIN)
                match = match and replace(match, odds=match.odds - k._PINYIN_COST)
                yield f"the {'second' if turned else 'first'} read as pinyin", match

    def _single(self, x: int, y: int) -> Iterator[Route]:
        s, k = self.store, self.kernel
        i, j = self._words(x)[0], self._words(y)[0]
        match = self.match_words(x, i, y, j)
        if match is None:
            return
        titles = s.title[s.letters[i]] and s.title[s.letters[j]]
        odds = min(match.odds, k.TITLE_ODDS) if titles else match.odds
        how = "title against title" if titles else "word against word"
        yield Route(how, odds, (match,))

    def naming(self, i: int) -> int:
        """Return whether word ``i`` says who is meant (``kernel._naming``)."""
        s = self.store
        return self.kernel.NAMING if s.letters[i] < 0 else int(s.names[s.letters[i]])

    def _same_words(self, x: int, y: int) -> bool:
        counts = [sum(self.naming(i) > 0 for i in self._words(name)) for name in (x, y)]
        return counts[0] == counts[1] > 1

    def _as_written(self, x: int, y: int) -> Iterator[Route]:
        words_x, words_y = self._words(x), self._words(y)
        if not words_x or not words_y:
            return
        if len(words_x) == 1 and len(words_y) == 1:
            yield from self._single(x, y)
            return
        yield _Assignment(self, x, y).solve()
        if not self._same_words(x, y):
            for how, match in self._together(x, y):
                if match:
                    yield Route(how, match.odds, (match,))

    def routes(self, x: int, y: int) -> Iterator[Route]:
        """Yield every way the kernel compares name ``x`` with name ``y`` of the store."""
        yield from self._as_written(x, y)
        s = self.store
        others = [(o, y) for o in s.others[s.other_at[x] : s.other_at[x + 1]].tolist()]
        others += [(x, o) for o in s.others[s.other_at[y] : s.other_at[y + 1]].tolist()]
        for a, b in others:
            for route in self._as_written(a, b):
                how = f"another name of the place, {route.how}"
                yield replace(route, how=how, value=route.value - self.kernel._OTHER_COST)


@dataclass(frozen=True, slots=True, order=True)
class _Pairing:
    """A pairing so far: its total, its worst pair, and (word, word) of the pairs."""

    total: int
    worst: int
    pairs: tuple[tuple[int, int], ...] = ()


class _States(dict[tuple[frozenset[int], bool], _Pairing]):
    """The best pairing for each set of taken words, and whether a naming word was dropped."""


def _keep(states: _States, state: tuple[frozenset[int], bool], found: _Pairing) -> None:
    known = states.get(state)
    if known is None or (found.total, found.worst) > (known.total, known.worst):
        states[state] = found


class _Assignment:
    """The best one-to-one pairing of two names' words, in any order (``kernel._assign``)."""

    def __init__(self, tracer: Tracer, x: int, y: int) -> None:
        self.tracer, self.k, self.store = tracer, tracer.kernel, tracer.store
        self.a, self.b = tracer._words(x), tracer._words(y)
        self.matches = {
            (i, j): self._judge(i, j, tracer.match_words(x, i, y, j))
            for i in self.a
            for j in self.b
        }

    def _judge(self, i: int, j: int, match: Match | None) -> Match:
        roles = {int(self.store.role[i]), int(self.store.role[j])}
        found = match or Match(int(self.store.letters[i]), int(self.store.letters[j]), False, (), 0)
        if roles == {self.k.GIVEN, self.k.FATHER}:
            return replace(found, odds=min(found.odds, self.k.ROLE_ODDS))
        return found

    def _of_piece(self, array: Any, i: int, unread: int) -> int:
        piece = int(self.store.letters[i])
        return unread if piece < 0 else int(array[piece])

    def _drop(self, i: int) -> int:
        return self._of_piece(self.store.drop, i, 0)

    def _gain(self, i: int, j: int) -> int:
        cap = min(self._of_piece(self.store.cap, w, -_NEVER) for w in (i, j))
        return min(self.matches[i, j].odds, cap) - self._drop(j)

    def _add(self, so_far: _Pairing, i: int, j: int) -> _Pairing:
        judges = all(self.tracer.naming(w) == self.k.NAMING for w in (i, j))
        worst = min(so_far.worst, self.matches[i, j].odds) if judges else so_far.worst
        return _Pairing(so_far.total + self._gain(i, j), worst, (*so_far.pairs, (i, j)))

    def _next(self, states: _States, i: int) -> _States:
        """Go on by word ``i`` of the first name: dropped, or paired with any that is free."""
        told, drop, out = self.tracer.naming(i) > 0, self._drop(i), _States()
        for (taken, dropped), so_far in states.items():
            _keep(out, (taken, dropped or told), replace(so_far, total=so_far.total + drop))
            for j in set(self.b) - taken:
                _keep(out, (taken | {j}, dropped), self._add(so_far, i, j))
        return out

    def _end(self, taken: frozenset[int], dropped: bool, so_far: _Pairing) -> Route:
        left = any(self.tracer.naming(j) > 0 for j in set(self.b) - taken)
        if dropped and left:
            so_far = replace(
                so_far,
                total=so_far.total - self.k.CLASH_COST,
                worst=min(so_far.worst, self.k.CLASH_ODDS),
            )
        limit = int(self.k._limit(so_far.worst))
        paired = {i for i, _ in so_far.pairs}
        return Route(
            "word by word, in any order",
            min(so_far.total, limit),
            tuple(self.matches[pair] for pair in so_far.pairs),
            tuple(i for i in self.a if i not in paired),
            tuple(j for j in self.b if j not in taken),
            limit if limit < so_far.total else None,
        )

    def solve(self) -> Route:
        """Return the best pairing, in which at least one word has found its fellow."""
        nothing = _Pairing(sum(self._drop(j) for j in self.b), -_NEVER)
        states = _States({(frozenset(), False): nothing})
        for i in self.a:
            states = self._next(states, i)
        ends = [self._end(*state, so_far) for state, so_far in states.items() if state[0]]
        return max(ends, key=lambda route: route.value)
