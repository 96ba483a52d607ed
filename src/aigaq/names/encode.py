"""Names as what the alignment kernel reads: rows of letters against a lattice of letter groups.

A *piece* is one word, or a whole name run together. Seen as rows it is a sequence of units, one a
Hanzi or a letter. Seen as columns it is a lattice: every group of one to four neighbouring letters
that the model knows is an edge from its first position to its last. Aligning a row piece to a
column piece means walking the lattice while spending the rows (Li, Zhang and Su, ACL 2004).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.affixes import ELEMENTS, Affix, find_end, find_start, find_word
from aigaq.names.known import frequency_key, split_names, split_place, split_words
from aigaq.names.pinyin import readings, split_folded
from aigaq.names.symbols import hanzi_parts, read_word, words_of

MAX_WORDS: Final = 8
"""More words than this are run together, so that the work for one pair is bounded."""
MAX_SYMBOLS: Final = 256
SKIP_ENDING: Final = "#ending"
SKIP_TITLE: Final = "#title"
SKIP_COMMON: Final = "#common"
SKIP_WORD: Final = "#word"
SKIPS: Final = (SKIP_ENDING, SKIP_TITLE, SKIP_COMMON, SKIP_WORD)
GROUP_TABLE: Final = 1 << 16
GROUP_HASH: Final = 40503
_SHORTEST_STEM: Final = 2
_MOST_KNOWN: Final = 100_000
_CODES: Final = {"Arab": "A", "Cyrl": "C", "Latn": "L"}
_SCRIPTS: Final = {code: script for script, code in _CODES.items()}


@dataclass(frozen=True, slots=True)
class Word:
    """A word in symbols: `script` is A, C or L, `stem` counts the symbols before the ending.

    `has_ending` says that it is written as a father's or family name (-ұлы, -ов).
    """

    symbols: str
    script: str
    stem: int
    is_title: bool
    written: str
    has_ending: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a whole name, ready for the kernel.

    `rows` are row numbers; `ends` says for each letter where its word ends (none for Hanzi);
    `generics` are (start, end, column) of words that have a column of their own; `skips` are
    (start, end, column of the cost), for rows and columns alike; `word` is what the frequency of a
    single word is looked up by; `title` and `common` words say nothing about who is
    meant.
    """

    rows: tuple[int, ...]
    ends: tuple[int, ...] = ()
    generics: tuple[tuple[int, int, int], ...] = ()
    skips: tuple[tuple[int, int, int], ...] = ()
    script: str = "H"
    word: str = ""
    title: bool = False
    common: bool = False


def read_words(name: str, lang: str) -> tuple[Word, ...]:
    """Words of an alphabetic name, at most `MAX_WORDS`; `lang` is a BCP 47 tag or ""."""
    subtag = lang.split("-")[0]
    subtag = "" if subtag == "und" else subtag
    read = (_read(w, script, subtag) for w, script in words_of(name) if script in _CODES)
    words = _cut([w for w in read if w.symbols])
    if len(words) <= MAX_WORDS:
        return words
    return (*words[: MAX_WORDS - 1], _join(words[MAX_WORDS - 1 :]))


def _cut(words: list[Word]) -> tuple[Word, ...]:
    """The words that begin within the first `MAX_SYMBOLS`: one character may fold to eighteen."""
    kept, room = [], MAX_SYMBOLS
    for word in words:
        if room > 0:
            symbols = word.symbols[:room]
            whole = len(symbols) == len(word.symbols)
            kept.append(word if whole else replace(word, symbols=symbols, stem=len(symbols)))
            room -= len(symbols)
    return tuple(kept)


@lru_cache(maxsize=131_072)
def _read(word: str, script: str, lang: str) -> Word:
    symbols = read_word(word, script, lang)
    ending = find_end("ending", word)
    stem = len(symbols)
    if ending and len(word) - len(ending.form) >= 2:
        stem = max(1, len(symbols) - len(read_word(ending.form, script, lang)))
    title = find_word("honorific", word) is not None or find_word("child-of", word) is not None
    return Word(symbols, _CODES[script], stem, title, word, stem < len(symbols))


def _join(words: tuple[Word, ...]) -> Word:
    symbols = "".join(w.symbols for w in words)
    return Word(symbols, words[0].script if words else "L", len(symbols), False, symbols)


