"""What waits for a person: pairs nobody has judged, and batches a member may accept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.errors import BadInput
from aigaq.records.identity import in_force
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.judging import Verdict, all_judgements, judge
from aigaq.services.linking import pair_of
from aigaq.services.people import identities
from aigaq.store import models


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that waits for a person: the machine's judgement and its evidence lines."""

    judgement: Judgement
    evidence: tuple[tuple[str, str, str, str, float], ...]


def review_queue(actor: Actor) -> Iterator[Waiting]:
    """Return the pairs nobody has judged, the most uncertain first, then provisional links.

    Raises:
        NotAllowed: the actor may not judge.
    """
    actor.require("judge")
    rows = in_force(all_judgements(Matter.PERSON))
    decided = {pair_of(row.left, row.right) for row in rows if not row.by_machine}
    waiting = [
        row for row in rows if row.by_machine and pair_of(row.left, row.right) not in decided
    ]
    texts = dict(models.Judgement.objects.exclude(evidence="").values_list("id", "evidence"))
    for row in sorted(
        waiting, key=lambda one: (one.outcome is Outcome.SAME, _certainty(one), one.id)
    ):
        lines = json.loads(texts.get(row.id, "[]"))
        yield Waiting(row, tuple(tuple(line) for line in lines))


def _certainty(row: Judgement) -> float:
    return abs((row.probability or 0.0) - 0.5)


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
    reason = f"accepted as a batch: the machine's probability is {threshold} or more"
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
