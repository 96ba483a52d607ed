"""Lists of people: by place, by year and by initial, cut into pages light enough for a bad line."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from aigaq.publish.paths import slug_of, stem_of
from aigaq.publish.search import fold
from aigaq.records.release import ReleasedPerson

PAGE = 250  # people on a page
HEADINGS = 500  # places on a page


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list.

    Attributes:
        path: from the root of the site.
        number: counted from 1.
        people: those on it, in the order of the release.
    """

    path: str
    number: int
    people: Sequence[ReleasedPerson]

    @property
    def first(self) -> ReleasedPerson:
        """Return the person the sheet begins with."""
        return self.people[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """A place, a year or an initial, with everybody under it.

    Attributes:
        title: as shown; "" where it is not known.
        count: how many people.
        sheets: one or more.
    """

    title: str
    count: int
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of headings: `folder` is `places`, `years` or `people`."""

    folder: str
    headings: tuple[Heading, ...]

    def leading(self, number: int) -> tuple[Heading, ...]:
        """Return the headings with most people, in the order of the list."""
        largest = sorted(self.headings, key=lambda heading: -heading.count)[:number]
        return tuple(heading for heading in self.headings if heading in largest)

    def parts(self) -> tuple[tuple[str, tuple[Heading, ...]], ...]:
        """Return the pages of the list of headings as (path, headings); one page at least."""
        cuts = range(0, max(len(self.headings), 1), HEADINGS)
        return tuple(
            (
                f"{self.folder}/index.html" if not cut else f"{self.folder}/index--{cut}.html",
                self.headings[cut : cut + HEADINGS],
            )
            for cut in cuts
        )


def listings(people: Sequence[ReleasedPerson]) -> Iterator[Listing]:
    """Yield the lists by initial, by place and by year.

    Headings are in order of their folded titles; people without a place or year come last.
    """
    yield _listing("people", people, _initial, _initial_order)
    yield _listing("places", people, lambda person: person.place.strip(), _title_order)
    yield _listing("years", people, lambda person: person.year.strip(), _title_order)


def _listing(
    folder: str,
    people: Iterable[ReleasedPerson],
    title_of: Callable[[ReleasedPerson], str],
    order: Callable[[str], tuple[object, ...]],
) -> Listing:
    groups: dict[str, list[ReleasedPerson]] = {}
    for person in people:
        groups.setdefault(title_of(person), []).append(person)
    titles = sorted(groups, key=order)
    return Listing(folder, tuple(_heading(folder, title, groups[title]) for title in titles))


def _heading(folder: str, title: str, people: list[ReleasedPerson]) -> Heading:
    # Years and single letters are their own file names; a slug carries a hash, so it never meets one.
    own = title.lower() if title.isascii() and title.isalnum() and len(title) <= 4 else ""
    slug = stem_of(own) if own else slug_of(title) if title else "not-known"
    return Heading(title, len(people), tuple(_sheets(f"{folder}/{slug}", people)))


def _sheets(base: str, people: list[ReleasedPerson]) -> Iterator[Sheet]:
    for number, start in enumerate(range(0, len(people), PAGE), start=1):
        path = f"{base}.html" if number == 1 else f"{base}--{number}.html"
        yield Sheet(path, number, people[start : start + PAGE])


def _initial(person: ReleasedPerson) -> str:
    """Return the first letter as lists show it; all Hanzi share one heading, signs another."""
    for letter in unicodedata.normalize("NFKD", person.display_name):
        if unicodedata.category(letter).startswith("L"):
            return "汉字" if "CJK" in unicodedata.name(letter, "") else letter.upper()
    return "#"


def _initial_order(title: str) -> tuple[object, ...]:
    return (title == "#", title == "汉字", title)


def _title_order(title: str) -> tuple[object, ...]:
    return (not title, fold(title), title)
