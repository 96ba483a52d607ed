"""The Jinja2 environment: autoescape always, a missing value is an error, sentences through gettext."""

import gettext
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from aigaq.publish.wording import Wording, count_words

# Control characters may stand in what a source wrote, but not in HTML.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@cache
def environment(translations: gettext.NullTranslations, language: str) -> Environment:
    """Return the environment for one language.

    Args:
        translations: of the templates' sentences; `gettext.NullTranslations()` leaves them in English.
        language: of the vocabularies' labels and of the page's `lang`.
    """
    wording = Wording(language, translations.gettext)
    env = Environment(
        loader=PackageLoader("aigaq.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    env.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(day=wording.day, count=count_words)
    env.globals.update(span=wording.span, language=language)
    return env


def page_bytes(template: Template, **values: object) -> bytes:
    """Render a page as UTF-8; control characters and lone surrogates become U+FFFD or `?`."""
    return _CONTROL.sub("\ufffd", template.render(**values)).encode("utf-8", "replace")
