"""Words for values: labels of codes, dates, numbers and languages, ready for translation."""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from aigaq.records.errors import BadInput
from aigaq.records.langtags import script_of_tag
from aigaq.records.vocabulary import properties, vocabulary

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SCRIPTS = {
    "Latn": "Latin letters",
    "Cyrl": "Cyrillic letters",
    "Arab": "Arabic letters",
    "Hans": "Chinese, simplified",
    "Hant": "Chinese, traditional",
    "Hani": "Chinese characters",
    "Jpan": "Japanese",
    "Kore": "Korean",
    "Mong": "Mongolian letters",
}
OTHER_SCRIPT = "Other writing"


@lru_cache(maxsize=4096)
def term_label(list_code: str, code: str, language: str = "en") -> str:
    """Return a term's label, or the code itself in words where the list does not know it."""
    try:
        return vocabulary(list_code).term(code).label(language)
    except BadInput:
        return code.replace("_", " ")


@lru_cache(maxsize=4096)
def property_label(code: str, language: str = "en") -> str:
    """Return a property's label, or its code in words where it is not defined."""
    found = properties().get(code)
    return found.label(language) if found else code.replace("_", " ").capitalize()


@lru_cache(maxsize=1024)
def tag_label(tag: str, language: str = "en") -> str:
    """Return the name of a language and its script; the tag itself where it is not listed."""
    return term_label("language_tag", tag, language) if tag in _known_tags() else tag


@lru_cache(maxsize=1)
def _known_tags() -> frozenset[str]:
    return frozenset(vocabulary("language_tag").terms)


@lru_cache(maxsize=1024)
def script_label(tag: str) -> str:
    """Return the heading under which forms with this language tag stand, in English."""
    return SCRIPTS.get(script_of_tag(tag), OTHER_SCRIPT)


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says things.

    Attributes:
        language: of the labels (`en`, `ru`, `kk`, `zh-Hans`, `ug`).
        translate: gettext for the page's own sentences.
    """

    language: str = "en"
    translate: Callable[[str], str] = gettext.NullTranslations().gettext

    def day(self, iso: str) -> str:
        """Return `30 December 1937` for `1937-12-30`; any other text unchanged."""
        try:
            when = date.fromisoformat(iso)
        except ValueError:
            return iso
        return f"{when.day} {self.translate(_MONTHS[when.month - 1])} {when.year}"

    def span(self, earliest: str, latest: str) -> str:
        """Return the bounds of a date as words: a day, month or year where they are one.

        Args:
            earliest, latest: ISO days, either may be "".
        """
        if not earliest and not latest:
            return self.translate("not known")
        if not earliest:
            return self.translate("by {day}").format(day=self.day(latest))
        if not latest:
            return self.translate("from {day} or later").format(day=self.day(earliest))
        return self._between(earliest, latest)

    def _between(self, earliest: str, latest: str) -> str:
        first, last = self._ends(earliest, latest)
        if first == last:
            return first
        return self.translate("between {first} and {last}").format(first=first, last=last)

    def _ends(self, earliest: str, latest: str) -> tuple[str, str]:
        """Return both ends as years or months where the span is made of whole ones."""
        if earliest[5:] == "01-01" and latest[5:] == "12-31":
            return earliest[:4], latest[:4]
        if earliest[8:] == "01" and _ends_month(latest):
            return self._month(earliest), self._month(latest)
        return self.day(earliest), self.day(latest)

    def _month(self, iso: str) -> str:
        return f"{self.translate(_MONTHS[int(iso[5:7]) - 1])} {iso[:4]}"


def _ends_month(iso: str) -> bool:
    when = date.fromisoformat(iso)
    return date.fromordinal(when.toordinal() + 1).day == 1


def count_words(number: int) -> str:
    """Return a number with thousands set off: `17,004`."""
    return f"{number:,}"
