"""The whole site as a stream of files."""

import gettext
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment

from aigaq.publish.account import account_of
from aigaq.publish.dictionary import codes, dictionary_files, entries
from aigaq.publish.fonts import FontFile, find_fonts
from aigaq.publish.listing import Heading, Listing, Sheet, listings
from aigaq.publish.paths import person_path
from aigaq.publish.search import search_files
from aigaq.publish.tables import TABLES, data_files
from aigaq.publish.templating import environment, page_bytes
from aigaq.publish.wording import Wording
from aigaq.records.release import Release, ReleasedPerson

_TITLES = {"people": "People", "places": "Places", "years": "Years"}


@dataclass(frozen=True, slots=True)
class _Site:
    """What every page needs."""

    release: Release
    env: Environment
    wording: Wording
    links: Mapping[str, str]

    def page(self, template: str, path: str, **values: object) -> tuple[str, bytes]:
        root = "../" * path.count("/")
        rendered = page_bytes(
            self.env.get_template(template), release=self.release, root=root, path=path, **values
        )
        return path, rendered


def render_site(
    release: Release,
    *,
    fonts: Iterable[FontFile] | None = None,
    translations: gettext.NullTranslations | None = None,
    language: str = "en",
) -> Iterator[tuple[str, bytes]]:
    """Render a release as a static site.

    Args:
        release: what may be shown; nothing else is read but templates, vocabularies and fonts.
        fonts: font files to carry; by default those `find_fonts()` finds, none where npm has not run.
        translations: of the pages' sentences; by default English.
        language: of the vocabularies' labels and of the pages' `lang`.

    Yields:
        (path relative to the site's root with `/`, content), each path once. The manifest of check sums
        is not among them.
    """
    texts = translations or _ENGLISH
    env = environment(texts, language)
    links = {person.key: person_path(person.key) for person in release.people}
    for person in release.people:
        for former in person.former_keys:
            links.setdefault(former, links[person.key])
    site = _Site(release, env, Wording(language, texts.gettext), links)
    found_fonts = tuple(find_fonts() if fonts is None else fonts)
    lists = tuple(listings(release.people))
    yield _index(site, lists)
    yield from _look(found_fonts)
    yield from _lists(site, lists)
    yield from _data(site)
    yield from search_files(release.people)
    yield from _redirects(site)
    for person in release.people:
        yield _person(site, person)


_ENGLISH = gettext.NullTranslations()


def _index(site: _Site, lists: Iterable[Listing]) -> tuple[str, bytes]:
    people = site.release.people
    published = {(source.key, source.title) for person in people for source in person.sources}
    return site.page(
        "index.html",
        "index.html",
        lists={one.folder: one for one in lists},
        claims=sum(len(person.claims) for person in people),
        sources=len(published),
        differing=sum(
            any(conflict.kind == "differ" for conflict in person.conflicts) for person in people
        ),
    )


def _person(site: _Site, person: ReleasedPerson) -> tuple[str, bytes]:
    account = account_of(person, site.links, site.wording)
    return site.page("person.html", site.links[person.key], person=person, account=account)


def _redirects(site: _Site) -> Iterator[tuple[str, bytes]]:
    """Yield a page for each former id; one that several people have had leads to all of them."""
    heirs: dict[str, list[ReleasedPerson]] = {}
    taken = {person_path(person.key) for person in site.release.people}
    for person in site.release.people:
        for former in person.former_keys:
            path = person_path(former)
            if path not in taken:
                heirs.setdefault(path, []).append(person)
    for path, people in heirs.items():
        targets = {person_path(person.key).removeprefix("person/"): person for person in people}
        yield site.page("redirect.html", path, targets=targets)


def _lists(site: _Site, lists: Iterable[Listing]) -> Iterator[tuple[str, bytes]]:
    for listing in lists:
        title = _TITLES[listing.folder]
        for path, headings in listing.parts():
            values = {"listing": listing, "title": title, "headings": headings}
            yield site.page("headings.html", path, **values)
        for heading in listing.headings:
            for sheet in heading.sheets:
                yield _sheet(site, listing, heading, sheet)


def _sheet(site: _Site, listing: Listing, heading: Heading, sheet: Sheet) -> tuple[str, bytes]:
    values = {"listing": listing, "heading": heading, "sheet": sheet}
    return site.page(
        "list.html", sheet.path, title=_TITLES[listing.folder], links=site.links, **values
    )


def _data(site: _Site) -> Iterator[tuple[str, bytes]]:
    yield from data_files(site.release)
    yield from dictionary_files()
    lists: dict[str, list[object]] = {}
    for code in codes():
        lists.setdefault(code.list, []).append(code)
    values = {"tables": TABLES, "entries": list(entries()), "lists": lists}
    yield site.page("dictionary.html", "data/dictionary.html", **values)
    text = site.env.get_template("README.txt").render(release=site.release)
    yield "README.txt", text.encode("utf-8", "replace")


def _look(fonts: tuple[FontFile, ...]) -> Iterator[tuple[str, bytes]]:
    static = files("aigaq.publish") / "static"
    rules = "\n".join(font.rule for font in fonts if font.rule)
    style = (static / "site.css").read_text("utf-8")
    yield "look/site.css", f"{rules}\n{style}".encode()
    yield "look/search.js", (static / "search.js").read_bytes()
    yield "look/names.js", (files("aigaq.names") / "browser" / "aigaq-names.js").read_bytes()
    for font in fonts:
        yield f"look/fonts/{font.name}", font.content
