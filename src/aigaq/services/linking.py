"""Linking: the machine proposes, people decide, and what is uncertain waits in a queue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aigaq.linkage.episodes import propose_episodes
from aigaq.linkage.proposals import propose
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import EpisodeAccount, ScoredPair
from aigaq.records.identity import in_force
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.judging import add_judgements, all_judgements, withdrawal
from aigaq.services.link_records import link_records, taken_spans
from aigaq.services.people import identities
from aigaq.store import models

#: A machine link at or above this joins two accounts provisionally; below it, the pair waits in the queue.
LINK_AT = 0.8
#: Pairs less probable than this are not worth a person's time.
ASK_FROM = 0.5


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What a linkage run found: accounts read, pairs scored, links made, withdrawn, and left to a person."""

    mentions: int
    pairs: int
    linked: int
    withdrawn: int
    waiting: int


def link(actor: Actor) -> LinkReport:
    """Score all accounts against each other and record the machine's proposals.

    What people decided is never touched. Proposals of an earlier run that no longer hold are withdrawn;
    a second run over the same archive changes nothing.

    Raises:
        NotAllowed: the actor may not link.
    """
    actor.require("link")
    records = link_records()
    pairs = score_pairs(records) if len(records) > 1 else []
    # A proposal's probability counts its rivals (namesakes, kin), the raw score does not.
    chosen = {pair_of(one.left, one.right): one for one in propose(pairs, records)}
    asked = [pair for pair in pairs if pair.probability >= ASK_FROM]
    proposals = [_proposal(pair, chosen.get(pair_of(pair.left, pair.right))) for pair in asked]
    linked, withdrawn = _record(actor, Matter.PERSON, proposals)
    _link_episodes(actor)
    waiting = sum(1 for _, outcome in proposals if outcome is Outcome.UNDECIDED)
    return LinkReport(len(records), len(pairs), linked, withdrawn, waiting)


def _proposal(pair: ScoredPair, chosen: ScoredPair | None) -> tuple[ScoredPair, Outcome]:
    """Return what to record: a link for the best of its rivals where probable enough, else a question."""
    if chosen is not None and chosen.probability >= LINK_AT:
        return chosen, Outcome.SAME
    return chosen or pair, Outcome.UNDECIDED


def pair_of(left: UUID, right: UUID) -> frozenset[UUID]:
    """Return two ids as a pair without order."""
    return frozenset((left, right))


def _record(
    actor: Actor, matter: Matter, proposals: Sequence[tuple[ScoredPair, Outcome]]
) -> tuple[int, int]:
    """Bring the machine's judgements in line with `proposals`; return how many were made and withdrawn."""
    held = {
        pair_of(row.left, row.right): row
        for row in in_force(all_judgements(matter))
        if row.by_machine
    }
    wanted = {pair_of(pair.left, pair.right): (pair, outcome) for pair, outcome in proposals}
    stale = [row for key, row in held.items() if not _same(row, wanted.get(key))]
    kept = {pair_of(row.left, row.right) for row in held.values()} - {
        pair_of(row.left, row.right) for row in stale
    }
    fresh = [found for key, found in wanted.items() if key not in kept]
    if not stale and not fresh:
        return 0, 0
    with act(actor, "link", {"made": len(fresh), "withdrawn": len(stale)}) as recording:
        gone = [
            withdrawal(row, recording, actor.id, "a later run no longer finds it") for row in stale
        ]
        add_judgements(recording, gone)
        made = [_machine(pair, outcome, matter, recording.at) for pair, outcome in fresh]
        add_judgements(recording, made, [_evidence(pair) for pair, _ in fresh])
    links = sum(1 for _, outcome in fresh if outcome is Outcome.SAME)
    return links, len(stale)


def _same(row: Judgement, found: tuple[ScoredPair, Outcome] | None) -> bool:
    if found is None or row.outcome is not found[1]:
        return False
    return abs((row.probability or 0.0) - found[0].probability) < 0.01


def _machine(pair: ScoredPair, outcome: Outcome, matter: Matter, at: datetime) -> Judgement:
    return Judgement(
        id=new_id(),
        matter=matter,
        left=pair.left,
        right=pair.right,
        outcome=outcome,
        decided_at=at,
        probability=round(pair.probability, 6),
        reason="proposed by the machine",
    )


def _evidence(pair: ScoredPair) -> str:
    lines = [
        [one.comparison, one.level, one.left, one.right, round(one.bits, 2)]
        for one in pair.evidence
    ]
    return json.dumps(lines, ensure_ascii=False)


def _link_episodes(actor: Actor) -> None:
    """Propose which accounts of detention, within what is now one person, tell of one arrest."""
    together = identities().working
    taken = taken_spans()
    accounts = [
        EpisodeAccount(row.id, row.mention_id, taken.get(row.id))
        for row in models.Episode.objects.order_by("mention_id", "position").iterator()
    ]
    found = [
        (ScoredPair(left, right, probability, ()), Outcome.SAME)
        for left, right, probability in propose_episodes(accounts, together)
    ]
    _record(actor, Matter.EPISODE, found)