@dataclass(frozen=True)
class Inventory:
    """The rows and columns that the model has weights for, by name."""

    rows: Mapping[str, int]
    columns: Mapping[str, int]

    @cached_property
    def _skip_columns(self) -> dict[str, int]:
        return {s: self.columns[s] for s in SKIPS}

    def hanzi_rows(self, hanzi: str) -> tuple[int, ...]:
        """Row of each Hanzi: its own, or that of its syllable; unreadable ones are left out."""
        return tuple(r for c in hanzi if (r := self._hanzi_row(c)) is not None)

    def _hanzi_row(self, char: str) -> int | None:
        if char in self.rows:
            return self.rows[char]
        return next((self.rows[f"~{s}"] for s in readings(char)[:1] if f"~{s}" in self.rows), None)

    def syllable_rows(self, syllables: tuple[str, ...]) -> tuple[int, ...]:
        """Rows of pinyin syllables, () if one of them is in no name."""
        rows = tuple(self.rows.get(f"~{s}", -1) for s in syllables)
        return () if -1 in rows else rows

    def piece(self, words: tuple[Word, ...], *, droppable: bool = True) -> Piece:
        """The piece of some words run together; `droppable` ones may be skipped at a cost."""
        if len(words) == 1:
            return self.word_piece(words[0])
        rows: list[int] = []
        ends: list[int] = []
        generics: list[tuple[int, int, int]] = []
        skips: list[tuple[int, int, int]] = []
        for word in map(self.word_piece, words):
            at, end = len(rows), len(rows) + len(word.rows)
            rows += word.rows
            ends += [end] * len(word.rows)
            generics += [(at, end, column) for _, _, column in word.generics]
            skips += [(at + start, end, column) for start, _, column in word.skips]
            if droppable:
                skips.append((at, end, self._skip_columns[_skip_kind(word)]))
        return Piece(tuple(rows), tuple(ends), tuple(generics), tuple(skips), words[0].script)

    def _read_piece(self, word: Word) -> Piece:
        size = len(word.symbols)
        column = self.columns.get(f"={word.script}{word.symbols}")
        return Piece(
            tuple(map(self._rows_of[word.script].__getitem__, word.symbols)),
            (size,) * size,
            ((0, size, column),) if column else (),
            ((word.stem, size, self._skip_columns[SKIP_ENDING]),) if word.stem < size else (),
            word.script,
            frequency_key(word.written, word.symbols[: word.stem]),
            title=word.is_title,
            common=not word.is_title and (column is not None or size == 1),
        )

    def word_piece(self, word: Word) -> Piece:
        """The piece of one word, kept for when the word comes again."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[word] = self._read_piece(word)
        return found

    @cached_property
    def _known(self) -> dict[Word, Piece]:
        return {}

    @cached_property
    def parts(self) -> "dict[Word, Part]":
        """The parts of names that words have been read as."""
        return {}

    @cached_property
    def _rows_of(self) -> dict[str, dict[str, int]]:
        """Rows of the letters of each script."""
        rows: dict[str, dict[str, int]] = {script: {} for script in _CODES.values()}
        for name, row in self.rows.items():
            if len(name) == 2 and name[0] in rows:
                rows[name[0]][name[1]] = row
        return rows

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Open-addressing table of letter groups: key (row numbers, base 128) and column; key 0 is free."""
        keys = np.zeros(GROUP_TABLE, np.int64)
        found = np.zeros(GROUP_TABLE, np.int32)
        for name, column in self.columns.items():
            if name and name[0] not in "=#":
                key = 0
                for row in map(self._rows_of[name[0]].__getitem__, name[1:]):
                    key = key * 128 + row
                at = key * GROUP_HASH % GROUP_TABLE
                while keys[at]:
                    at = (at + 1) % GROUP_TABLE
                keys[at], found[at] = key, column
        return keys, found


def _skip_kind(word: Piece) -> str:
    if word.title:
        return SKIP_TITLE
    return SKIP_COMMON if word.common else SKIP_WORD


