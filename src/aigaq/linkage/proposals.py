"""From scored pairs to proposals: a source names each person once, so namesakes compete for each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import log2
from uuid import UUID

from aigaq.linkage.assignment import assign, weigh_matchings
from aigaq.linkage.types import Evidence, LinkRecord, ScoredPair

_PROPOSE_FROM = 0.5
# Two mentions of one source are one person only on strong evidence: a list seldom repeats itself, and
# namesakes do stand on it.
_PROPOSE_INSIDE_FROM = 0.99
# Rivals less likely than the first of these don't change a probability that anyone would see. Weak pairs can
# tie thousands of mentions into one island, which no matching ends on: such an island is split at the next.
_RIVALS_FROM = (0.02, 0.1, 0.3, _PROPOSE_FROM)
_LARGEST_ISLAND = 120
_DIGITS = 9
_CERTAIN = 1 - 1e-9

type _Edges = dict[tuple[UUID, UUID], ScoredPair]


def propose(pairs: Iterable[ScoredPair], records: Sequence[LinkRecord]) -> list[ScoredPair]:
    """Choose which scored pairs the machine proposes as one person.

    Between two sources each mention is matched with at most one: among namesakes the best-supported
    assignment, and its probability is what remains after the other assignments had their share. Inside
    one source a pair must reach 0.99. No chain of proposals brings two mentions of one source
    together that are not themselves proposed.

    Args:
        pairs: as `score_pairs` gives them.
        records: the mentions that were scored.

    Returns:
        Proposals of 0.5 and more, the most probable first. Where rivals lowered (or settled) a
        probability, a line of evidence says so.
    """
    source = {record.mention: record.source for record in records}
    inside: list[ScoredPair] = []
    between: defaultdict[frozenset[UUID], list[ScoredPair]] = defaultdict(list)
    for pair in pairs:
        ends = frozenset((source[pair.left], source[pair.right]))
        if len(ends) == 2:
            between[ends].append(pair)
        elif pair.probability >= _PROPOSE_INSIDE_FROM:
            inside.append(pair)
    chosen = [link for group in between.values() for link in _match(group, source)]
    order = {record.mention: place for place, record in enumerate(records)}
    ranked = sorted(
        [*chosen, *inside], key=lambda p: (-p.probability, order[p.left], order[p.right])
    )
    return list(_drop_chains(ranked, source))


def _match(pairs: Sequence[ScoredPair], source: dict[UUID, UUID]) -> Iterator[ScoredPair]:
    """Match the mentions of two sources one to one, island by island."""
    one_side = source[pairs[0].left]
    edges = {
        (p.left, p.right) if source[p.left] == one_side else (p.right, p.left): p for p in pairs
    }
    for island in _islands(edges, _RIVALS_FROM):
        if len(island) > 1:
            yield from _match_island(island)
        else:
            yield from (pair for pair in island.values() if pair.probability >= _PROPOSE_FROM)


def _islands(edges: _Edges, least: Sequence[float]) -> Iterator[_Edges]:
    """Split pairs into islands that share no mention, too large ones without their weakest pairs."""
    strong = {edge: pair for edge, pair in edges.items() if pair.probability >= least[0]}
    for island in _split(strong):
        held = {edge: strong[edge] for edge in island}
        if len(held) > _LARGEST_ISLAND and len(least) > 1:
            yield from _islands(held, least[1:])
        else:
            yield held


def _match_island(edges: _Edges) -> Iterator[ScoredPair]:
    rows = list(dict.fromkeys(row for row, _ in edges))
    columns = list(dict.fromkeys(column for _, column in edges))
    odds = [[_odds(edges.get((row, column))) for column in columns] for row in rows]
    shares = weigh_matchings(odds)
    bits = [[log2(1 + value) for value in row] for row in odds]
    for row, place in zip(rows, assign(bits), strict=True):
        if place is None or shares[rows.index(row)][place] < _PROPOSE_FROM:
            continue
        yield _settle(edges[row, columns[place]], shares[rows.index(row)][place])


def _odds(pair: ScoredPair | None) -> float:
    if pair is None:
        return 0.0
    probability = min(pair.probability, _CERTAIN)
    return probability / (1 - probability)


def _settle(pair: ScoredPair, probability: float) -> ScoredPair:
    """Give the pair the probability that its rivals leave it, and say so."""
    probability = round(min(probability, _CERTAIN), _DIGITS)
    before = min(pair.probability, _CERTAIN)
    bits = log2(probability / (1 - probability)) - log2(before / (1 - before))
    if abs(bits) < 0.05:
        return replace(pair, probability=probability)
    label = (
        "another mention of that source fits too" if bits < 0 else "the rivals fit others better"
    )
    line = Evidence("rivals", label, "", "", round(bits, 3))
    return ScoredPair(pair.left, pair.right, probability, (*pair.evidence, line))


def _split(edges: Iterable[tuple[UUID, UUID]]) -> list[list[tuple[UUID, UUID]]]:
    """Split edges into islands that share no mention, in order of first appearance."""
    forest = _Forest()
    known = list(edges)
    for row, column in known:
        forest.join(row, column)
    islands: defaultdict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for edge in known:
        islands[forest.head(edge[0])].append(edge)
    return list(islands.values())


def _drop_chains(ranked: Sequence[ScoredPair], source: dict[UUID, UUID]) -> Iterator[ScoredPair]:
    """Pass on, best first, what doesn't bring two mentions of one source together by a detour."""
    forest = _Forest()
    held: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for pair in ranked:
        left, right = forest.head(pair.left), forest.head(pair.right)
        if left == right:
            yield pair
            continue
        own = [held[head] or {source[head]} for head in (left, right)]
        shared = own[0] & own[1]
        if shared <= {source[pair.left]} & {source[pair.right]}:
            head = forest.join(left, right)
            held[head] = own[0] | own[1]
            yield pair


class _Forest:
    """Union–find."""

    def __init__(self) -> None:
        self._parent: dict[UUID, UUID] = {}

    def head(self, member: UUID) -> UUID:
        while (parent := self._parent.get(member, member)) != member:
            self._parent[member] = member = self._parent.get(parent, parent)
        return member

    def join(self, left: UUID, right: UUID) -> UUID:
        head = self.head(left)
        self._parent[self.head(right)] = head
        return head
