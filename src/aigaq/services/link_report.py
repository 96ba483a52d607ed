"""The page about a linkage run: numbers, the most surprising links, the largest persons."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.adapters.clock import now
from aigaq.linkage.report import (
    AccountShown,
    ClusterShown,
    LinkagePage,
    PairShown,
    calibrate,
    count_scores,
    count_sizes,
)
from aigaq.linkage.report_page import render_page
from aigaq.linkage.types import ScoredPair
from aigaq.linkage.wording import EvidenceLine, read_evidence, write_evidence
from aigaq.records.identity import Identity, in_force
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.contradictions import find_contradictions
from aigaq.services.judging import all_judgements
from aigaq.services.linking import LinkReport, link_scored
from aigaq.services.people import identities, tell_mentions
from aigaq.services.waiting import pair_of, read_judged
from aigaq.store import models

_SURPRISING, _OVERRULED, _LARGEST = 8, 8, 8
_LEAST_AGAINST = -2.0  # bits: four times likelier if two people
_MOST_ACCOUNTS = 30

type Pair = frozenset[UUID]


def link_and_report(actor: Actor) -> tuple[LinkReport, str]:
    """Link as `linking.link` does and return its report and the page about it, as HTML.

    The page names people: it is for members only.

    Raises:
        NotAllowed: the actor may not link, or not read.
    """
    actor.require("read")
    report, pairs = link_scored(actor)
    holdings = _load(pairs)
    return report, render_page(_build_page(actor, report, holdings))


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What the page is made from, read once.

    `probability` is what the machine says of a pair in the end, rivals counted.
    """

    identity: Identity
    human: Mapping[Pair, Judgement]
    machine: Mapping[Pair, Judgement]
    probability: Mapping[Pair, float]
    scored: Mapping[Pair, ScoredPair]


def _load(pairs: Sequence[ScoredPair]) -> _Loaded:
    rows = in_force(all_judgements(Matter.PERSON))
    machine = {pair_of(row.left, row.right): row for row in rows if row.by_machine}
    human = {pair_of(row.left, row.right): row for row in rows if not row.by_machine}
    scored = {pair_of(pair.left, pair.right): pair for pair in pairs}
    final = {pair: row.probability for pair, row in machine.items() if row.probability is not None}
    raw = {pair: one.probability for pair, one in scored.items()}
    return _Loaded(identities(), human, machine, raw | final, scored)


def _build_page(actor: Actor, report: LinkReport, loaded: _Loaded) -> LinkagePage:
    groups = loaded.identity.groups(provisional=True)
    confirmed = {head: _is_confirmed(members, loaded.identity) for head, members in groups.items()}
    stands = Counter(row.outcome for row in loaded.machine.values())
    surprising, overruled = _find_surprising(loaded), _find_overruled(loaded)
    largest = sorted(groups.values(), key=lambda own: (-len(own), own[0]))[:_LARGEST]
    largest = [own for own in largest if len(own) > 2]
    evidence = _read_all_evidence(loaded, [*surprising, *overruled])
    shown = _show_accounts(
        [*(id for pair in (*surprising, *overruled) for id in pair)]
        + [id for own in largest for id in own[:_MOST_ACCOUNTS]]
    )
    return LinkagePage(
        made_at=now(),
        accounts=report.mentions,
        persons=len(groups),
        links=stands[Outcome.SAME],
        questions=report.waiting,
        contradictions=len(find_contradictions(actor)),
        scores=count_scores(loaded.probability[pair] for pair in loaded.scored),
        calibration=calibrate(_list_judged(loaded)),
        sizes=count_sizes((len(own), confirmed[head]) for head, own in groups.items()),
        surprising=[_show_pair(pair, loaded, evidence, shown) for pair in surprising],
        overruled=[_show_pair(pair, loaded, evidence, shown) for pair in overruled],
        largest=[_show_cluster(own, loaded, confirmed, shown) for own in largest],
    )


def _is_confirmed(members: Sequence[UUID], identity: Identity) -> bool:
    return len({identity.confirmed[id] for id in members}) == 1


def _list_judged(loaded: _Loaded) -> Iterable[tuple[float, bool]]:
    """Yield what people decided one by one about pairs that were scored."""
    for pair, same in read_judged().items():
        if pair in loaded.scored:
            yield loaded.probability[pair], same


def _find_surprising(loaded: _Loaded) -> list[Pair]:
    """Return links that stand by the machine alone although much speaks against them."""
    against = {
        pair: sum(line.bits for line in one.evidence[1:] if line.bits < 0)
        for pair, one in loaded.scored.items()
        if pair not in loaded.human
        and (row := loaded.machine.get(pair)) is not None
        and row.outcome is Outcome.SAME
    }
    worst = sorted(against, key=lambda pair: (against[pair], sorted(pair)))
    return [pair for pair in worst if against[pair] <= _LEAST_AGAINST][:_SURPRISING]


def _find_overruled(loaded: _Loaded) -> list[Pair]:
    """Return pairs that people decided against the machine's expectation."""
    missed = {
        pair: abs(loaded.probability[pair] - (row.outcome is Outcome.SAME))
        for pair, row in loaded.human.items()
        if row.outcome is not Outcome.UNDECIDED and pair in loaded.scored
    }
    worst = sorted(missed, key=lambda pair: (-missed[pair], sorted(pair)))
    return [pair for pair in worst if missed[pair] > 0.5][:_OVERRULED]


def _read_all_evidence(
    loaded: _Loaded, pairs: Iterable[Pair]
) -> Mapping[Pair, Sequence[EvidenceLine]]:
    """Return evidence as recorded with the machine's judgement, else as scored now."""
    rows = {loaded.machine[pair].id: pair for pair in pairs if pair in loaded.machine}
    texts = models.Judgement.objects.filter(id__in=rows).values_list("id", "evidence")
    recorded = {rows[id]: read_evidence(text) for id, text in texts}
    return recorded | {
        pair: read_evidence(write_evidence(loaded.scored[pair].evidence))
        for pair in pairs
        if pair not in recorded
    }


def _show_accounts(mentions: Iterable[UUID]) -> Mapping[UUID, AccountShown]:
    return {
        id: AccountShown(str(id), told.names, f"{told.source}: {told.rest}")
        for id, told in tell_mentions(set(mentions)).items()
    }


def _show_pair(
    pair: Pair,
    loaded: _Loaded,
    evidence: Mapping[Pair, Sequence[EvidenceLine]],
    shown: Mapping[UUID, AccountShown],
) -> PairShown:
    one = loaded.scored[pair]
    human = loaded.human.get(pair)
    stands = (
        f"a person judged: {human.outcome}, “{human.reason}”" if human else "joined by the machine"
    )
    return PairShown(
        shown[one.left], shown[one.right], loaded.probability[pair], stands, evidence[pair]
    )


def _show_cluster(
    members: Sequence[UUID],
    loaded: _Loaded,
    confirmed: Mapping[UUID, bool],
    shown: Mapping[UUID, AccountShown],
) -> ClusterShown:
    inside = set(members)
    links = [
        row.probability or 0.0
        for pair, row in loaded.machine.items()
        if pair <= inside and row.outcome is Outcome.SAME and pair not in loaded.human
    ]
    return ClusterShown(
        [shown[id] for id in members[:_MOST_ACCOUNTS]],
        len(members),
        confirmed[members[0]],
        min(links, default=None),
    )
