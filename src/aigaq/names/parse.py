"""The parts of a written name: given name, father's name, surname, clan, titles.

Naming customs follow the practice of the communities served (see ``docs/guide/names.md``): a given
name with a father's name in -ұлы or -қызы, the Russian forms of the same, and in China the bare
father's name after the given name, with ``·`` between them in Hanzi. Nothing is thrown away: what
carries no identity is marked, not removed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from aigaq.names.affixes import Affix, find_end, find_word
from aigaq.names.phones import guess_habit
from aigaq.names.scripts import fold, script_of


class Role(StrEnum):
    """What a token of a name is."""

    GIVEN = "given"
    PATRONYMIC = "patronymic"
    FATHER = "father"
    """A bare father's name, without an ending that says so."""
    SURNAME = "surname"
    CLAN = "clan"
    HONORIFIC = "honorific"
    INITIAL = "initial"
    NAME = "name"
    """A name whose place can't be told: given name or father's name."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a name, folded.

    ``stem`` is ``text`` without a patronymic or family ``ending``; ``element`` the name-forming
    suffix the stem ends in (-jan, -bek, -gül, …), which stays part of the stem.
    """

    text: str
    role: Role
    stem: str
    ending: Affix | None = None
    element: Affix | None = None
    title: Affix | None = None

    @property
    def identifies(self) -> bool:
        """Whether the token says anything about who this is: titles, clans and initials do not."""
        return self.role not in (Role.HONORIFIC, Role.CLAN, Role.INITIAL)


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name taken apart. ``written`` is as given, ``text`` folded; ``habit`` see ``guess_habit``."""

    written: str
    lang: str
    text: str
    script: str
    habit: str
    tokens: tuple[Token, ...]
    order_known: bool
    generated: bool
    """Made by a machine from another script: the tag carries a transform extension (RFC 6497)."""

    def of(self, *roles: Role) -> tuple[Token, ...]:
        """Return the tokens of these roles, in order of writing."""
        return tuple(token for token in self.tokens if token.role in roles)

    @property
    def given(self) -> tuple[str, ...]:
        """Stems that are or may be the given name."""
        return tuple(t.stem for t in self.of(Role.GIVEN, Role.NAME))

    @property
    def patronymic(self) -> tuple[str, ...]:
        """Stems of the father's name, with or without an ending that says so."""
        return tuple(t.stem for t in self.of(Role.PATRONYMIC, Role.FATHER))

    @property
    def surname(self) -> tuple[str, ...]:
        """Stems of the family name."""
        return tuple(t.stem for t in self.of(Role.SURNAME))

    @property
    def clan(self) -> tuple[str, ...]:
        """Clan names, as written."""
        return tuple(t.text for t in self.of(Role.CLAN))

    @property
    def honorifics(self) -> tuple[str, ...]:
        """Titles by their names in the table (``hajji``, ``qari``, …)."""
        return tuple(t.title.name for t in self.of(Role.HONORIFIC) if t.title)

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Name-forming suffixes by their names in the table (``jan``, ``bek``, ``gul``, …)."""
        return tuple(t.element.name for t in self.tokens if t.element)

    @property
    def initials(self) -> tuple[str, ...]:
        """Letters that stand for a whole name."""
        return tuple(t.text for t in self.of(Role.INITIAL))


_WORD = re.compile(r"[^\s·.,،、()（）/;\"«»“”\[\]]+")
_FATHER_ENDINGS = ("son", "daughter", "son-ru", "daughter-ru", "child")


@lru_cache(maxsize=65536)
def _read_token(word: str) -> Token:
    """Read one word by itself; what its neighbours say comes after."""
    if title := find_word("honorific", word):
        return Token(word, Role.HONORIFIC, word, title=title)
    if len(word) == 1 and script_of(word) in ("Latn", "Cyrl", "Arab", "Grek"):
        return Token(word, Role.INITIAL, word)
    ending = find_end("ending", word)
    stem = word[: -len(ending.form)] if ending else word
    role = Role.NAME
    if ending:
        role = Role.PATRONYMIC if ending.name in _FATHER_ENDINGS else Role.SURNAME
    return Token(word, role, stem, ending, find_end("element", stem))


def _join_child_of(words: Sequence[str]) -> list[Token]:
    """Read words, joining an ending written apart (``بايتۇرسىن ۇلى``) to the name it belongs to."""
    tokens: list[Token] = []
    for word in words:
        affix = find_word("child-of", word)
        if affix and tokens and tokens[-1].identifies and not tokens[-1].ending:
            father = tokens[-1]
            tokens[-1] = replace(
                father, text=f"{father.text} {word}", role=Role.PATRONYMIC, ending=affix
            )
        else:
            tokens.append(_read_token(word))
    return tokens


def _mark_clans(tokens: list[Token]) -> list[Token]:
    """Mark clan names: a word before "clan" or "руы", or a known clan after two other names."""
    marked = list(tokens)
    for at, token in enumerate(tokens):
        if find_word("clan-word", token.text) and at:
            marked[at - 1] = replace(tokens[at - 1], role=Role.CLAN)
            marked[at] = replace(token, role=Role.CLAN)
        elif at >= 2 and token.role is Role.NAME and find_word("clan", token.text):
            marked[at] = replace(token, role=Role.CLAN)
    return marked


def _mark_fathers(tokens: list[Token]) -> list[Token]:
    """Mark the name after bin or ibn as the father's."""
    for before, (at, token) in zip(tokens, list(enumerate(tokens))[1:], strict=False):
        if before.title and before.title.name == "son-of" and token.role is Role.NAME:
            tokens[at] = replace(token, role=Role.PATRONYMIC)
    return tokens


def _keep_one_name(tokens: list[Token]) -> list[Token]:
    """Where a title stands first and no other given name is there (Imam; Batyr Omarov), it is one."""
    if tokens and tokens[0].title and not any(t.role is Role.NAME for t in tokens):
        tokens[0] = replace(tokens[0], role=Role.NAME, title=None)
    return tokens


def _settle_roles(tokens: list[Token], dotted: bool) -> tuple[list[Token], bool]:
    """Say which plain names are given names, as far as order and endings allow."""
    plain = [i for i, t in enumerate(tokens) if t.role is Role.NAME]
    told = any(t.role in (Role.PATRONYMIC, Role.SURNAME) for t in tokens)
    if len(plain) == 1:
        tokens[plain[0]] = replace(tokens[plain[0]], role=Role.GIVEN)
        return tokens, True
    if dotted and not told:
        for place, at in enumerate(plain):
            tokens[at] = replace(tokens[at], role=Role.FATHER if place else Role.GIVEN)
        return tokens, True
    return tokens, not plain


def parse(name: str, lang: str = "") -> ParsedName:
    """Take a written name apart.

    ``name`` has at most 256 characters; ``lang`` is a BCP 47 tag or ``""``. Words are separated by
    spaces, ``·``, dots or commas. Where the order can't be told from endings or ``·``, every plain
    word has the role ``name`` and ``order_known`` is false. Raises ``NameTooLong``.
    """
    text = fold(name)
    tokens = _mark_fathers(_mark_clans(_join_child_of(_WORD.findall(text))))
    settled, order_known = _settle_roles(_keep_one_name(tokens), "·" in text)
    return ParsedName(
        written=name,
        lang=lang,
        text=text,
        script=script_of(text),
        habit=guess_habit(text, lang),
        tokens=tuple(settled),
        order_known=order_known,
        generated="-t-" in lang,
    )
