"""Why two names score as they do: which pieces correspond, and what each is worth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aigaq.names.model import POSSIBLE, SAME, Scorer
from aigaq.names.params import UNIT
from aigaq.names.parse import ParsedName, parse
from aigaq.names.trace import Match, Route, Tracer


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A piece of one name and what stands for it in the other; ``""`` where nothing does.

    Letters are given as the broad sounds they are read as, Hanzi as themselves or, where the model
    knows only the syllable, as pinyin. ``nats`` is the evidence for one name: positive for
    pieces that often stand for each other, negative for pieces that seldom do.
    """

    a: str
    b: str
    nats: float


@dataclass(frozen=True, slots=True)
class WordMatch:
    """Two words, or two whole names, matched piece by piece.

    ``nats`` is the evidence of the pieces, ``odds`` the log odds that they are one word, in nats;
    ``known`` says what the table of known words adds, ``""`` if nothing.
    """

    pieces: tuple[Correspondence, ...]
    nats: float
    odds: float
    known: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a score is made of. ``str()`` gives it as text, ``dataclasses.asdict`` as data.

    ``verdict`` is ``same``, ``possible`` or ``different``; ``nats`` are the log odds that the score is
    read from; ``route`` says how the names were compared; ``limited`` that one word holds it down;
    ``left_out_a`` and ``left_out_b`` are the words that found no partner; ``marked`` says which titles,
    endings and name-forming suffixes were recognised.
    """

    a: str
    b: str
    score: float
    verdict: str
    nats: float
    route: str
    limited: bool
    matches: tuple[WordMatch, ...]
    left_out_a: tuple[str, ...]
    left_out_b: tuple[str, ...]
    marked: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(_lines(self))


class _Labels:
    """What the numbers of a tracer's rows stand for."""

    def __init__(self, scorer: Scorer) -> None:
        self.tracer = Tracer(scorer.store, scorer.parameters.weights, scorer.parameters.fit)
        self.names = {row: name for name, row in scorer.parameters.inventory.rows.items()}

    def word(self, word: int) -> str:
        """Return a word of the store as a reader knows it: Hanzi, or letters."""
        store = self.tracer.store
        rows, letters = int(store.syllables[word]), int(store.letters[word])
        spelt = self.of(letters) if letters >= 0 else ""
        return f"{self.of(rows)} ({spelt})" if rows >= 0 and spelt == "" else spelt

    def of(self, piece: int, start: int = 0, end: int | None = None) -> str:
        """Return rows ``start`` to ``end`` of a piece as a reader knows them."""
        names = [self.names[row] for row in self.tracer.rows(piece)[start:end]]
        if self.tracer.store.length[piece]:
            return "".join(name[1:] for name in names)
        return " ".join(name.removeprefix("~") for name in names)


def _word_match(match: Match, labels: _Labels) -> WordMatch:
    pieces = []
    for step in match.steps:
        rows = labels.of(match.rows, step.from_row, step.to_row)
        letters = labels.of(match.letters, step.start, step.end)
        a, b = (letters, rows) if match.turned else (rows, letters)
        pieces.append(Correspondence(a, b, round(step.value / UNIT, 2)))
    nats, odds = (round(value / UNIT, 2) for value in (match.value, match.odds))
    return WordMatch(tuple(pieces), nats, odds, match.known)


def _marks(parsed: ParsedName) -> Iterator[str]:
    for token in parsed.tokens:
        if token.title:
            yield f"{token.text}: title {token.title.name}"
        elif token.role == "clan":
            yield f"{token.text}: clan"
        if token.ending:
            yield f"{token.text}: ending -{token.ending.form} ({token.ending.name})"
        if token.element:
            yield f"{token.text}: suffix -{token.element.form} ({token.element.name})"


def _verdict(score: float) -> str:
    if score >= SAME:
        return "same"
    return "possible" if score >= POSSIBLE else "different"


def explain(a: str, b: str, lang_a: str = "", lang_b: str = "") -> Explanation:
    """Say why ``score(a, b, lang_a, lang_b)`` is what it is, piece by piece.

    Names have at most 256 characters; tags are BCP 47 and may be empty. Raises ``NameTooLong``.
    """
    parsed = parse(a, lang_a), parse(b, lang_b)
    scorer = Scorer([(a, lang_a), (b, lang_b)])
    left, right = np.array([0], np.int32), np.array([1], np.int32)
    evidence, _ = scorer.evidence(left, right)
    value = float(scorer.scores(left, right)[0])
    labels = _Labels(scorer)
    nothing = Route(_NOTHING, 0)
    route = max(labels.tracer.routes(0, 1), key=lambda way: way.value, default=nothing)
    return Explanation(
        a=a,
        b=b,
        score=round(value, 6),
        verdict=_verdict(value),
        nats=round(int(evidence[0]) / UNIT, 2) if route.matches else 0.0,
        route=route.how,
        limited=route.limit is not None and value < SAME,
        matches=tuple(_word_match(match, labels) for match in route.matches),
        left_out_a=tuple(labels.word(word) for word in route.left_a),
        left_out_b=tuple(labels.word(word) for word in route.left_b),
        marked=tuple(mark for name in parsed for mark in _marks(name)),
    )


_NOTHING = "nothing to compare"
_VERDICTS = {
    "same": f"the same name ({SAME:g} and above)",
    "possible": f"possibly the same name ({POSSIBLE:g} and above)",
    "different": f"different names (below {POSSIBLE:g})",
}


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.a} | {found.b}"
    verdict = _NOTHING if found.route == _NOTHING else _VERDICTS[found.verdict]
    yield f"score {found.score:.3f}: {verdict}"
    yield f"log odds {found.nats:+.2f}; {found.route}"
    if found.limited:
        yield "  no higher: one word speaks against it, and the others can't make up for that"
    for match in found.matches:
        known = f"; {match.known}" if match.known else ""
        yield f"  matched, evidence {match.nats:+.2f}, log odds {match.odds:+.2f}{known}:"
        for piece in match.pieces:
            yield f"    {piece.a or '-'} : {piece.b or '-'}  {piece.nats:+.2f}"
    for words, name in ((found.left_out_a, found.a), (found.left_out_b, found.b)):
        if words:
            yield f"  without a partner in {name}: {', '.join(words)}"
    for mark in found.marked:
        yield f"  recognised: {mark}"
