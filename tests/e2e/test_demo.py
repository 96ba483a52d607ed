"""The demo, and what a reader sees of it in a browser."""

import csv
import json
from collections import defaultdict

import pytest


def richest_person(folder):
    """Return the page of somebody named in at least three scripts, about whom sources differ."""
    scripts = defaultdict(set)
    with (folder / "site/data/names.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            scripts[row["person"]].add(row["lang"].split("-")[1])
    with (folder / "site/data/conflicts.csv").open(encoding="utf-8-sig", newline="") as file:
        differ = {row["person"] for row in csv.DictReader(file) if row["kind"] == "differ"}
    chosen = max(differ, key=lambda key: (len(scripts[key]), key))
    assert len(scripts[chosen]) >= 3
    return next((folder / "site/person").glob(f"*{chosen}*.html"))


def test_the_demo_says_what_it_does_and_verifies(aigaq, demo):
    folder, said = demo
    assert "55 people" in said
    assert "Verified" in said
    assert aigaq("verify", folder / "site").returncode == 0


def test_a_second_demo_replaces_the_first_and_touches_nothing_else(aigaq, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    done = aigaq("demo", "--dir", tmp_path / "mine", "--no-serve")
    assert done.returncode == 2
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_every_person_of_the_sample_is_in_the_data(demo):
    folder, _ = demo
    lines = (folder / "site/data/persons.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 55
    assert all(json.loads(line)["claims"] for line in lines)


@pytest.fixture
def page(browser):
    """A page that records what goes wrong on it and what it asks the network for."""
    opened = browser.new_page(viewport={"width": 360, "height": 740})
    opened.problems = []
    opened.on(
        "console",
        lambda message: opened.problems.append(message.text) if message.type == "error" else None,
    )
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else
        opened.problems.append(request.url)
    )  # fmt: skip
    yield opened
    assert opened.problems == []
    opened.close()


def test_one_page_shows_three_scripts_and_a_contradiction_side_by_side(demo, page):
    folder, _ = demo
    page.goto(richest_person(folder).as_uri())
    scripts = page.eval_on_selector_all("[lang]", "all => all.map(one => one.lang.split('-')[1])")
    assert len({script for script in scripts if script}) >= 3
    assert "differ" in page.inner_text("main").lower()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_name_in_another_script_is_found_from_the_first_page(demo, page):
    folder, _ = demo
    page.goto((folder / "site/index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("Бөкейхан", delay=20)
    page.get_by_role("link").filter(has_text="ukeikhan").first.wait_for(timeout=10_000)
