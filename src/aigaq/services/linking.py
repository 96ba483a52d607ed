"""Linking: the machine proposes, people decide, and what is uncertain waits in a queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aigaq.linkage.episodes import propose_episodes
from aigaq.linkage.grouping import LINK_AT, group
from aigaq.linkage.scoring import score_with_basis
from aigaq.linkage.types import Basis, EpisodeAccount, LinkRecord, ScoredPair
from aigaq.linkage.wording import write_evidence
from aigaq.records.identity import in_force
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.judging import add_judgements, all_judgements, withdrawal
from aigaq.services.link_records import link_records, taken_spans
from aigaq.services.new_mentions import score_new
from aigaq.services.people import identities
from aigaq.services.waiting import pair_of, pick_waiting, read_decided, read_decisions, read_judged
from aigaq.store import models

#: Pairs less probable than this are not worth a person's time.
ASK_FROM = 0.3


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What a linkage run found: accounts read, pairs scored, links made and withdrawn, and how many pairs the
    queue holds for a person now, provisional links among them; and what the weights rested on."""

    mentions: int
    pairs: int
    linked: int
    withdrawn: int
    waiting: int
    basis: Basis


def link(actor: Actor) -> LinkReport:
    """Score all accounts against each other and record the machine's proposals.

    What people decided is never touched, and is built upon: accounts they joined count as one, accounts they
    kept apart stay apart, what they could not decide the machine does not decide for them. Proposals of an
    earlier run that no longer hold are withdrawn; a second run over the same archive changes nothing.

    Raises:
        NotAllowed: the actor may not link.
    """
    return link_scored(actor)[0]


def link_scored(actor: Actor) -> tuple[LinkReport, Sequence[ScoredPair]]:
    """Do as `link` does, and return the scored pairs as well."""
    actor.require("link")
    records = link_records(actor)
    pairs, basis = score_with_basis(records, judged=read_judged())
    return _settle(actor, records, pairs, basis, _decide(records, pairs)), pairs


def link_new(actor: Actor) -> LinkReport:
    """Link only the accounts recorded since the last run that changed anything, against all.

    What earlier runs found between older accounts stays as it is; accounts whose claims were corrected
    since are not looked at again. `link` does both.

    Raises:
        NotAllowed: the actor may not link.
    """
    actor.require("link")
    sources = models.Mention.objects.order_by("id").values_list("id", "source_id")
    records = [LinkRecord(id, source, ()) for id, source in sources.iterator()]
    new = _find_new()
    pairs = score_new(actor, new) if new else []
    held = [row for row in in_force(all_judgements(Matter.PERSON)) if row.by_machine]
    known = [
        ScoredPair(row.left, row.right, row.probability or 0.0, ())
        for row in held
        if not new & {row.left, row.right}
    ]
    decided = [
        (pair, outcome)
        for pair, outcome in _decide(records, [*pairs, *known])
        if new & {pair.left, pair.right}
    ]
    return _settle(actor, records, pairs, Basis(), decided, touching=new)


def _find_new() -> set[UUID]:
    last = models.Event.objects.filter(kind="link").order_by("-at").first()
    mentions = models.Mention.objects.all()
    if last is not None:
        mentions = mentions.filter(recorded_at__gt=last.at)
    return set(mentions.values_list("id", flat=True))


def _settle(
    actor: Actor,
    records: Sequence[LinkRecord],
    pairs: Sequence[ScoredPair],
    basis: Basis,
    decided: Sequence[tuple[ScoredPair, Outcome]],
    *,
    touching: set[UUID] | None = None,
) -> LinkReport:
    linked, withdrawn = _record(actor, Matter.PERSON, decided, touching=touching)
    _link_episodes(actor)
    waiting = len(pick_waiting(identities(), read_decided()))
    return LinkReport(len(records), len(pairs), linked, withdrawn, waiting, basis)


def _decide(
    records: Sequence[LinkRecord], pairs: Sequence[ScoredPair]
) -> list[tuple[ScoredPair, Outcome]]:
    """Return what to record: links inside a person, and a question for each other pair worth asking."""
    confirmed, apart = read_decisions()
    bonds = [(head, member) for member, head in confirmed.items() if head != member]
    grouped = group(records, pairs, bonds=bonds, walls=apart)
    heads = grouped.heads
    decided = []
    for raw, pair, won in zip(pairs, grouped.pairs, grouped.proposed, strict=True):
        if heads[pair.left] == heads[pair.right] and pair.probability >= LINK_AT:
            decided.append((pair, Outcome.SAME))
        elif raw.probability >= ASK_FROM:
            decided.append((pair if won else raw, Outcome.UNDECIDED))
    return decided


def _record(
    actor: Actor,
    matter: Matter,
    proposals: Sequence[tuple[ScoredPair, Outcome]],
    *,
    touching: set[UUID] | None = None,
) -> tuple[int, int]:
    """Bring the machine's judgements in line with `proposals`; return how many were made and withdrawn.

    With `touching`, only judgements about one of these are looked at.
    """
    held = {
        pair_of(row.left, row.right): row
        for row in in_force(all_judgements(matter))
        if row.by_machine and (touching is None or touching & {row.left, row.right})
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
        add_judgements(recording, made, [write_evidence(pair.evidence) for pair, _ in fresh])
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
