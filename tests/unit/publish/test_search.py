"""The search index: everybody is in it under every word of every form, in small files."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.names import keys
from aigaq.publish.paths import stem_of
from aigaq.publish.search import SHARD_BYTES, fold, search_files, sounds_of, words_of
from aigaq.records.release import Release, ReleasedName, ReleasedPerson


def calls(files: dict[str, bytes], function: str) -> Iterator[list[object]]:
    for body in files.values():
        match = re.fullmatch(rf"{function}\((.*)\);\n", body.decode(), re.S)
        if match:
            yield json.loads(f"[{match[1]}]")


def find(files: dict[str, bytes], word: str) -> set[str]:
    """Return file stems under the shards whose range holds `word`, as the page looks them up."""
    [[manifest]] = calls(files, "aigaqManifest")
    starts = [one.encode("utf-16-be") for one in manifest["starts"]]  # type: ignore[index]
    key = word.encode("utf-16-be")
    found = set()
    for number, rows in calls(files, "aigaqIndex"):
        assert isinstance(number, int)
        last = number + 1 == len(starts) or starts[number + 1] >= key
        if starts[number] <= key + b"\xff\xff" and last:
            found.update(row[0] for row in rows)  # type: ignore[attr-defined]
    return found


def someone(number: int, *forms: str) -> ReleasedPerson:
    names = tuple(ReleasedName(form, "und-Latn", "ltr", ()) for form in forms)
    return ReleasedPerson(f"p{number}", forms[0], "", "ltr", names, "", (), ())


def test_everybody_is_found_under_every_word_of_every_form(release: Release) -> None:
    files = dict(search_files(release.people))
    for person in release.people:
        forms = [person.display_name, *(name.text for name in person.names)]
        for word in words_of(forms):
            assert stem_of(person.key) in find(files, word), word
            assert stem_of(person.key) in find(files, word[:3]), word


def test_a_crowded_name_stays_in_small_files_and_loses_nobody() -> None:
    people = [someone(n, f"García López Nº{n} " + "x" * 90, "Гарсия Лопес") for n in range(3000)]
    files = dict(search_files(people))
    assert max(map(len, files.values())) < 1.1 * SHARD_BYTES
    assert find(files, "garcia") == {f"p{n}" for n in range(3000)}


def test_everybody_is_found_under_every_key_of_every_form(release: Release) -> None:
    files = dict(search_files(release.people))
    [[manifest]] = calls(files, "aigaqManifest")
    found: dict[str, set[str]] = {}
    for number, rows, places in calls(files, "aigaqSounds"):
        assert min(places) == manifest["sounds"][number]  # type: ignore[call-overload,index]
        for key, at in places.items():  # type: ignore[attr-defined]
            found.setdefault(key, set()).update(rows[place][0] for place in at)  # type: ignore[index]
    for person in release.people:
        for form in [person.display_name, *(name.text for name in person.names)]:
            for key in keys(form):
                assert stem_of(person.key) in found[key], (form, key)


def test_a_text_too_long_for_a_name_is_left_out_of_the_sounds() -> None:
    assert sounds_of(["Нұр " * 65, "Нұрбақыт"]) == set(keys("Нұрбақыт"))


def test_an_empty_release_has_an_empty_index() -> None:
    files = dict(search_files([]))
    assert list(files) == ["search/manifest.js"]


@pytest.mark.parametrize(
    ("typed", "attested"),
    [
        ("GARCIA", "García"),
        ("жумабаев", "ЖҰМАБАЕВ"),
        ("Бокейхан", "Бөкейхан"),
        ("cagatay", "Çağatay"),
        ("O'Brien", "O’Brien"),
        ("علي", "عَلِي"),
        ("istanbul", "İstanbul"),
    ],
)
def test_folding_forgives_case_marks_and_keyboards(typed: str, attested: str) -> None:
    assert fold(typed) == fold(attested)


def test_hanzi_are_found_from_any_character() -> None:
    assert {"博凯汗", "凯汗", "汗", "阿里汗"} <= words_of(["阿里汗·博凯汗"])


@given(st.text())
def test_folding_is_settled_after_one_turn(text: str) -> None:
    words = words_of([text])
    assert all(words)
    assert not any("\n" in word or " " in word for word in words)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_index_files_are_scripts_whatever_the_names(forms: list[str]) -> None:
    files = dict(search_files([someone(1, *forms)]))
    for path, body in files.items():
        text = body.decode()
        assert "</" not in text
        assert "\u2028" not in text, path
        assert re.fullmatch(r"aigaq(?:Index|Words|Sounds|Manifest)\(.*\);\n", text, re.S)
