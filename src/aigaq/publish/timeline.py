"""The episode as a line through time: bars for stages, marks for dated events, positions in percent.

Positions are percentages of the width, so that the picture needs no script, no inline style and no fixed
size: text stays text beside it and keeps its size on a narrow screen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from aigaq.publish.wording import Wording, property_label, term_label
from aigaq.records.release import ReleasedClaim, ReleasedEpisode, ReleasedLeg, ReleasedPerson

# Dated events that are drawn. Birth and rehabilitation would stretch the line over a lifetime.
EVENTS = frozenset({
    "missing", "arrest_date", "last_seen", "seen_in_custody", "trial_date", "sentence_date",
    "release_date", "escaped", "last_sign_of_life", "contact_lost", "execution", "death",
    "remains_found",
})  # fmt: skip
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_MOST_TICKS = 6
_FADE = 12  # percent of the picture over which an unknown start or end fades away


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time.

    Attributes:
        x, width: percent of the picture.
        full, fading: percent of the bar: it fades in until `full` and out from `fading`, so 0 and 100
            are sharp edges.
    """

    x: float
    width: float
    full: float
    fading: float


@dataclass(frozen=True, slots=True)
class Told:
    """One answer to when something was: bounds, words, and the numbers of its sources.

    Attributes:
        bounds: began earliest, began latest, ended earliest, ended latest; ISO days or "".
        began, ended: the bounds in words; for an event both are the whole date.
        marks: source numbers.
    """

    bounds: tuple[str, str, str, str]
    began: str
    ended: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the picture and of its table twin.

    Attributes:
        kind: `leg`, `event` or `life` (a sign of life).
        label: what it is.
        place: where, or "".
        episode: number of the episode; 0 for the person as a whole.
        told: what sources say.
        differ: whether they differ.
        bars, points: what is drawn; a point is a known day, in percent of the picture.
    """

    kind: str
    label: str
    place: str
    episode: int
    told: tuple[Told, ...]
    differ: bool
    bars: tuple[Bar, ...] = ()
    points: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the axis: its place in percent and how its number is anchored."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows by episode, each in order of time, and the years beneath them.

    Attributes:
        parts: (episode number, how many sources tell it, its rows); last, numbered 0, the rows of the
            person as a whole. With one episode only, all rows are one part.
        ticks: years.
    """

    parts: tuple[tuple[int, int, tuple[Line, ...]], ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int

    def percent(self, ordinal: int) -> float:
        return round(100 * (ordinal - self.first) / (self.last - self.first), 2)

    @property
    def fade(self) -> int:
        """Days over which an unknown end fades."""
        return max((self.last - self.first) * _FADE // 100, 1)


def timeline_of(
    person: ReleasedPerson, numbers: Mapping[str, int], wording: Wording
) -> Timeline | None:
    """Return the picture of a person's episodes, or None where nothing is dated.

    Args:
        person: as released.
        numbers: claim key → number of its source on the page.
        wording: of labels and dates.
    """
    lines = [*_legs(person, numbers, wording), *_events(person, numbers, wording)]
    days = sorted(_ordinals(lines))
    if not days:
        return None
    pad = max((days[-1] - days[0]) // 40, 20)
    scale = _Scale(max(days[0] - pad, 1), min(days[-1] + pad, date.max.toordinal()))
    drawn = [_draw(line, scale) for line in sorted(lines, key=_first_day)]
    return Timeline(tuple(_parts(person, drawn)), tuple(_ticks(scale)))


def _parts(
    person: ReleasedPerson, lines: list[Line]
) -> Iterator[tuple[int, int, tuple[Line, ...]]]:
    if len(person.episodes) == 1:
        yield 1, person.episodes[0].accounts, tuple(lines)
        return
    for number, episode in enumerate(person.episodes, start=1):
        rows = tuple(line for line in lines if line.episode == number)
        if rows:
            yield number, episode.accounts, rows
    rows = tuple(line for line in lines if line.episode == 0)
    if rows:
        yield 0, 0, rows


def _legs(person: ReleasedPerson, numbers: Mapping[str, int], wording: Wording) -> Iterator[Line]:
    for number, episode in enumerate(person.episodes, start=1):
        for leg in episode.legs:
            told = _leg_told(episode, leg, person.claims, numbers, wording)
            form = term_label("custody_form", leg.form or "unknown_custody", wording.language)
            yield Line("leg", form, leg.place, number, (told,), differ=False)


def _leg_told(
    episode: ReleasedEpisode,
    leg: ReleasedLeg,
    claims: Iterable[ReleasedClaim],
    numbers: Mapping[str, int],
    wording: Wording,
) -> Told:
    own = (one for one in claims if one.episode == episode.key and one.leg == leg.position)
    return Told(
        (leg.began_earliest, leg.began_latest, leg.ended_earliest, leg.ended_latest),
        wording.span(leg.began_earliest, leg.began_latest),
        wording.span(leg.ended_earliest, leg.ended_latest),
        tuple(sorted({numbers[one.key] for one in own if one.key in numbers})),
    )


def _events(person: ReleasedPerson, numbers: Mapping[str, int], wording: Wording) -> Iterator[Line]:
    episodes = {episode.key: place for place, episode in enumerate(person.episodes, start=1)}
    differ = {(one.property, one.episode) for one in person.conflicts if one.kind == "differ"}
    groups: dict[tuple[str, int], list[ReleasedClaim]] = {}
    for claim in person.claims:
        if claim.property in EVENTS and (claim.earliest or claim.latest):
            key = (claim.property, episodes.get(claim.episode, 0))
            groups.setdefault(key, []).append(claim)
    for (code, episode), claims in groups.items():
        yield Line(
            kind="life" if code == "last_sign_of_life" else "event",
            label=property_label(code, wording.language),
            place="",
            episode=episode,
            told=_event_told(claims, numbers, wording),
            differ=(code, "") in differ or any((code, one.episode) in differ for one in claims),
        )


def _event_told(
    claims: Iterable[ReleasedClaim], numbers: Mapping[str, int], wording: Wording
) -> tuple[Told, ...]:
    groups: dict[tuple[str, str], list[ReleasedClaim]] = {}
    for claim in claims:
        groups.setdefault((claim.earliest, claim.latest), []).append(claim)
    found = []
    for (low, high), same in groups.items():
        words = same[0].display or wording.span(low, high)
        marks = sorted({numbers[one.key] for one in same if one.key in numbers})
        found.append(Told((low, low, high, high), words, words, tuple(marks)))
    return tuple(found)


def _ordinals(lines: Iterable[Line]) -> Iterator[int]:
    for line in lines:
        for told in line.told:
            yield from (found for found in map(_ordinal, told.bounds) if found)


def _ordinal(iso: str) -> int:
    """Return the day number, 0 where there is no day."""
    try:
        return date.fromisoformat(iso).toordinal()
    except ValueError:
        return 0


def _first_day(line: Line) -> tuple[int, bool]:
    days = list(_ordinals([line]))
    return (min(days) if days else date.max.toordinal(), line.kind == "leg")


def _draw(line: Line, scale: _Scale) -> Line:
    bars = []
    points = []
    for told in line.told:
        low, began, ended, high = map(_ordinal, told.bounds)
        if line.kind != "leg" and low and low == high:
            points.append(scale.percent(low))
        elif line.kind != "leg":
            bars.append(_soft_bar(low, high, scale))
        elif any(told.bounds):
            bars.append(_bar(low, began, ended, high, scale))
    return replace(line, bars=tuple(bars), points=tuple(points))


def _soft_bar(low: int, high: int, scale: _Scale) -> Bar:
    """Return a day that is not known exactly: it fades on both sides of its middle."""
    low = low or max(high - scale.fade, scale.first)
    high = max(high or min(low + scale.fade, scale.last), low + 1)
    return _bar(low, (low + high) // 2, (low + high) // 2, high, scale)


def _bar(low: int, began: int, ended: int, high: int, scale: _Scale) -> Bar:
    """Return the bar of a stage; 0 is a bound that is not known, and fades away on its side."""
    full = began or ended or high or low
    fading = ended or began or low or high
    low = low or max(min(full, fading) - scale.fade, scale.first)
    high = high or min(max(full, fading) + scale.fade, scale.last)
    high = max(high, low + 1)
    if full > fading:
        full = fading = (full + fading) // 2
    x = scale.percent(low)
    width = round(max(scale.percent(high) - x, 0.6), 2)
    return Bar(x, width, _share(full - low, high - low), _share(fading - low, high - low))


def _share(days: int, length: int) -> float:
    return round(min(max(100 * days / length, 0.0), 100.0), 1)


def _ticks(scale: _Scale) -> Iterator[Tick]:
    first = date.fromordinal(scale.first).year
    years = range(first, date.fromordinal(scale.last).year + 1)
    step = next((step for step in _STEPS if len(years) // step <= _MOST_TICKS), _STEPS[-1])
    for year in years:
        x = scale.percent(date(year, 1, 1).toordinal())
        if year % step == 0 and 0 <= x <= 100:
            yield Tick(x, str(year), "start" if x < 6 else "end" if x > 94 else "middle")
