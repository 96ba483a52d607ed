"""Pairwise and B-cubed precision, recall and F1 of clusters against truth."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

type Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good an answer is: all between 0 and 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.4f}"


def measure_pairs(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """Of all pairs that stand together, those that should; of all that should, those that do."""
    found = _count_pairs(Counter(clusters.values()).values())
    real = _count_pairs(Counter(truth.values()).values())
    right = _count_pairs(Counter((clusters[id], truth[id]) for id in truth).values())
    return Quality(right / found if found else 1.0, right / real if real else 1.0)


def measure_bcubed(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """The same seen from each record, averaged over records (Bagga and Baldwin 1998)."""
    own, real = Counter(clusters.values()), Counter(truth.values())
    both = Counter((clusters[id], truth[id]) for id in truth)
    precision = sum(n * n / own[cluster] for (cluster, _), n in both.items())
    recall = sum(n * n / real[person] for (_, person), n in both.items())
    return Quality(precision / len(truth), recall / len(truth))


def _count_pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def measure_links(links: Iterable[Pair], truth: Mapping[str, Hashable]) -> Quality:
    """The links alone, without what follows from them."""
    known = set(links)
    right = sum(1 for left, right in known if truth[left] == truth[right])
    real = _count_pairs(Counter(truth.values()).values())
    return Quality(right / len(known) if known else 1.0, right / real if real else 1.0)


def find_best(
    scored: Sequence[tuple[str, str, float]], truth: Mapping[str, Hashable]
) -> tuple[float, Quality]:
    """Return the threshold at which the links reach their best F1, and how good they are there."""
    real = _count_pairs(Counter(truth.values()).values())
    ranked = sorted(scored, key=lambda pair: -pair[2])
    best, at, right = Quality(1.0, 0.0), 1.0, 0
    for count, (left, other, score) in enumerate(ranked, 1):
        right += truth[left] == truth[other]
        if count < len(ranked) and ranked[count][2] == score:
            continue
        if (found := Quality(right / count, right / real)).f1 > best.f1:
            best, at = found, score
    return at, best


def follow_links(links: Iterable[Pair], ids: Iterable[str]) -> dict[str, str]:
    """Return clusters as the connected components of links, as peers without clustering do."""
    parent = {id: id for id in ids}

    def head(id: str) -> str:
        while parent[id] != id:
            parent[id] = parent[parent[id]]
            id = parent[id]
        return id

    for left, right in links:
        parent[head(left)] = head(right)
    return {id: head(id) for id in parent}
