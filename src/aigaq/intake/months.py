"""Month names and abbreviations as lists of victims use them: Spanish, English, Russian, French, Kazakh."""

from collections.abc import Mapping
from functools import cache

from aigaq.records.errors import BadInput

# One line a month; the first is the full name. Russian has both cases, as dates use the genitive.
_MONTHS = {
    "es": """enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago
        |septiembre setiembre sep sept set|octubre oct|noviembre nov|diciembre dic""",
    "en": """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug
        |september sep sept|october oct|november nov|december dec""",
    "ru": """январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая
        |июнь июня июн|июль июля июл|август августа авг|сентябрь сентября сен сент
        |октябрь октября окт|ноябрь ноября ноя нояб|декабрь декабря дек""",
    "fr": """janvier janv jan|février fevrier févr fevr fév fev|mars mar|avril avr|mai|juin
        |juillet juil|août aout|septembre sept sep|octobre oct|novembre nov|décembre decembre déc dec""",
    "kk": """қаңтар қаң|ақпан ақп|наурыз нау|сәуір сәу|мамыр мам|маусым мау|шілде шіл|тамыз там
        |қыркүйек қыр|қазан қаз|қараша қар|желтоқсан жел""",
}


@cache
def month_numbers(languages: str) -> Mapping[str, int]:
    """Return every month name of `languages` (comma-separated codes, "" for none), casefolded → 1-12.

    Raises:
        BadInput: there is no table for a language.
    """
    names: dict[str, int] = {}
    for language in filter(None, (part.strip() for part in languages.split(","))):
        if language not in _MONTHS:
            raise BadInput(f"month names are known in {', '.join(_MONTHS)}, not in {language!r}")
        for number, words in enumerate(_MONTHS[language].split("|"), start=1):
            names.update((word.casefold(), number) for word in words.split())
    return names
