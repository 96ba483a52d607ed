"""The cover page of an evidence package: what is in it, for whoever opens it without knowing Aigaq."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aigaq.publish.templating import environment, page_bytes
from aigaq.publish.wording import property_label, term_label
from aigaq.records.release import ReleasedPerson


@dataclass(frozen=True, slots=True)
class CoverEntry:
    """One entry of a chain of custody, as it is told in the open.

    Attributes:
        when: the moment, in words.
        action: code from `vocab/custody_action.yaml`.
        custodian: pseudonym.
    """

    when: str
    action: str
    custodian: str


@dataclass(frozen=True, slots=True)
class CoverItem:
    """One evidence file.

    Attributes:
        path: where it lies in the package.
        name: what it was called when it came; "" but in a draft: it often tells who spoke.
        kind: code from `vocab/item_kind.yaml`.
        media_type, size, sha256: of the file.
        made_from: path of the item it was made from, or "".
        tool: what it was made with, or "".
        custody: every entry up to the making of the package.
    """

    path: str
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    made_from: str
    tool: str
    custody: tuple[CoverEntry, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """Everything the cover page shows.

    Attributes:
        title: what the package is about.
        made_on: day it was made.
        people: what may be told, person by person.
        whole: keys of the claims of which every part is proved; of the others a coarser form is stated.
        items: evidence files.
        left_out: reason in words → number of claims or files.
        seen: who outside saw the log before, and when, a sentence each.
        key_name: name of the log key.
        sealed_list: whether the custodians' names are in it for the recipients.
        draft: whether it is the page alone, for whoever has to approve the package.
    """

    title: str
    made_on: date
    people: tuple[ReleasedPerson, ...]
    whole: frozenset[str]
    items: tuple[CoverItem, ...]
    left_out: Mapping[str, int]
    seen: tuple[str, ...]
    key_name: str
    sealed_list: bool
    draft: bool = False


def render_cover(cover: Cover) -> bytes:
    """Return the page: one file of HTML that loads nothing."""
    template = environment(_ENGLISH, "en").get_template("package.html")
    return page_bytes(template, cover=cover, label=property_label, term=term_label)


_ENGLISH = gettext.NullTranslations()
