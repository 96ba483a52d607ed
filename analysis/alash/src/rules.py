"""How one compiled row becomes claims in our properties. What no rule fits is in `hand/rows.csv`."""

import re
from collections.abc import Callable
from dataclasses import replace

from compiled import Line, Row

_ENGLISH = "en-Latn"
_COURTS = re.compile(
    r"visiting session of the Military Collegium of the USSR Supreme Court"
    r"|Military Collegium of the (?:USSR )?Supreme Court"
    r"|Military Tribunal of the NKVD troops of the Kazakh SSR"
    r"|troika of the OGPU plenipotentiary in Kazakhstan"
    r"|Special Council of the NKVD|OGPU Collegium"
)
_CAMP = re.compile(r"camp|Karlag|ALZHIR|Yeniseilag", re.IGNORECASE)
_HELD = re.compile(r"camp|prison|imprisonment", re.IGNORECASE)
_NAME_KINDS = (
    (re.compile(r"^(maiden name|birth name|name at birth|name given at)"), "name", "former"),
    (re.compile(r"^pen name"), "other_name", ""),
    (re.compile(r"pet name|nickname|among friends|family form|family name for"), "nickname", ""),
    (
        re.compile(
            r"machine-converted|same conversion|not attested|simplified reading|automatic"
            r"|Russian spelling in Kazakh"
        ),
        "name",
        "generated",
    ),
    (
        re.compile(
            r"turned Mir into World|genitive form|typing error|letter dropped|lost in encoding"
            r"|homoglyphs|Latin schwa|all lower case"
        ),
        "name",
        "as_in_source",
    ),
)


def convert(row: Row) -> list[Line]:
    """Return the claims a row makes, the row's note on the first of them."""
    lines = _RULES[row.property](row)
    if row.note and lines and not any(line.value == row.note for line in lines):
        lines[0] = replace(lines[0], note=_join(row.note, lines[0].note))
    return lines


def _join(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def _text(property_code: str, value: str, lang: str = _ENGLISH) -> Line:
    return Line(property_code, value, lang)


def _some(*lines: Line) -> list[Line]:
    return [line for line in lines if line.value]


def _given(date: str = "", place: str = "") -> str:
    """Words for a date or place that has no property of its own beside this claim."""
    parts = [f"date given: {date}" if date else "", f"place given: {place}" if place else ""]
    return "; ".join(part for part in parts if part)


def _name(row: Row) -> list[Line]:
    for pattern, code, qualifier in _NAME_KINDS:
        if pattern.search(row.note):
            return [Line(code, row.value, row.lang, qualifier)]
    return [Line("name", row.value, row.lang)]


def _same(row: Row) -> list[Line]:
    return [Line(row.property, row.value, row.lang, note=_given(row.date, row.place))]


def _birth_place(row: Row) -> list[Line]:
    return [Line("birth_place", row.value, row.lang)]


def _birth(row: Row) -> list[Line]:
    return [Line("birth", row.date)]


def _sex(row: Row) -> list[Line]:
    return [Line("sex", row.value)]


def _arrest(row: Row) -> list[Line]:
    return _some(
        Line("arrest_date", row.date),
        _text("arrest_place", row.place),
        _text("taken_by", row.value),
    )


def _detention(row: Row) -> list[Line]:
    start, _, end = row.date.partition("/")
    return _some(
        _text("facility", row.value),
        _form(row.value),
        _text("held_place", row.place),
        Line("leg_from", start),
        Line("leg_to", end),
    )


def _form(words: str) -> Line:
    """The form of custody, where the name of the place says it."""
    if _CAMP.search(words):
        return Line("custody_form", "labour_camp", note="read from the name of the place")
    if "prison" in words.lower():
        return Line("custody_form", "prison", note="read from the name of the place")
    return Line("custody_form")


def _transfer(row: Row) -> list[Line]:
    return _some(
        _text("transferred_to", row.value.removeprefix("to ")),
        Line("transferred", row.date),
        _form(row.value),
        _text("held_place", row.place),
    )


def _exile(row: Row) -> list[Line]:
    start, _, end = row.date.partition("/")
    return _some(
        Line("custody_form", "exile"),
        _text("exile", "" if row.value == "exile" else row.value),
        _text("exile_place", row.place),
        Line("exile_from", start),
        Line("exile_to", end),
    )


def _release(row: Row) -> list[Line]:
    lines = _some(
        Line("release_date", row.date),
        _text("release_circumstances", "" if row.value == "released" else row.value),
    )
    lines[0] = replace(lines[0], note=_given(place=row.place))
    return lines


def _charge(row: Row) -> list[Line]:
    code = "charge_article" if re.search(r"\bart\. ", row.value) else "charge"
    return [Line(code, row.value, row.lang, note=_given(row.date, row.place))]


def _sentence(row: Row) -> list[Line]:
    if row.value.startswith(("death penalty replaced", "review of")):
        return [_change(row)]
    court = _COURTS.search(row.value) or _COURTS.search(row.note)
    years = re.search(r"\b(\d+) years", row.value)
    served = years and "replaced" not in row.value
    exile = row.place if row.value == "exile" else ""
    return [
        Line("sentence", row.value, row.lang, note=_given(place="" if exile else row.place)),
        *_some(
            Line("sentence_date", row.date),
            _text("sentenced_by", court[0] if court else ""),
            Line("sentence_years", years[1] if years and served else ""),
            _text("exile_place", exile),
        ),
    ]


def _change(row: Row) -> Line:
    return Line("sentence_changed", row.value, row.lang, note=_given(row.date, row.place))


def _execution(row: Row) -> list[Line]:
    when = Line("execution", row.date) if row.date else Line("status", "executed")
    return _some(when, _text("execution_place", row.place), _text("killing_method", row.value))


def _death(row: Row) -> list[Line]:
    return _some(
        Line("death", row.date, note=row.value),
        _text("death_place", row.place),
        *_cause(row.value),
        Line("status", _status(row), note="read from how the death is told"),
    )


def _status(row: Row) -> str:
    if row.value == "natural death":
        return "died_natural_unrelated"
    held = _HELD.search(f"{row.value} {row.place}")
    return "died_in_custody" if held and row.value else ""


def _cause(words: str) -> list[Line]:
    if words == "natural death":
        return [Line("death_manner_claimed", "natural")]
    if "died of" in words or "typhoid" in words:
        return [_text("death_cause", words), Line("death_manner_claimed", "illness")]
    return [Line("death_manner_claimed", "illness")] if "fell ill" in words else []


def _burial(row: Row) -> list[Line]:
    first, _, rest = row.place.partition(", ")
    if row.value.endswith(first):
        where = ", ".join(part for part in (row.value, rest) if part)
    else:
        where = f"{row.value}, {row.place}"
    return [Line("burial", where, row.lang, note=_given(row.date))]


def _rehabilitation(row: Row) -> list[Line]:
    return _some(Line("rehabilitation", row.date), _text("rehabilitated_by", row.value))


_RULES: dict[str, Callable[[Row], list[Line]]] = {
    "name": _name,
    "patronymic": _same,
    "birth": _birth,
    "birth_place": _birth_place,
    "gender": _sex,
    "occupation": _same,
    "note": _same,
    "arrest": _arrest,
    "detention": _detention,
    "transfer": _transfer,
    "exile": _exile,
    "release": _release,
    "charge": _charge,
    "sentence": _sentence,
    "execution": _execution,
    "death": _death,
    "burial": _burial,
    "rehabilitation": _rehabilitation,
}
