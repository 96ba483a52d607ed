"""The whole site: well-formed, self-contained, complete, and honest about being a draft."""

import dataclasses
import gettext
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from aigaq.publish import FontFile, find_fonts, render_site
from aigaq.publish.paths import person_path
from aigaq.records.release import Release, ReleasedName, ReleasedPerson

VOID = {"meta", "link", "input", "br", "hr", "img", "line", "stop", "rect", "path", "circle"}
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</title></style><h1>",
    "\u202eevil\u202c {{ 7*7 }} {% raw %}",
    "nul\x00bell\x07 \ud800 \ufeff",
    "=HYPERLINK(\"http://evil\")",
    "../../etc/passwd",
)  # fmt: skip


class Page(HTMLParser):
    """Reads a page and notes what a browser would load, follow, show, and what is left open."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.shown: list[str] = []
        self.feed(text)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"{tag} has an attribute twice")
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.shown).split())

    def values(self, *names: str) -> Iterator[str]:
        for _, attributes in self.tags:
            yield from (attributes[name] for name in names if name in attributes)


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def site(release: Release) -> Mapping[str, bytes]:
    files = list(render_site(release))
    assert len({path for path, _ in files}) == len(files), "a path stands twice"
    return dict(files)


@pytest.fixture(scope="module")
def pages(site: Mapping[str, bytes]) -> Mapping[str, Page]:
    return {path: Page(body.decode()) for path, body in site.items() if path.endswith(".html")}


def with_names(release: Release, names: tuple[str, ...]) -> Release:
    first = release.people[0]
    people = tuple(
        dataclasses.replace(
            first,
            key=name,
            display_name=name,
            summary=name,
            place=name,
            year=name,
            names=(ReleasedName(name, name, "ltr", ()),),
            claims=tuple(
                dataclasses.replace(claim, words=name, note=name, locator=name, lang=name, key=name)
                for claim in first.claims
            ),
            sources=tuple(
                dataclasses.replace(source, title=name, url=name) for source in first.sources
            ),
        )
        for name in names
    )
    return dataclasses.replace(release, title=names[0], people=people, method=names)


def test_every_page_is_well_formed(pages: Mapping[str, Page]) -> None:
    assert {path: page.faults for path, page in pages.items() if page.faults} == {}


def test_ids_stand_once_on_a_page(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        ids = list(page.values("id"))
        assert len(ids) == len(set(ids)), path


def test_every_relative_link_and_anchor_leads_somewhere(
    site: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    for path, page in pages.items():
        for link in page.values("href", "src"):
            if link.startswith("data:"):
                continue
            parts = urlsplit(urljoin(path, link))
            target = unquote(parts.path) or path
            assert target in site, f"{path} → {link}"
            if parts.fragment and target in pages:
                assert parts.fragment in set(pages[target].values("id")), f"{path} → {link}"


def test_nothing_is_loaded_from_elsewhere(
    site: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    for path, page in pages.items():
        loads = [*page.values("href", "src", "srcset", "action", "data", "poster", "ping")]
        assert not [one for one in loads if re.match(r"(?:[a-z]+:)?//|https?:", one)], path
    style = site["look/site.css"].decode()
    assert "@import" not in style
    assert not re.search(r"url\([^)]*(?:http|//|data:)", style)
    for font in re.findall(r"url\((fonts/[^)]+)\)", style):
        assert f"look/{font}" in site
    assert not re.search(r"https?://|fetch\(|XMLHttp|eval\(|innerHTML", str(site["look/search.js"]))


def test_every_page_forbids_what_it_does_not_need(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        policies = [
            attributes["content"]
            for tag, attributes in page.tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, path
        assert "default-src 'none'" in policies[0]
        assert "unsafe" not in policies[0]
        robots = [a["content"] for _, a in page.tags if a.get("name") == "robots"]
        assert robots
        assert "noindex" in robots[0]
        inline = [tag for tag, a in page.tags if "style" in a or any(n[:2] == "on" for n in a)]
        assert inline == [], path
        assert all("src" in a for tag, a in page.tags if tag == "script"), path
        assert "style" not in [tag for tag, _ in page.tags]


def test_hostile_text_stays_text(release: Release) -> None:
    for path, body in render_site(with_names(release, HOSTILE), fonts=()):
        assert re.fullmatch(r"[A-Za-z0-9/._-]+", path), path
        assert ".." not in path
        if not path.endswith(".html"):
            continue
        text = body.decode()
        assert "\x00" not in text
        page = Page(text)
        assert page.faults == [], path
        assert "img" not in [tag for tag, _ in page.tags]
        scripts = [attributes for tag, attributes in page.tags if tag == "script"]
        assert [one["src"].lstrip("./") for one in scripts] == ["look/search.js"]
        assert not [a for _, a in page.tags if "onerror" in a]
    template_like = dict(render_site(with_names(release, HOSTILE[3:4]), fonts=()))
    assert "{{ 7*7 }}" in template_like["index.html"].decode()


def test_every_claim_is_on_the_page_with_words_source_and_place(
    release: Release, pages: Mapping[str, Page]
) -> None:
    for person in release.people:
        page = pages[person_path(person.key)]
        titles = {source.key: source.title for source in person.sources}
        for claim in person.claims:
            assert spaced(claim.words) in page.text
            cited = f"{titles[claim.source]}, {claim.locator}" if claim.locator else ""
            assert spaced(cited) in page.text
        for source in person.sources:
            assert spaced(source.title) in page.text
            assert source.url in page.text
            assert source.url not in set(page.values("href")) - {""}


def test_words_carry_their_language_and_direction(
    release: Release, pages: Mapping[str, Page]
) -> None:
    for person in release.people:
        tags = pages[person_path(person.key)].tags
        set_as = {(a.get("lang"), a.get("dir")) for tag, a in tags if tag in ("bdi", "q")}
        for name in person.names:
            assert (name.lang, name.dir) in set_as


def test_differing_answers_stand_side_by_side(release: Release, site: Mapping[str, bytes]) -> None:
    seen = 0
    for person in release.people:
        html = site[person_path(person.key)].decode()
        for topic in re.findall(r'<section class="topic differ".*?</section>', html, re.S):
            sides = topic.split('<div class="sides">')[1]
            assert sides.count('<div class="side">') >= 2
            assert "Sources differ" in topic
            seen += 1
        differing = [one for one in person.conflicts if one.kind == "differ"]
        assert html.count('class="topic differ"') == len(differing)
    assert seen > 10


def test_each_claim_stands_once_among_what_is_said(
    release: Release, site: Mapping[str, bytes]
) -> None:
    for person in release.people:
        html = site[person_path(person.key)].decode()
        assert html.count('<p class="by">') == len(person.claims)


def test_the_four_absences_are_told_apart(people: tuple[ReleasedPerson, ...],
                                          pages: Mapping[str, Page]) -> None:  # fmt: skip
    person = next(one for one in people if one.display_name.startswith("Нұрия"))
    text = pages[person_path(person.key)].text
    for words in (
        "Not asked",
        "Asked, not known",
        "Asked, declined to answer",
        "Not stated in the source",
        "No source here speaks of:",
    ):
        assert words in text


def test_official_voices_have_their_own_mark_and_word(
    people: tuple[ReleasedPerson, ...], site: Mapping[str, bytes]
) -> None:
    person = next(one for one in people if one.display_name.startswith("Нұрия"))
    html = site[person_path(person.key)].decode()
    official = sum(claim.voice == "official" for claim in person.claims)
    assert html.count('<span class="voice official">Official</span>') == official
    assert html.count('<li class="official">') == official


def test_a_draft_says_so_on_every_page_and_a_release_on_none(
    release: Release, pages: Mapping[str, Page]
) -> None:
    words = "Draft — not approved for publication"
    assert [path for path, page in pages.items() if words not in page.text] == []
    final = dict(render_site(dataclasses.replace(release, draft=False), fonts=()))
    for path, body in final.items():
        if path.endswith(".html"):
            assert words not in body.decode(), path
    assert b"DRAFT" not in final["README.txt"]


def test_former_numbers_lead_to_the_page(
    people: tuple[ReleasedPerson, ...], pages: Mapping[str, Page]
) -> None:
    person = next(one for one in people if one.former_keys)
    page = pages[person_path(person.former_keys[0])]
    target = person_path(person.key).removeprefix("person/")
    refresh = [a["content"] for _, a in page.tags if a.get("http-equiv") == "refresh"]
    assert refresh == [f"0; url={target}"]
    assert target in set(page.values("href"))
    assert person.former_keys[0] in pages[person_path(person.key)].text


def test_a_former_number_of_two_people_leads_to_both(release: Release) -> None:
    people = tuple(dataclasses.replace(one, former_keys=("shared",)) for one in release.people[:2])
    files = dict(render_site(dataclasses.replace(release, people=people), fonts=()))
    page = Page(files["person/shared.html"].decode())
    assert not [a for _, a in page.tags if a.get("http-equiv") == "refresh"]
    for person in people:
        assert person_path(person.key).removeprefix("person/") in set(page.values("href"))


def test_a_relative_in_the_release_is_linked(release: Release) -> None:
    first, second = release.people[:2]
    claim = dataclasses.replace(first.claims[-1], property="relative_name", link=second.key)
    people = (dataclasses.replace(first, claims=(claim,)), second)
    files = dict(render_site(dataclasses.replace(release, people=people), fonts=()))
    links = Page(files[person_path(first.key)].decode()).values("href")
    assert "../" + person_path(second.key) in set(links)


def test_everybody_stands_in_every_list(release: Release, pages: Mapping[str, Page]) -> None:
    for folder in ("people", "places", "years"):
        linked = {
            urljoin(path, link)
            for path, page in pages.items()
            if path.startswith(folder + "/")
            for link in page.values("href")
        }
        assert {person_path(person.key) for person in release.people} <= linked


def test_long_lists_are_cut_into_light_pages_that_lose_nobody(release: Release) -> None:
    people = tuple(
        ReleasedPerson(
            f"p{number}", f"Someone {number:05}", "en-Latn", "ltr", (), "", (), (),
            place=f"A place with a long name, number {number % 1200}", year="1976",
        )
        for number in range(3000)
    )  # fmt: skip
    rendered = list(render_site(dataclasses.replace(release, people=people), fonts=()))
    files = dict(rendered)
    assert len(files) == len(rendered), "a path stands twice"
    lists = {
        path: body for path, body in files.items()
        if path.startswith(("people/", "places/", "years/")) or path == "index.html"
    }  # fmt: skip
    assert max(map(len, lists.values())) < 100_000
    reached = {"index.html"}
    queue = ["index.html"]
    while queue:
        path = queue.pop()
        for link in Page(files[path].decode()).values("href"):
            target = urlsplit(urljoin(path, link)).path
            if target in files and target not in reached:
                reached.add(target)
                if target in lists:
                    queue.append(target)
    assert set(lists) <= reached
    for folder in ("people/", "places/", "years/"):
        own = [Page(body.decode()) for path, body in lists.items() if path.startswith(folder)]
        linked = {link.removeprefix("../") for page in own for link in page.values("href")}
        assert {person_path(person.key) for person in people} <= linked


def test_an_empty_release_teaches_instead_of_failing(release: Release) -> None:
    files = dict(render_site(dataclasses.replace(release, people=(), withheld={}), fonts=()))
    assert "Nobody stands here yet" in files["people/index.html"].decode()
    assert Page(files["index.html"].decode()).faults == []


def test_without_fonts_no_font_is_named(release: Release) -> None:
    files = dict(render_site(release, fonts=()))
    assert "url(" not in files["look/site.css"].decode()
    assert not [path for path in files if path.startswith("look/fonts/")]


def test_a_face_with_a_missing_part_is_left_out_whole(tmp_path: Path) -> None:
    home = tmp_path / "@fontsource-variable" / "vazirmatn"
    (home / "files").mkdir(parents=True)
    (home / "unicode.json").write_text('{"arabic": "U+0600-06FF"}')
    (home / "LICENSE").write_text("OFL")
    assert find_fonts(tmp_path) == ()
    (home / "files" / "vazirmatn-arabic-wght-normal.woff2").write_bytes(b"wOF2")
    assert [font.name for font in find_fonts(tmp_path)] == [
        "vazirmatn-arabic-wght-normal.woff2",
        "vazirmatn-LICENSE.txt",
    ]


class Shouting(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return message if "{" in message else message.upper() + " {<"


def test_sentences_go_through_gettext_and_stay_escaped(release: Release) -> None:
    files = dict(render_site(release, fonts=(), translations=Shouting()))
    for path in ("index.html", person_path(release.people[0].key)):
        page = Page(files[path].decode())
        assert page.faults == [], path
        assert "FIND A PERSON {<" in page.text
    assert "WHAT IS SAID, AND BY WHOM {<" in page.text


def test_a_language_written_from_right_to_left_turns_the_page(release: Release) -> None:
    files = dict(render_site(release, fonts=(), language="ug"))
    page = Page(files[person_path(release.people[0].key)].decode())
    assert page.tags[0] == ("html", {"lang": "ug", "dir": "rtl", "data-root": "../"})
    assert "ئىسمى ياكى نامى" in page.text
    style = files["look/site.css"].decode()
    physical = r"(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)|[{;]\s*(?:left|right):"
    assert not re.search(physical, style)


def test_fonts_come_with_their_rule_and_licence() -> None:
    fonts = find_fonts()
    if not fonts:
        pytest.skip("no fonts in node_modules: `make setup` installs them")
    assert [font.name for font in fonts if font.name.endswith("LICENSE.txt")]
    for font in fonts:
        assert isinstance(font, FontFile)
        assert bool(font.rule) == font.name.endswith(".woff2")
        assert font.content[:4] == b"wOF2" or not font.rule


def test_rendering_twice_gives_the_same_bytes(release: Release, site: Mapping[str, bytes]) -> None:
    assert dict(render_site(release)) == site