class Role(IntEnum):
    """What is known of the place of a word in a name."""

    UNKNOWN = 0
    GIVEN = 1
    FATHER = 2
    """Father's or family name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name as the kernel compares it.

    `letters` are its letters, for Hanzi those that its pinyin spells (None if it can't be read);
    `rows` are Hanzi, or the pinyin syllables that a Latin word may be meant as; `stem` are the
    letters without the ending of a father's or family name, None if there is none.
    """

    letters: Piece | None
    rows: tuple[int, ...] = ()
    hanzi: bool = False
    role: Role = Role.UNKNOWN
    stem: Piece | None = None
    head: "Cut | None" = None
    tail: "Cut | None" = None


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of a word without a part that many names are built with (Nur-, -bek, -gül).

    `element` is the number of that part, from 1.
    """

    element: int
    rest: Part


@dataclass(frozen=True, slots=True)
class Encoded:
    """One name: its words, the whole in likely orders (letters only), and its words but titles run
    together. The role of `whole` says nothing.
    """

    parts: tuple[Part, ...] = ()
    orders: tuple[Piece, ...] = ()
    whole: Part | None = None

    @property
    def hanzi(self) -> bool:
        """Whether the name is read as Hanzi."""
        return bool(self.parts) and self.parts[0].hanzi


def encode(name: str, lang: str, inventory: Inventory) -> Encoded:
    """Encode one name of at most 256 characters. Raises `NameTooLong`.

    A name with any Hanzi is read as its Hanzi; they are also spelt out in pinyin, so that two
    Hanzi names can be compared. A Latin word that can be cut into pinyin gets those rows too.
    """
    runs = _cut_runs(hanzi_parts(name))
    if runs:
        return _encode_hanzi((split_names(runs[0]) if len(runs) == 1 else ()) or runs, inventory)
    words = _name_first_title(read_words(name, lang))
    if not words:
        return Encoded()
    parts = tuple(
        _give_role(_word_part(word, inventory), role)
        for word, role in zip(words, _roles(words), strict=True)
    )
    return Encoded(
        parts,
        tuple(inventory.piece(o) for o in _orders(words)) if len(words) > 1 else (),
        _join_names(words, parts, inventory),
    )


def _word_part(word: Word, inventory: Inventory) -> Part:
    """A word as a part of a name, whatever its role; kept for when the word comes again."""
    found = inventory.parts.get(word)
    if found is None:
        if len(inventory.parts) >= _MOST_KNOWN:
            inventory.parts.clear()
        found = inventory.parts[word] = Part(
            inventory.word_piece(word),
            _pinyin_rows((word,), inventory),
            stem=_stem(word, inventory),
            head=_cut_word(word, "head", inventory),
            tail=_cut_word(word, "element", inventory),
        )
    return found


def _give_role(part: Part, role: Role) -> Part:
    return part if role == Role.UNKNOWN else replace(part, role=role)


def encode_apart(name: str, inventory: Inventory) -> Encoded | None:
    """A name in one run of Hanzi with the words for the kind and side of a place as words of their own.

    None if it has none.
    """
    runs = hanzi_parts(name)
    run = runs[0][:MAX_SYMBOLS] if len(runs) == 1 else ""
    words = split_words(run) or split_place(run)
    if not words or len(words) > MAX_WORDS:
        return None
    parts = tuple(_hanzi_part(word, Role.UNKNOWN, inventory) for word in words)
    return Encoded(parts, whole=_hanzi_part(runs[0][:MAX_SYMBOLS], Role.UNKNOWN, inventory))


def _cut_runs(runs: list[str]) -> tuple[str, ...]:
    """Hanzi words, at most `MAX_WORDS` and as many characters as may be compared.

    Characters that all stand apart (努 尔 兰) are spread out, not words.
    """
    if all(len(run) == 1 for run in runs):
        runs = ["".join(runs)]
    head, rest = runs[: MAX_WORDS - 1], "".join(runs[MAX_WORDS - 1 :])
    left, kept = MAX_SYMBOLS, []
    for run in (*head, rest):
        if run[:left]:
            kept.append(run[:left])
        left = max(0, left - len(run))
    return tuple(kept)


def _encode_hanzi(runs: tuple[str, ...], inventory: Inventory) -> Encoded:
    """Of several words in Hanzi the first is the given name, the next the father's."""
    names = [run for run in runs if find_word("honorific", run) is None]
    roles = {
        run: Role.FATHER if place else Role.GIVEN for place, run in reversed([*enumerate(names)])
    }
    if len(names) < 2:
        roles = {}
    parts = tuple(_hanzi_part(r, roles.get(r, Role.UNKNOWN), inventory) for r in runs)
    whole = "".join(names) or "".join(runs)
    return Encoded(parts, whole=_hanzi_part(whole, Role.UNKNOWN, inventory))


def _hanzi_part(run: str, role: Role, inventory: Inventory) -> Part:
    word = _spell(run)
    letters = inventory.word_piece(word) if word.symbols else None
    head, tail = (_cut_run(run, kind, inventory) for kind in ("head", "element"))
    return Part(letters, inventory.hanzi_rows(run), True, role, None, head, tail)


