"""Deciding waiting pairs one by one at a terminal (`aigaq link --review`)."""

from uuid import UUID

import typer

from aigaq.cli.session import Session, say
from aigaq.linkage.wording import EvidenceLine, say_chance
from aigaq.records.judgements import Outcome
from aigaq.services.contradictions import Contradiction, find_contradictions
from aigaq.services.judging import Verdict, judge, undo
from aigaq.services.people import describe_mentions
from aigaq.services.queue import Waiting, evidence_of, review_queue

_ANSWERS = {"s": Outcome.SAME, "d": Outcome.DIFFERENT, "u": Outcome.UNDECIDED}
_ASKED = "[s]ame, [d]ifferent, [u]ndecided, [n]ext, take [b]ack the last answer, [q]uit"
_BAR = 12  # characters of the longest bar
_BITS_A_MARK = 1.5
_LEAST_SHOWN = 0.5


class Review:
    """One sitting: what was answered, in order, and what was passed over.

    Attributes:
        asks: whether anything waits.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._queue = review_queue(session.actor)
        self.asks = bool(self._queue)
        self._given: list[tuple[Waiting, UUID]] = []
        self._passed: set[UUID] = set()

    def run(self) -> int:
        """Ask until the queue is empty or the reader has had enough; return how many answers stand."""
        _show_contradictions(find_contradictions(self._session.actor))
        try:
            while (waiting := self._next()) and self._ask(waiting):
                pass
        except typer.Abort:  # the end of the input, or Ctrl-C: what was recorded stands
            say("")
        return len(self._given)

    def _next(self) -> Waiting | None:
        return next(
            (one for one in self._queue if one.judgement.id not in self._passed),
            None,
        )

    def _ask(self, waiting: Waiting) -> bool:
        """Show one pair and do as told; return whether to go on."""
        left = sum(1 for one in self._queue if one.judgement.id not in self._passed)
        _show(waiting, left)
        while True:
            answer = typer.prompt(_ASKED, default="n", err=True).strip().lower()[:1]
            if answer in _ANSWERS:
                self._record(waiting, _ANSWERS[answer])
            elif answer == "n":
                self._passed.add(waiting.judgement.id)
            elif answer == "b":
                self._take_back()
            elif answer != "q":
                say("Please answer with one of the letters in brackets.")
                continue
            return bool(answer != "q")

    def _record(self, waiting: Waiting, outcome: Outcome) -> None:
        pair = waiting.judgement
        verdict = Verdict(pair.left, pair.right, outcome, _ask_why())
        (id,) = judge(self._session.actor, [verdict])
        self._given.append((waiting, id))
        self._queue.settle(waiting, outcome)
        say(f"Recorded. To take it back later: aigaq judge --undo {id} --reason WHY")

    def _take_back(self) -> None:
        if not self._given:
            say("Nothing was answered yet in this sitting.")
            return
        _, id = self._given.pop()
        undo(self._session.actor, id, _ask_why())
        self._queue = review_queue(self._session.actor)
        say("Taken back; the pair waits again.")


def _ask_why() -> str:
    while not (reason := typer.prompt("Why", default="", show_default=False, err=True).strip()):
        say("A few words are needed: whoever reads this in ten years was not here.")
    return str(reason)


def _show(waiting: Waiting, left: int) -> None:
    pair = waiting.judgement
    told = describe_mentions([pair.left, pair.right])
    stands = "Joined for now by the machine." if pair.outcome is Outcome.SAME else "Not joined."
    say("")
    say(f"Are these one person? {left} pair{'s' if left != 1 else ''} to go.")
    say(f"  A  {told[pair.left]}")
    say(f"  B  {told[pair.right]}")
    say(
        f"Of 100 pairs like this, the machine expects one person in {_of_100(pair.probability)}. {stands}"
    )
    for line in evidence_of(pair.id):
        if abs(line.bits) >= _LEAST_SHOWN:
            say(_lay_out(line))
    if waiting.across > 1:
        say(f"Your answer bears on {waiting.across} pairs of accounts.")


def _of_100(probability: float | None) -> str:
    return say_chance(probability or 0.0).removesuffix(" in 100")


def _lay_out(line: EvidenceLine) -> str:
    """`+++` for one person, `---` for two, longer for more."""
    size = min(_BAR, max(1, round(abs(line.bits) / _BITS_A_MARK)))
    bar = ("+" if line.bits > 0 else "-") * size
    values = f"  ({line.left} | {line.right})" if line.left or line.right else ""
    weight = line.weight[:1].upper() + line.weight[1:]
    return f"  {bar:>{_BAR}}  {line.matter}: {line.finding}{values}. {weight}"


def _show_contradictions(found: list[Contradiction]) -> None:
    """Say which decisions of members can't all hold; until one is taken back the accounts stay apart."""
    for one in found:
        told = describe_mentions([one.same.left, one.same.right])
        say("")
        say("Decisions contradict each other; these two stay apart until one is taken back:")
        say(f"  A  {told[one.same.left]}")
        say(f"  B  {told[one.same.right]}")
        for row in (one.same, *one.against):
            say(
                f"  {row.outcome}: {one.who(row)}, {row.decided_at:%Y-%m-%d}, “{row.reason}” ({row.id})"
            )
    if found:
        say("To take one back: aigaq judge --undo ID --reason WHY")
