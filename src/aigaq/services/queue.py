"""What waits for a person: pairs nobody has judged, and batches a member may accept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from uuid import UUID

from aigaq.linkage.wording import EvidenceLine, read_evidence
from aigaq.records.errors import BadInput
from aigaq.records.identity import Identity, in_force
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.judging import Verdict, all_judgements, judge
from aigaq.services.people import identities
from aigaq.services.waiting import BATCH_REASON, Decided, pair_of, pick_waiting, read_decided
from aigaq.store import models


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that waits for a person.

    Attributes:
        judgement: the machine's: a provisional link (*same*) or a question (*undecided*).
        across: how many pairs of accounts an answer bears on: those across the two persons it joins or parts.
        worth: what an answer is worth: how unsure the machine is (in bits, 0 to 1) times `across`.
    """

    judgement: Judgement
    across: int
    worth: float


class ReviewQueue:
    """What waits, the most worthwhile first. Answers given on the way settle further pairs."""

    def __init__(self, waiting: Sequence[Waiting], decided: Decided) -> None:
        self._waiting = waiting
        self._decided = decided

    def __iter__(self) -> Iterator[Waiting]:
        """Yield each pair that no answer has settled by the time its turn comes."""
        for one in self._waiting:
            if not self._decided.is_settled(one.judgement.left, one.judgement.right):
                yield one

    def __len__(self) -> int:
        """Return how many pairs wait now."""
        return sum(1 for _ in self)

    def settle(self, waiting: Waiting, outcome: Outcome) -> None:
        """Take note of an answer that was recorded."""
        self._decided.add(waiting.judgement.left, waiting.judgement.right, outcome)


def review_queue(actor: Actor) -> ReviewQueue:
    """Return what waits for a person: questions and provisional links, the most worthwhile first.

    Of several pairs between the same two persons, as they stand now, the most probable is asked about.

    Raises:
        NotAllowed: the actor may not judge.
    """
    actor.require("judge")
    identity = identities()
    decided = read_decided()
    best = pick_waiting(identity, decided)
    sizes = Counter(identity.confirmed.values()), Counter(identity.working.values())
    waiting = [_weigh(row, identity, sizes) for row in best]
    waiting.sort(key=lambda one: (-one.worth, one.judgement.id))
    return ReviewQueue(waiting, decided)


def _weigh(
    row: Judgement, identity: Identity, sizes: tuple[Counter[UUID], Counter[UUID]]
) -> Waiting:
    """A question would join two persons as they stand now; a link that stands joins what people joined."""
    apart = identity.working[row.left] != identity.working[row.right]
    heads, counts = (identity.working, sizes[1]) if apart else (identity.confirmed, sizes[0])
    across = counts[heads[row.left]] * counts[heads[row.right]]
    return Waiting(row, across, across * measure_doubt(row.probability or 0.0))


def measure_doubt(probability: float) -> float:
    """Return how unsure a probability is, in bits: 1 at 0.5, 0 at 0 and 1 (Shannon 1948)."""
    chances = (probability, 1 - probability)
    return -sum(chance * log2(chance) for chance in chances if chance > 0)


def evidence_of(judgement: UUID) -> tuple[EvidenceLine, ...]:
    """Return what a machine's judgement rests on, in words."""
    return read_evidence(
        models.Judgement.objects.values_list("evidence", flat=True).get(id=judgement)
    )


def accept_links(actor: Actor, threshold: float) -> int:
    """Accept, in the actor's name and as one batch, every provisional link at or above a threshold.

    Only between published historical lists and other sources with a publication basis: a batch is no way
    to decide about people of today. The two accounts of one arrest are accepted along with their persons.

    Returns:
        How many links of persons were accepted.

    Raises:
        NotAllowed: the actor may not accept batches.
        BadInput: the threshold is no probability worth accepting.
    """
    actor.require("judge.batch")
    if not 0.5 <= threshold <= 1:
        raise BadInput(f"a batch is accepted at a probability from 0.5 to 1, not {threshold}")
    historical = set(
        models.Mention.objects.filter(
            source__bases__withdraws__isnull=True,
            source__bases__withdrawn_by__isnull=True,
            source__bases__kind__in=["official_historical_list", "historical_dead"],
        ).values_list("id", flat=True)
    )
    reason = f"{BATCH_REASON}: the machine's probability is {threshold} or more"
    rows = _open_links(Matter.PERSON)
    chosen = [
        row
        for row in rows
        if (row.probability or 0.0) >= threshold and {row.left, row.right} <= historical
    ]
    verdicts = [Verdict(row.left, row.right, Outcome.SAME, reason) for row in chosen]
    if verdicts:
        judge(actor, verdicts, batch=reason)
    if arrests := _episode_verdicts(historical):
        judge(actor, arrests, batch=reason)
    return len(chosen)


def _open_links(matter: Matter) -> list[Judgement]:
    rows = in_force(all_judgements(matter))
    decided = {pair_of(row.left, row.right) for row in rows if not row.by_machine}
    return [
        row
        for row in rows
        if row.by_machine
        and row.outcome is Outcome.SAME
        and pair_of(row.left, row.right) not in decided
    ]


def _episode_verdicts(historical: set[UUID]) -> list[Verdict]:
    """Accept the arrests within persons that stand: of two people there are no two accounts of one arrest."""
    person = identities().confirmed
    of_mention = dict(models.Episode.objects.values_list("id", "mention_id"))
    reason = "accepted with the persons: their dates allow one arrest"
    return [
        Verdict(row.left, row.right, Outcome.SAME, reason, Matter.EPISODE)
        for row in _open_links(Matter.EPISODE)
        if {of_mention[row.left], of_mention[row.right]} <= historical
        and person[of_mention[row.left]] == person[of_mention[row.right]]
    ]
