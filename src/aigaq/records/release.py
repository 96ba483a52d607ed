"""What may leave the archive: the types every exporter works from. They hold nothing else.

A `Release` is made by the release service from claims that consent or a publication basis allows; nothing
in it is an internal id of a testifier, a member or an operator, and a testimony's label never repeats on
another person's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReleasedSource:
    """A source as the public may know it.

    Attributes:
        key: label unique on the person's page; the same across pages only for published sources.
        kind: code from `vocab/source_kind.yaml`.
        title: citation title (for a testimony: “A relative's account”).
        citation: one line to cite it by, may be "".
        url: shown as text, never fetched or linked live; may be "".
        lang: its language tag, or "".
        licence: terms of use, or "".
        voice: default voice (`vocab/voice.yaml`).
        year: year of the source, or "".
        basis: why it may be published, in words (“official historical list”, “consent of the speaker”).
    """

    key: str
    kind: str
    title: str
    citation: str = ""
    url: str = ""
    lang: str = ""
    licence: str = ""
    voice: str = ""
    year: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedClaim:
    """One claim as the public may see it.

    Attributes:
        key: stable public id of the claim (a random UUID as text).
        property: code; its label is in `vocab/properties.yaml`.
        state: `known` or which absence.
        value: canonical value (EDTF, code, number, text).
        display: the value in plain English.
        words: the words as they stand in the source, "" where they are withheld.
        lang, dir: language tag and direction (`ltr`/`rtl`) of the words.
        source: key of its ReleasedSource.
        locator: place in the source in words (“row 12, column “nombre””), may be "".
        voice: who speaks (code).
        basis: how the speaker knows (code), may be "".
        certainty: 1-3 or None.
        earliest, latest: bounds of a date value, ISO, or "".
        approximate: whether a date value is approximate or uncertain.
        episode: key of the ReleasedEpisode it belongs to, or "".
        leg: place of its leg in the episode (1, 2 …), or 0.
        qualifier: code (kind of name, kin), or "".
        note: remark, may be "".
        link: key of the ReleasedPerson a relative claim points to, or "".
    """

    key: str
    property: str
    state: str
    value: str
    display: str
    words: str
    lang: str
    dir: str
    source: str
    locator: str = ""
    voice: str = ""
    basis: str = ""
    certainty: int | None = None
    earliest: str = ""
    latest: str = ""
    approximate: bool = False
    episode: str = ""
    leg: int = 0
    qualifier: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedName:
    """One attested form of the name, with every claim that gives it.

    Attributes:
        text: the name as it is written in the source.
        lang, dir: language tag (BCP 47 with script, or "") and direction (`ltr`/`rtl`) of the form.
        claims: keys of the claims that give it.
    """

    text: str
    lang: str
    dir: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """One of the answers sources give to one question, and the claims that give it.

    Attributes:
        display: the answer in plain English.
        claims: keys of the claims that give it.
    """

    display: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where sources differ about one property.

    Attributes:
        property: code.
        episode: key of the episode it is about, or "" for the person as a whole.
        kind: `differ` (they can't all be true) or `precision` (one is only vaguer).
        positions: two or more, most-attested first.
    """

    property: str
    episode: str
    kind: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class ReleasedLeg:
    """A stage of a deprivation of liberty: what kind, where, from when to when (claims are keyed to it).

    Attributes:
        position: place in the episode (1, 2 …); claims name it as their leg.
        form: code from `vocab/custody_form.yaml`.
        place: where, in words, or "".
        began_earliest, began_latest: first and last day it can have begun, ISO, or "" where not known.
        ended_earliest, ended_latest: first and last day it can have ended, ISO, or "" where not known.
    """

    position: int
    form: str
    place: str
    began_earliest: str = ""
    began_latest: str = ""
    ended_earliest: str = ""
    ended_latest: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedEpisode:
    """One deprivation of liberty, possibly told by several sources.

    Attributes:
        key: unique on the page.
        accounts: how many sources tell it.
        legs: in order.
    """

    key: str
    accounts: int
    legs: tuple[ReleasedLeg, ...]


@dataclass(frozen=True, slots=True)
class ReleasedStatus:
    """The last known status: code and label, as of when, who told it, and the claims it rests on.

    Attributes:
        code: code from `vocab/status.yaml`.
        label: the same in plain English.
        as_of: day or date the status is told as of, or "".
        told_by: who told it, in words, or "".
        claims: keys of the claims it rests on.
    """

    code: str
    label: str
    as_of: str
    told_by: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleasedPerson:
    """A person as consent allows, for one purpose and audience.

    Attributes:
        key: public id, stable (the person's oldest mention).
        former_keys: ids that lead here since mentions were joined.
        display_name: the name chosen for the heading, one of the attested forms.
        display_lang, display_dir: language tag and direction (`ltr`/`rtl`) of the display name.
        names: every attested form, by script.
        summary: a plain sentence or two in English.
        status: last known statuses, newest first; several where sources of one date disagree.
        claims: every claim that may be shown.
        sources: the sources of those claims.
        conflicts: where those sources differ.
        episodes: the times the person was held, possibly each told by several sources.
        corroboration: code of `vocab/corroboration.yaml`.
        corroboration_words: the same in a sentence: “Named in two separately compiled official lists.”
        place, year: under which the person stands in the lists by place and by year, or "".
    """

    key: str
    display_name: str
    display_lang: str
    display_dir: str
    names: tuple[ReleasedName, ...]
    summary: str
    claims: tuple[ReleasedClaim, ...]
    sources: tuple[ReleasedSource, ...]
    conflicts: tuple[Conflict, ...] = ()
    episodes: tuple[ReleasedEpisode, ...] = ()
    status: tuple[ReleasedStatus, ...] = ()
    corroboration: str = ""
    corroboration_words: str = ""
    former_keys: tuple[str, ...] = ()
    place: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Everything one artefact is built from.

    Attributes:
        title: name of the collection as the public sees it.
        purpose, audience: codes from `vocab/consent_purpose.yaml` and `vocab/consent_audience.yaml`.
        made_on: day it was made.
        draft: True until two members' approval is on record; every page then says “Draft”.
        people: persons, in the order of their display names.
        withheld: reason in words → number of claims left out for it.
        method: paragraphs in plain English that say how the collection was made and joined.
    """

    title: str
    purpose: str
    audience: str
    made_on: date
    draft: bool
    people: tuple[ReleasedPerson, ...]
    withheld: Mapping[str, int]
    method: tuple[str, ...]