def _name_first_title(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Where no other given name is there, a title that stands first is one (Batyr Omarov).

    Alone it is one only if it is borne as a name (Imam), not if it says nothing but a rank (Hajji).
    """
    if not words or not words[0].is_title or (len(words) == 1 and not _is_borne(words[0])):
        return words
    if any(not w.is_title and not w.has_ending for w in words[1:]):
        return words
    return (replace(words[0], is_title=False), *words[1:])


def _is_borne(word: Word) -> bool:
    title = find_word("honorific", word.written)
    return title is not None and find_word("also-name", title.name) is not None


def _roles(words: tuple[Word, ...]) -> tuple[Role, ...]:
    """Beside a name with an ending the only one without is the given name; else nothing is known."""
    names = [w for w in words if not w.is_title and len(w.symbols) > 1]
    plain = sum(not w.has_ending for w in names)
    if not names or plain > 1 or (len(names) > 1 and plain == 0):
        return (Role.UNKNOWN,) * len(words)
    return tuple(_role(w) for w in words)


def _role(word: Word) -> Role:
    if word.is_title or len(word.symbols) < 2:
        return Role.UNKNOWN
    return Role.FATHER if word.has_ending else Role.GIVEN


def _cut_at(word: str, kind: str) -> tuple[Affix, str] | None:
    """The part that a name begins or ends with, and what is left."""
    if kind == "head":
        found = find_start(kind, word)
        return (found, word[len(found.form) :]) if found else None
    found = find_end(kind, word)
    return (found, word[: -len(found.form)]) if found else None


def _cut_word(word: Word, kind: str, inventory: Inventory) -> Cut | None:
    ending = find_end("ending", word.written) if word.has_ending else None
    stem = word.written.removesuffix(ending.form) if ending else word.written
    cut = _cut_at(stem, kind)
    if word.is_title or cut is None:
        return None
    symbols = read_word(cut[1], _SCRIPTS[word.script], "")
    if len(symbols) < _SHORTEST_STEM:
        return None
    rest = replace(word, symbols=symbols, stem=len(symbols), written=cut[1], has_ending=False)
    return Cut(ELEMENTS[cut[0].name], Part(inventory.word_piece(rest)))


def _cut_run(run: str, kind: str, inventory: Inventory) -> Cut | None:
    cut = _cut_at(run, kind)
    word = _spell(cut[1]) if cut else None
    if cut is None or word is None or not word.symbols:
        return None
    rows = inventory.hanzi_rows(cut[1])
    return Cut(ELEMENTS[cut[0].name], Part(inventory.word_piece(word), rows, hanzi=True))


def _stem(word: Word, inventory: Inventory) -> Piece | None:
    if not word.has_ending or word.stem < _SHORTEST_STEM:
        return None
    return inventory.word_piece(replace(word, symbols=word.symbols[: word.stem], has_ending=False))


def _pinyin_rows(words: tuple[Word, ...], inventory: Inventory) -> tuple[int, ...]:
    """Rows of the syllables that Latin words may be meant as, if they are more than one."""
    if any(w.script != "L" for w in words):
        return ()
    syllables = split_folded(" ".join(w.written for w in words))
    return inventory.syllable_rows(syllables) if len(syllables) > 1 else ()


def _join_names(
    words: tuple[Word, ...], parts: tuple[Part, ...], inventory: Inventory
) -> Part | None:
    """The words but titles as if written without spaces; None if there are only titles.

    `parts` are the words one by one.
    """
    names = tuple(w for w in words if not w.is_title)
    if not names:
        return None
    if len(names) == 1:
        return Part(inventory.word_piece(names[0]), parts[words.index(names[0])].rows)
    return Part(inventory.piece(names, droppable=False), _pinyin_rows(names, inventory))


def _spell(hanzi: str) -> Word:
    pinyin = "".join((readings(c) or ("",))[0] for c in hanzi)
    symbols = read_word(pinyin, "Latn", "")[:MAX_SYMBOLS]
    return Word(symbols, "L", len(symbols), find_word("honorific", hanzi) is not None, hanzi)


def _orders(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], ...]:
    """As written, and with the last or the first word brought to the other end."""
    orders = [words, (words[-1], *words[:-1]), (*words[1:], words[0])]
    return tuple(dict.fromkeys(orders))
