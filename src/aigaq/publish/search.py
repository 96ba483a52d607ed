"""The search that needs no server: words of every attested form, in script files small enough for a phone.

A page opened from a disk may load classic scripts but neither fetch nor import, so the index is a set of
scripts that call a function of `look/search.js`. All words are sorted and cut into ranges (shards); a
query reads only the ranges its first letters fall into. A second, smaller list of the words alone serves
queries that stand inside a word. Folding here and in `search.js` is the same: the letter table travels in
the manifest. A third set holds everybody under the keys of `aigaq.names`, which a name shares with its
spellings in other scripts; the page reads the twin of that room (`look/names.js`) when somebody types.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from aigaq.names import MAX_LENGTH, keys
from aigaq.publish.paths import stem_of
from aigaq.records.release import ReleasedPerson

SHARD_BYTES = 160_000
# Letters that differ from a plain one by a stroke or hook and so are often typed as it: the Kazakh letters
# on a Russian keyboard, the Latin ones on an English one. Other scripts are matched through attested forms.
LETTERS = {
    "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и", "ґ": "г",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "a", "ŋ": "n",
    "ى": "ي", "ی": "ي", "ک": "ك", "ە": "ه", "ھ": "ه", "ہ": "ه", "ٴ": "", "ء": "", "ـ": "",
}  # fmt: skip
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f"
                    "\u202a-\u202e\u2060-\u2069\ufeff]")  # fmt: skip
_LETTERS = re.compile("|".join(map(re.escape, LETTERS)))
_BREAKS = re.compile("[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u02b9-\u02bf\u2000-\u206f"
                     "\u3000-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20\u060c\u061b\u061f\u06d4]+")  # fmt: skip
_APOSTROPHES = re.compile("['’‘ʼʻ`´]")
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def fold(text: str) -> str:
    """Return text as search compares it: lower case, no diacritics, look-alike letters as one.

    NFKD, then marks and directional signs dropped, then `LETTERS`; the same steps as `fold` in `search.js`.
    """
    bare = _APOSTROPHES.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text).lower()))
    return _LETTERS.sub(lambda match: LETTERS[match[0]], bare)


def words_of(forms: Iterable[str]) -> set[str]:
    """Return the folded words of some names; a word in Hanzi also gives every word it ends with."""
    found: set[str] = set()
    for form in forms:
        for word in _BREAKS.split(fold(form)):
            if word:
                found.add(word)
                if _HANZI.match(word):
                    found.update(word[start:] for start in range(1, min(len(word), 8)))
    return found


@dataclass(frozen=True, slots=True)
class _Posting:
    word: str
    order: bytes
    person: int


def search_files(people: Sequence[ReleasedPerson]) -> Iterator[tuple[str, bytes]]:
    """Yield the index: `search/manifest.js`, `search/s0.js` …, `search/w0.js` …, `search/k0.js` ….

    Args:
        people: everybody in the release; a person without a name is found by the display name alone.
    """
    postings = _sort_postings(people, words_of)
    starts = []
    for number, shard in enumerate(_shards(postings, people)):
        starts.append(shard.first)
        yield f"search/s{number}.js", _call("aigaqIndex", number, shard.rows)
    words = list(dict.fromkeys(posting.word for posting in postings))
    files = 0
    for files, part in enumerate(_parts(words), start=1):
        yield f"search/w{files - 1}.js", _call("aigaqWords", files - 1, part)
    sounds = []
    for number, shard in enumerate(_shards(_sort_postings(people, sounds_of), people)):
        sounds.append(shard.first)
        yield f"search/k{number}.js", _call("aigaqSounds", number, shard.rows, shard.places)
    manifest = {
        "people": len(people),
        "starts": starts,
        "words": files,
        "sounds": sounds,
        "letters": LETTERS,
    }
    yield "search/manifest.js", _call("aigaqManifest", manifest)


def sounds_of(forms: Iterable[str]) -> set[str]:
    """Return the keys of some names (see `aigaq.names.keys`); those too long for one name have none."""
    return {key for form in forms if len(form) <= MAX_LENGTH for key in keys(form)}


def _sort_postings(
    people: Sequence[ReleasedPerson], read: Callable[[Iterable[str]], set[str]]
) -> list[_Posting]:
    return sorted(
        (
            _Posting(word, _js_order(word), number)
            for number, person in enumerate(people)
            for word in read(_forms(person))
        ),
        key=lambda posting: (posting.order, posting.person),
    )


def _forms(person: ReleasedPerson) -> list[str]:
    return list(dict.fromkeys([person.display_name, *(name.text for name in person.names)]))


def _js_order(word: str) -> bytes:
    # JavaScript compares strings by UTF-16 code units.
    return word.encode("utf-16-be", "surrogatepass")


@dataclass(frozen=True, slots=True)
class _Shard:
    """A range of words from `first` on: rows of people as JSON text, and their places under each word."""

    first: str
    rows: list[str]
    places: dict[str, list[int]]


def _shards(postings: Iterable[_Posting], people: Sequence[ReleasedPerson]) -> Iterator[_Shard]:
    """Yield the ranges; a crowded word goes on in the next one."""
    rows: list[str] = []
    place_of: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    size = 0
    for posting in postings:
        if size > SHARD_BYTES:
            yield _Shard(next(iter(places)), rows, places)
            rows, place_of, places, size = [], {}, {}, 0
        if posting.person not in place_of:
            place_of[posting.person] = len(rows)
            rows.append(_row(people[posting.person]))
            size += len(rows[-1].encode("utf-8", "replace"))
        places.setdefault(posting.word, []).append(place_of[posting.person])
    if rows:
        yield _Shard(next(iter(places)), rows, places)


def _row(person: ReleasedPerson) -> str:
    forms = _forms(person)
    about = " · ".join(part for part in (person.year, person.place) if part)
    return _json(
        [
            stem_of(person.key),
            person.display_name,
            person.display_lang,
            1 if person.display_dir == "rtl" else 0,
            about,
            forms[1:],
        ]
    )


def _parts(words: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for word in words:
        part.append(_json(word))
        size += len(word.encode("utf-8", "replace")) + 3
        if size > SHARD_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _call(function: str, *arguments: object) -> bytes:
    texts = [
        "[" + ",\n".join(one) + "]" if isinstance(one, list) else _json(one) for one in arguments
    ]
    return f"{function}({','.join(texts)});\n".encode("utf-8", "replace")


def _json(value: object) -> str:
    """Return JSON that is also a JavaScript literal in a file, whatever the names hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
