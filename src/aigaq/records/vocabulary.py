"""Controlled vocabularies and property definitions, read from the YAML files under `vocab/`.

Vocabulary is data: codes are ours and stable, labels exist in five languages, and a label that no native
speaker has checked says so (`Term.reviewed`). Crosswalks hold codes of other systems only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from aigaq.records.errors import BadClaim, BadInput

_PACKAGED = Path(__file__).parents[1] / "_shipped" / "vocab"
_CHECKOUT = Path(__file__).parents[3] / "vocab"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a vocabulary.

    Attributes:
        code: stable lower-snake code, unique in its list.
        labels: language → label.
        reviewed: languages whose label a native speaker has checked.
        broader: code of the wider term, or "".
        extra: whatever else the file says of it (`xwalk`, `covers`, `dir`, `note`).
    """

    code: str
    labels: Mapping[str, str]
    reviewed: frozenset[str]
    broader: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def label(self, language: str = "en") -> str:
        """Return the label in `language`, in English where there is none."""
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of terms by code."""

    code: str
    version: int
    terms: Mapping[str, Term]

    def term(self, code: str) -> Term:
        """Return the term with this code.

        Raises:
            BadInput: the list has no such term.
        """
        if code not in self.terms:
            more = " …" if len(self.terms) > 12 else ""
            known = ", ".join(list(self.terms)[:12]) + more
            raise BadInput(f"{code!r} is no term of {self.code}; it has {known}")
        return self.terms[code]

    def within(self, code: str) -> tuple[str, ...]:
        """Return `code` and every wider term above it, nearest first."""
        chain = []
        while code:
            chain.append(code)
            code = self.term(code).broader
        return tuple(chain)


@dataclass(frozen=True, slots=True)
class Property:
    """What may be claimed: the definition of one property.

    Attributes:
        code: stable code.
        subjects: kinds of subject it can be said of.
        scope: what inside a mention it describes: `mention`, `episode` or `leg`.
        value: kind of value (`name`, `text`, `date`, `place`, `term`, `number`, `mention_ref`,
            `person_name`, `identifier`, `url`).
        vocabulary: the list its terms come from, or "".
        qualifier: the list that says which kind of name, relative or sign of life is meant, or "".
        single: whether two different values disagree.
        sensitivity: `public`, `restricted`, or a compartment.
        never_public: released under no circumstances (identity numbers, telephone numbers).
        names_other: whether its value names another private person.
        role: `perpetrator` where it names an alleged perpetrator, else "".
        labels: language → label.
        sentence: English sentence with `{value}`, or "".
    """

    code: str
    subjects: frozenset[str]
    scope: str
    value: str
    vocabulary: str
    qualifier: str
    single: bool
    sensitivity: str
    never_public: bool
    names_other: bool
    role: str
    labels: Mapping[str, str]
    reviewed: frozenset[str]
    sentence: str = ""

    def label(self, language: str = "en") -> str:
        """Return the label in `language`, in English where there is none."""
        return self.labels.get(language) or self.labels["en"]

    @property
    def compartment(self) -> str:
        """The compartment its claims are sealed in, or "" for those that stand in the open."""
        return "" if self.sensitivity in ("public", "restricted") else self.sensitivity


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def _read(name: str) -> dict[str, Any]:
    path = _folder() / f"{name}.yaml"
    if not path.is_file():
        raise BadInput(f"there is no vocabulary {name!r} under vocab/")
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return document


@cache
def vocabulary(code: str) -> Vocabulary:
    """Return the vocabulary with this code.

    Raises:
        BadInput: there is no such vocabulary, or the file is no list of terms.
    """
    document = _read(code)
    if "terms" not in document:
        raise BadInput(f"vocab/{code}.yaml is no list of terms")
    reviewed = frozenset(document.get("reviewed", ()))
    terms = {row["code"]: _term(row, reviewed) for row in document["terms"]}
    return Vocabulary(document["code"], int(document["version"]), terms)


def _term(row: dict[str, Any], reviewed: frozenset[str]) -> Term:
    extra = {key: row[key] for key in row if key not in ("code", "labels", "broader", "reviewed")}
    return Term(
        code=str(row["code"]),
        labels=row["labels"],
        reviewed=frozenset(row.get("reviewed", reviewed)),
        broader=row.get("broader") or "",
        extra=extra,
    )


@cache
def properties() -> Mapping[str, Property]:
    """Return every property definition by code."""
    document = _read("properties")
    reviewed = frozenset(document.get("reviewed", ()))
    return {row["code"]: _property(row, reviewed) for row in document["properties"]}


def _property(row: dict[str, Any], reviewed: frozenset[str]) -> Property:
    return Property(
        code=row["code"],
        subjects=frozenset(row["subjects"]),
        scope=row.get("scope", "mention"),
        value=row["value"],
        vocabulary=row.get("vocabulary") or "",
        qualifier=row.get("qualifier") or "",
        single=row.get("cardinality", "many") == "one",
        sensitivity=row.get("sensitivity", "restricted"),
        never_public=bool(row.get("never_public", False)),
        names_other=bool(row.get("names_other_person", False)),
        role=row.get("role") or "",
        labels=row["labels"],
        reviewed=reviewed,
        sentence=(row.get("sentence") or {}).get("en", ""),
    )


def property_of(code: str) -> Property:
    """Return the definition of a property.

    Raises:
        BadClaim: no property has this code.
    """
    found = properties().get(code)
    if found is None:
        raise BadClaim(f"there is no property {code!r}; see vocab/properties.yaml")
    return found


def transition_rules() -> list[dict[str, Any]]:
    """Return the rules of `vocab/transitions.yaml`: dictionaries with `from`, `to` and `verdict`."""
    rules: list[dict[str, Any]] = _read("transitions")["rules"]
    return rules
