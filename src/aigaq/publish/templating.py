"""The Jinja2 environment: autoescape always, a missing value is an error, sentences through gettext."""

import gettext
import re
from functools import cache, lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape

from aigaq.publish.wording import Wording, count_words

# Control characters may stand in what a source wrote, but not in HTML.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SENTENCE = re.compile(r"""\{\{ _\((?:"([^"\\]*)"|'([^'\\]*)')\) \}\}""")


class FixedSentences(Extension):
    """Puts the translation of `{{ _("…") }}` into the template when it is compiled.

    An environment has one language, so a fixed sentence need not be looked up for every page again: a
    quarter of the time of a page went there. `_(…)` elsewhere, and with variables, works as usual.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template's source with fixed sentences translated and escaped."""
        translate = self.environment.globals["_"]

        def put(match: re.Match[str]) -> str:
            text = translate(match[1] or match[2])  # type: ignore[operator]
            return str(escape(text)).replace("{", "&#123;")

        return _SENTENCE.sub(put, source)


@lru_cache(maxsize=4096)
def mark_sources(numbers: tuple[int, ...]) -> Markup:
    """Return the marks that lead to the sources with these numbers."""
    mark = Markup('<a class="mark" href="#s{0}">[{0}]</a>')
    return Markup("").join(mark.format(number) for number in numbers)


@cache
def environment(translations: gettext.NullTranslations, language: str) -> Environment:
    """Return the environment for one language.

    Args:
        translations: of the templates' sentences; `gettext.NullTranslations()` leaves them in English.
        language: of the vocabularies' labels and of the page's `lang`.
    """
    env = Environment(
        loader=PackageLoader("aigaq.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[FixedSentences],
    )
    wording = Wording(language, translations.gettext)
    env.filters.update(day=wording.day, count=count_words, marks=mark_sources)
    env.globals.update(language=language, _=translations.gettext)
    return env


def page_bytes(template: Template, **values: object) -> bytes:
    """Render a page as UTF-8; control characters and lone surrogates become U+FFFD or `?`."""
    return _CONTROL.sub("\ufffd", template.render(**values)).encode("utf-8", "replace")
