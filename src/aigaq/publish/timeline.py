"""The episode as a line through time: bars for legs, marks for dated events, positions in percent.

Positions are percentages of the width, so that the picture needs no script, no inline style and no fixed
size: text stays text beside it and keeps its size on a narrow screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from aigaq.publish.wording import property_label, term_label
from aigaq.records.release import ReleasedClaim, ReleasedEpisode, ReleasedLeg, ReleasedPerson

# Dated events that are drawn. Birth and rehabilitation would stretch the line over a lifetime.
EVENTS = (
    "missing", "arrest_date", "last_seen", "seen_in_custody", "trial_date", "sentence_date",
    "release_date", "escaped", "last_sign_of_life", "contact_lost", "execution", "death",
    "remains_found",
)  # fmt: skip
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: from `x`, `width` wide, fading in until `full` and out from `fading`.

    `x` and `width` are percent of the picture, `full` and `fading` percent of the bar: 0 and 100 are
    sharp edges.
    """

    x: float
    width: float
    full: float
    fading: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A known day, in percent of the picture."""

    x: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the picture and of its table twin.

    Attributes:
        kind: `leg`, `event` or `life` (a sign of life).
        label: what it is.
        place: where, or "".
        episode: number of the episode, 0 when there is one only.
        spans: what sources say: ((began earliest, began latest, ended earliest, ended latest), claims).
        differ: whether sources differ here.
    """

    kind: str
    label: str
    place: str
    episode: int
    spans: tuple[tuple[tuple[str, str, str, str], tuple[str, ...]], ...]
    differ: bool
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the axis: its place in percent and how its number is anchored."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows in order of time, and the years beneath them."""

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]


def timeline_of(person: ReleasedPerson, language: str = "en") -> Timeline | None:
    """Return the picture of a person's episodes, or None where nothing is dated."""
    lines = [*_leg_lines(person, language), *_event_lines(person, language)]
    days = sorted(_ordinals(lines))
    if not days:
        return None
    pad = max((days[-1] - days[0]) // 40, 20)
    scale = _Scale(max(days[0] - pad, 1), min(days[-1] + pad, date.max.toordinal()))
    drawn = [_draw(line, scale) for line in sorted(lines, key=_first_day)]
    return Timeline(tuple(drawn), _ticks(scale))


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int

    def percent(self, ordinal: int) -> float:
        return round(100 * (ordinal - self.first) / (self.last - self.first), 2)


def _leg_lines(person: ReleasedPerson, language: str) -> Iterable[Line]:
    several = len(person.episodes) > 1
    for number, episode in enumerate(person.episodes, start=1):
        for leg in episode.legs:
            yield _leg_line(person, episode, leg, number if several else 0, language)


def _leg_line(
    person: ReleasedPerson, episode: ReleasedEpisode, leg: ReleasedLeg, number: int, language: str
) -> Line:
    span = (leg.began_earliest, leg.began_latest, leg.ended_earliest, leg.ended_latest)
    claims = tuple(
        claim.key
        for claim in person.claims
        if claim.episode == episode.key and claim.leg == leg.position
    )
    label = term_label("custody_form", leg.form or "unknown_custody", language)
    return Line("leg", label, leg.place, number, ((span, claims),), differ=False)


def _event_lines(person: ReleasedPerson, language: str) -> Iterable[Line]:
    episodes = {episode.key: place for place, episode in enumerate(person.episodes, start=1)}
    several = len(episodes) > 1
    differ = {(one.property, one.episode) for one in person.conflicts if one.kind == "differ"}
    groups: dict[tuple[str, str], list[ReleasedClaim]] = {}
    for claim in person.claims:
        if claim.property in EVENTS and (claim.earliest or claim.latest):
            episode = claim.episode if several else ""
            groups.setdefault((claim.property, episode), []).append(claim)
    for (code, episode), claims in groups.items():
        yield Line(
            kind="life" if code == "last_sign_of_life" else "event",
            label=property_label(code, language),
            place="",
            episode=episodes.get(episode, 0) if several else 0,
            spans=_spans(claims),
            differ=any((code, one.episode) in differ for one in claims) or (code, "") in differ,
        )


def _spans(
    claims: Iterable[ReleasedClaim],
) -> tuple[tuple[tuple[str, str, str, str], tuple[str, ...]], ...]:
    groups: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        groups.setdefault((claim.earliest, claim.latest), []).append(claim.key)
    return tuple(((low, low, high, high), tuple(keys)) for (low, high), keys in groups.items())


def _ordinals(lines: Iterable[Line]) -> Iterable[int]:
    for line in lines:
        for span, _ in line.spans:
            yield from (found for found in map(_ordinal, span) if found)


def _ordinal(iso: str) -> int:
    """Return the day number, 0 where there is no day."""
    try:
        return date.fromisoformat(iso).toordinal()
    except ValueError:
        return 0


def _first_day(line: Line) -> tuple[int, int]:
    days = list(_ordinals([line]))
    return (min(days) if days else date.max.toordinal(), line.kind != "leg")


def _draw(line: Line, scale: _Scale) -> Line:
    bars = []
    marks = []
    for span, _ in line.spans:
        if line.kind != "leg" and span[0] and span[0] == span[3]:
            marks.append(Mark(scale.percent(_ordinal(span[0]))))
        elif any(span):
            bars.append(_bar(span, scale, soft=line.kind != "leg"))
    return Line(
        line.kind, line.label, line.place, line.episode, line.spans, line.differ,
        tuple(bars), tuple(marks),
    )  # fmt: skip


def _bar(span: tuple[str, str, str, str], scale: _Scale, soft: bool) -> Bar:
    """Return the bar of a span; an unknown end fades out to the edge of the picture.

    A soft bar is a day that is not known exactly: it fades on both sides of its middle.
    """
    low, began, ended, high = (_ordinal(iso) for iso in span)
    start = low or scale.first
    end = max(high or scale.last, start + 1)
    full = began or ended or (start + end) // 2
    fading = ended or began or (start + end) // 2
    if soft:
        full = fading = (start + end) // 2
    elif full > fading:
        full = fading = (full + fading) // 2
    length = end - start
    x = scale.percent(start)
    return Bar(
        x,
        round(max(scale.percent(end) - x, 0.6), 2),
        _clamp(100 * (full - start) / length),
        _clamp(100 * (fading - start) / length),
    )


def _clamp(percent: float) -> float:
    return round(min(max(percent, 0.0), 100.0), 1)


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    first = date.fromordinal(scale.first).year
    last = date.fromordinal(scale.last).year
    years = range(first, last + 2)
    step = next((step for step in _STEPS if len(years) // step <= _MOST_TICKS), _STEPS[-1])
    ticks = []
    for year in years:
        if year % step == 0 and 1 <= year <= date.max.year:
            x = scale.percent(date(year, 1, 1).toordinal())
            if 0 <= x <= 100:
                anchor = "start" if x < 6 else "end" if x > 94 else "middle"
                ticks.append(Tick(x, str(year), anchor))
    return tuple(ticks)
