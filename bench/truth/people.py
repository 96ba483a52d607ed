"""A fictional population: villages, households, twins, namesakes, fathers and sons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, count
from random import Random

from truth.lexicon import County, Lexeme, read_counties, read_lexemes

PERSONS_PER_VILLAGE = 60
_TWINS, _NAMESAKES, _TAKEN_WITH_KIN = 0.02, 0.02, 0.2
_TOLD_OF = 0.55  # of a household's members, how many anyone tells of
_FIRST = "ay aman aqıl altın arman asan bay baqıt bek berik dos dulat er esen ğabit janı jaqsı jomart".split()
_FIRST += "kenje qayrat qalı qasım qulan mağı mırza mäğ nağı nur oral oraz ömir rahım sabır sağın sat".split()
_FIRST += (
    "säbi serik sultan şora tañ tilew tolı tölew turar ulı jol jürek zeyin dawlet tursın".split()
)
_LAST = "bay bek jan han ğali gül nur ali mırat qul bol tay gazı din uddin nazar bike far baqıt ğazı".split()
_LAST += "mojan keldi tursın bergen sağat baraq hat".split()
_SURNAME_ENDINGS = ("ov", "ev", "ova", "eva", "ulı", "uli", "qızı")


@dataclass(frozen=True, slots=True)
class Village:
    """A village and where it lies."""

    name: Lexeme
    county: County


@dataclass(frozen=True, slots=True)
class Event:
    """How and when someone was taken, and where to."""

    kind: str
    day: date
    place: County


@dataclass(frozen=True, slots=True)
class Person:
    """One fictional person. `surname` is the grandfather's name; kin are given names."""

    number: int
    given: Lexeme
    father: Lexeme
    surname: Lexeme
    mother: Lexeme
    spouse: Lexeme | None
    sex: str
    birth: date
    born_in: Village
    lives_in: Village
    event: Event
    identity: str


@dataclass(frozen=True, slots=True)
class World:
    """What the population is drawn from."""

    names: dict[str, Sequence[Lexeme]]
    weights: dict[str, Sequence[float]]
    villages: Sequence[Village]

    def draw(self, sex: str, rng: Random) -> Lexeme:
        """Draw a given name; a few names are very common."""
        return rng.choices(self.names[sex], cum_weights=self.weights[sex])[0]


def make_world(persons: int, rng: Random) -> World:
    """Return names and villages enough for a population.

    Beyond the attested names, compounds of usual elements are made in step with the population (names
    grow about as its root: Heaps' law).
    """
    attested = [one for one in read_lexemes("AEFGJ") if not one.sounds.endswith(_SURNAME_ENDINGS)]
    attested = [one for one in attested if len(one.sounds) <= 10]
    rng.shuffle(attested)
    names = [*attested, *_make_compounds(round(5 * persons**0.5), rng)]
    split = {"male": names[::2], "female": names[1::2]}
    weights = {
        sex: list(accumulate(1 / (rank + 20) ** 0.5 for rank in range(len(own))))
        for sex, own in split.items()
    }
    counties = read_counties()
    words = read_lexemes("ILM")
    villages = [
        Village(_name_village(words, split["male"], rng), rng.choice(counties))
        for _ in range(max(12, persons // PERSONS_PER_VILLAGE))
    ]
    return World(split, weights, villages)


def _make_compounds(count: int, rng: Random) -> list[Lexeme]:
    known = [first + last for first in _FIRST for last in _LAST if first != last]
    rng.shuffle(known)
    return [Lexeme(100_000 + n, {}, sounds) for n, sounds in enumerate(known[:count])]


def _name_village(words: Sequence[Lexeme], names: Sequence[Lexeme], rng: Random) -> Lexeme:
    return rng.choice(words if rng.random() < 0.5 else names)


def make_people(world: World, rng: Random) -> Iterator[Person]:
    """Yield people without end, a household at a time."""
    numbers = count()
    while True:
        for person in _make_household(world, rng):
            yield replace(person, number=next(numbers))
            if rng.random() < _NAMESAKES:
                yield replace(_make_namesake(person, world, rng), number=next(numbers))


def _make_household(world: World, rng: Random) -> list[Person]:
    village = rng.choice(world.villages)
    event = _make_event(village, rng)
    grandfather, head, wife = (
        world.draw("male", rng),
        world.draw("male", rng),
        world.draw("female", rng),
    )
    born = date(1935, 1, 1) + timedelta(days=rng.randrange(40 * 365))
    kin = (grandfather, world.draw("male", rng), world.draw("female", rng))
    family = [
        (head, *kin, wife, "male", born),
        (
            wife,
            world.draw("male", rng),
            world.draw("male", rng),
            world.draw("female", rng),
            head,
            "female",
            born + timedelta(days=rng.randrange(-1000, 2500)),
        ),
    ]
    children = [
        (given, head, grandfather, wife, _marry(sex, world, rng), sex, day)
        for given, sex, day in _bear_children(born, world, rng)
    ]
    made = []
    for given, father, surname, mother, spouse, sex, birth in [*family, *children]:
        if rng.random() > _TOLD_OF:
            continue
        lives = village if rng.random() < 0.7 else rng.choice(world.villages)
        own = event if rng.random() < _TAKEN_WITH_KIN else _make_event(lives, rng)
        identity = _make_identity(village.county, birth, sex, rng)
        made.append(
            Person(
                0,
                given,
                father,
                surname,
                mother,
                spouse,
                sex,
                birth,
                village,
                lives,
                own,
                identity,
            )
        )
    return made


def _bear_children(born: date, world: World, rng: Random) -> Iterator[tuple[Lexeme, str, date]]:
    """Yield name, sex and birthday of one to five children, now and then of twins."""
    day = born + timedelta(days=rng.randrange(19 * 365, 32 * 365))
    for _ in range(rng.randint(1, 5)):
        sex = rng.choice(("male", "female"))
        yield world.draw(sex, rng), sex, day
        if rng.random() < _TWINS:
            yield world.draw(sex, rng), sex, day
        day += timedelta(days=rng.randrange(400, 1500))


def _marry(sex: str, world: World, rng: Random) -> Lexeme | None:
    return world.draw("female" if sex == "male" else "male", rng) if rng.random() < 0.7 else None


def _make_namesake(person: Person, world: World, rng: Random) -> Person:
    """Someone else of the same name and father's name, half of them of the same village."""
    village = person.lives_in if rng.random() < 0.5 else rng.choice(world.villages)
    birth = person.birth + timedelta(days=rng.randrange(-9000, 9000))
    return Person(
        0,
        person.given,
        person.father,
        world.draw("male", rng),
        world.draw("female", rng),
        _marry(person.sex, world, rng),
        person.sex,
        birth,
        village,
        village,
        _make_event(village, rng),
        _make_identity(village.county, birth, person.sex, rng),
    )


def _make_event(village: Village, rng: Random) -> Event:
    day = date(2016, 6, 1) + timedelta(days=round(rng.triangular(0, 1300, 400)))
    return Event(rng.choice(("arrest", "camp", "camp", "sentence")), day, village.county)


def _make_identity(county: County, birth: date, sex: str, rng: Random) -> str:
    """An identity number of the PRC with its check digit (GB 11643-1999)."""
    order = rng.randrange(0, 500) * 2 + (sex == "male")
    body = f"{county.code}{birth:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
