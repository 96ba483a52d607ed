"""How fast a site is rendered, and how light it is: invented people shaped like two joined official lists.

    python bench/publish_site.py [PEOPLE]        (2,000 when not said; the project's target is 17,000)

Prints CPU seconds, pages a second, and the largest file of each kind. Nothing is written.
"""

import random
import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from aigaq.publish import render_site
from aigaq.records.release import (
    Conflict,
    Position,
    Release,
    ReleasedClaim,
    ReleasedEpisode,
    ReleasedLeg,
    ReleasedName,
    ReleasedPerson,
    ReleasedSource,
    ReleasedStatus,
)

LISTS = ("First official list", "Second official list")


class Maker:
    """Makes people from a fixed seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.surnames = [self.word(2, 4) for _ in range(3000)]
        self.places = [f"{self.word(2, 4)}, {self.word(2, 3)}" for _ in range(300)]

    def word(self, least: int, most: int) -> str:
        pick = self.random.choice
        count = self.random.randint(least, most)
        return "".join(pick("bcdfglmnprst") + pick("aeiou") for _ in range(count)).title()

    def key(self) -> str:
        return str(UUID(int=self.random.getrandbits(128)))

    def claim(self, code: str, value: str, source: str, **more: str) -> ReleasedClaim:
        row = self.random.randint(2, 9000)
        return ReleasedClaim(
            self.key(), code, "known", value, value, value.upper(), "es-Latn", "ltr", source,
            locator=f"row {row}, column “{code}”", voice="list", **more,
        )  # fmt: skip

    def claims(self, source: str, name: str, day: date, place: str) -> list[ReleasedClaim]:
        taken, born = day.isoformat(), (day - timedelta(9000)).isoformat()
        return [
            self.claim("name", name, source),
            self.claim("birth", born, source, earliest=born, latest=born),
            self.claim("nationality", "Country", source),
            self.claim("arrest_date", taken, source, earliest=taken, latest=taken, episode="e1"),
            self.claim("arrest_place", place, source, episode="e1"),
            self.claim("age_when_taken", "24", source, episode="e1"),
        ]

    def person(self) -> ReleasedPerson:
        family, given = self.random.choice(self.surnames), self.word(2, 3)
        day = date(1976, 1, 1) + timedelta(self.random.randint(0, 900))
        place = self.random.choice(self.places)
        names = (f"{family}, {given}", f"{given} {family}")
        first = self.claims("a", names[0], day, place)
        second = self.claims("b", names[1], day + timedelta(self.random.choice((0, 1, 30))), place)
        answers = [one for one in (*first, *second) if one.property == "arrest_date"]
        positions = tuple(Position(one.display, (one.key,)) for one in answers)
        differ = answers[0].value != answers[1].value
        leg = ReleasedLeg(1, "unknown_custody", place, answers[0].earliest, answers[1].latest)
        return ReleasedPerson(
            key=self.key(),
            display_name=names[0],
            display_lang="es-Latn",
            display_dir="ltr",
            names=tuple(
                ReleasedName(name, "es-Latn", "ltr", (own[0].key,))
                for name, own in zip(names, (first, second), strict=True)
            ),
            summary=f"{names[1]} was taken.",
            claims=(*first, *second),
            sources=tuple(
                ReleasedSource(key, "list", title, voice="list", basis="official historical list")
                for key, title in zip("ab", LISTS, strict=True)
            ),
            conflicts=(Conflict("arrest_date", "e1", "differ", positions),) if differ else (),
            episodes=(ReleasedEpisode("e1", 2, (leg,)),),
            status=(ReleasedStatus("reported_disappeared", "Reported as disappeared", "", "", ()),),
            corroboration="corroborated",
            corroboration_words="Named in two separately compiled official lists.",
            place=place,
            year=str(day.year),
        )


def main() -> None:
    """Render and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    maker = Maker(seed=1)
    people = sorted((maker.person() for _ in range(count)), key=lambda one: one.display_name)
    release = Release(
        "Bench", "publication_profile", "public", date(2026, 1, 1), False, tuple(people), {}, ()
    )
    seconds: dict[str, float] = defaultdict(float)
    sizes: dict[str, list[int]] = defaultdict(list)
    before = time.process_time()
    for path, body in render_site(release):
        kind = path.partition("/")[0]
        now = time.process_time()
        seconds[kind] += now - before
        sizes[kind].append(len(body))
        before = now
    print(f"{count:,} people, {sum(seconds.values()):.1f} s of CPU in all")
    for kind, found in sizes.items():
        print(
            f"  {kind:<12} {len(found):>6} files {sum(found) / 1e6:>8.1f} MB  "
            f"largest {max(found) / 1e3:>9.1f} kB  {seconds[kind]:>6.2f} s"
        )
    rate = len(sizes["person"]) / seconds["person"]
    print(f"  {rate:,.0f} person pages a second (a peer's Jinja2 person page: 1,324)")


if __name__ == "__main__":
    main()
