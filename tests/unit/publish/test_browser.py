"""The site as a reader meets it: opened from a disk in a browser, with no server and no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from aigaq.publish import render_site
from aigaq.publish.paths import person_path
from aigaq.publish.search import LETTERS, fold
from aigaq.records.release import Release


@pytest.fixture(scope="module")
def folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    for path, body in render_site(release):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return root


class Reader:
    """A browser window that remembers complaints and every address it asked for."""

    def __init__(self, browser: Browser, folder: Path, width: int = 1100) -> None:
        self.folder = folder
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 740})
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self.note_failure)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def note_failure(self, request: Request) -> None:
        # Aborted is what the next page does to a font still on its way.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")

    def open(self, path: str) -> Page:
        self.page.goto((self.folder / path).as_uri())
        return self.page

    def check(self) -> None:
        assert self.complaints == []
        assert [one for one in self.asked if not one.startswith(("file:", "data:"))] == []


@pytest.fixture
def reader(browser: Browser, folder: Path) -> Iterator[Reader]:
    reader = Reader(browser, folder)
    yield reader
    reader.context.close()


@pytest.mark.parametrize(
    "typed", ["ماعجان", "МАҒЖАН", "магжан жум", "馬赫詹", "赫詹", "magcan", "Jūmabaev", "humabay"]
)
def test_a_person_is_found_in_another_spelling_or_script(
    reader: Reader, release: Release, typed: str
) -> None:
    person = next(one for one in release.people if "Zhumabayev" in one.display_name)
    page = reader.open("index.html")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    hit = page.locator(".hits a", has_text="Magzhan Zhumabayev")
    hit.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("article.person h1", has_text="Magzhan Zhumabayev").wait_for()
    assert page.url.endswith(person_path(person.key))
    reader.check()


@pytest.mark.parametrize(
    "typed", ["沙赫扎达·绍纳诺娃", "SHAHEZHADA", "Şahzada Şonan", "شاھزادا", "Шонанқызы"]
)
def test_a_name_in_a_script_that_no_source_used_finds_what_sounds_alike(
    reader: Reader, release: Release, typed: str
) -> None:
    person = next(one for one in release.people if one.display_name == "Шахзада Шонанова")
    page = reader.open("index.html")
    page.locator("#q").fill(typed)
    page.locator("#found", has_text="Names that sound alike").wait_for()
    page.locator(".hits a", has_text="Шахзада Шонанова").click()
    page.wait_for_url("**/" + person_path(person.key))
    reader.check()


def test_the_first_view_is_small_and_reads_no_index_before_somebody_types(
    reader: Reader, folder: Path
) -> None:
    reader.open("index.html").wait_for_load_state()
    asked = [one for one in reader.asked if one.startswith("file:") and "/fonts/" not in one]
    assert not any("/search/" in one or one.endswith("names.js") for one in asked)
    sizes = [(folder / one.removeprefix(folder.as_uri() + "/")).stat().st_size for one in asked]
    assert sum(sizes) < 100_000


def test_a_spelling_that_is_written_here_comes_before_what_sounds_alike(reader: Reader) -> None:
    page = reader.open("index.html")
    page.locator("#q").fill("Мағжан")
    page.locator(".hits a").first.wait_for()
    assert "Magzhan Zhumabayev" in page.locator(".hits a").first.inner_text()


def test_search_works_on_a_person_page_and_says_when_nobody_is_found(
    reader: Reader, release: Release
) -> None:
    page = reader.open(person_path(release.people[0].key))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("qqqqq")
    page.locator("#found", has_text="Nobody here is written like that").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#found").inner_text() == ""
    page.keyboard.type("shonanova")
    page.locator(".hits a", has_text="Шахзада Шонанова").click()
    page.locator("article.person h1", has_text="Шахзада Шонанова").wait_for()
    reader.check()


def test_page_and_index_fold_alike(reader: Reader) -> None:
    page = reader.open("index.html")
    page.locator("#q").fill("a")
    page.locator("#found .quiet").first.wait_for()
    samples = [
        *LETTERS, "Ä Ö Ü é ñ Ǵǵ Žž İ I ı ſ", "Ёлка Йод Ґ Ў", "أحمد إلى آل عَلِيّ ئۇيغۇر ڭ", "ﷺ ﻻ",
        "Ⅷ ① ﬁ ½", "阿里汗·博凯汗", "アリハン・ブケイハノフ", "O’Brien d'Or", "Σίσυφος ΣΑΣ", "ẞ ß", "한국",
    ]  # fmt: skip
    folded = page.evaluate("list => list.map(window.aigaqFold)", samples)
    assert dict(zip(samples, folded, strict=True)) == {text: fold(text) for text in samples}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_needs_no_sideways_scroll(
    browser: Browser, folder: Path, release: Release, scheme: str
) -> None:
    reader = Reader(browser, folder, width=360)
    reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    people = [person_path(person.key) for person in release.people]
    for path in ["index.html", "people/index.html", "data/dictionary.html", *people]:
        page = reader.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    reader.check()
    reader.context.close()


def test_every_page_loads_without_a_word_in_the_console(
    reader: Reader, folder: Path, release: Release
) -> None:
    former = {person_path(key) for person in release.people for key in person.former_keys}
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")} - former
    for path in sorted(pages):
        reader.open(path)
    assert len(pages) > 20
    reader.check()


def test_a_former_address_leads_on_by_itself(reader: Reader, release: Release) -> None:
    person = next(one for one in release.people if one.former_keys)
    page = reader.open(person_path(person.former_keys[0]))
    page.wait_for_url("**/" + person_path(person.key))
    assert page.locator("h1").inner_text() == person.display_name


def test_print_says_draft_on_each_sheet_and_opens_what_is_folded(
    reader: Reader, release: Release
) -> None:
    person = next(one for one in release.people if "Zhumabayev" in one.display_name)
    page = reader.open(person_path(person.key))
    page.emulate_media(media="print")
    assert page.locator(".draft-band").is_visible()
    assert page.locator("form.finder").is_hidden()
    assert page.locator(".twin table").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_enough(reader: Reader, release: Release, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text, worked out from the colours the browser computes."""
    person = next(one for one in release.people if one.display_name.startswith("Нұрия"))
    reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = reader.open(person_path(person.key))
    weak = page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = s => s.match(/[\\d.]+/g).map(Number);
  const back = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const weak = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e);
    const ink = parse(e instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink.slice(0, 3)), light(back(e).slice(0, 3))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push([e.tagName, e.className, e.textContent.slice(0, 30), ratio]);
  }
  return weak; }"""
