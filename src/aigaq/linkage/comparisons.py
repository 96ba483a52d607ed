"""What is compared, in which levels, and the weights shipped for archives too small to learn their own.

Each level carries m, its share among pairs that are one person, and u, its share among pairs that are
not (Fellegi and Sunter 1969); its weight is log₂(m/u) bits. The shipped values are round figures for
lists of the detained compiled by different people; they are learnt anew where there is enough data.

The conditions are SQL that DuckDB and Spark read alike: numbers compared, and numbers looked up in lists.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import log2

from aigaq.linkage.names import SLOTS


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        label: what a reader of the waterfall sees.
        sql: when it applies; `ELSE` for the last.
        m, u: shares among pairs that are and that are not one person.
        kept: whether m is never learnt. Where relatives are many, learning takes some of them for
            one person and then finds that one person may be born twice, a generation apart.
        compatible: whether it may never speak against: two spans that overlap contradict nothing.
    """

    label: str
    sql: str
    m: float
    u: float
    kept: bool = False
    compatible: bool = False

    @property
    def bits(self) -> float:
        """The weight of the level."""
        weight = log2(self.m / self.u)
        return max(weight, 0.0) if self.compatible else weight


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared: null where a side says nothing, else the first level that applies.

    Attributes:
        name: also the column name Splink uses.
        silent: SQL; where it holds the pair says nothing on the matter and gets 0 bits.
        levels: from the likeliest one person to the least.
        fixed: whether the weights are never trained.
    """

    name: str
    silent: str
    levels: tuple[Level, ...]
    fixed: bool = False


def _either_null(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _compare_word(slot: int) -> Comparison:
    """One word of the shorter name, looked up among all words of the other; weighed by `training`."""
    column = f"name_{slot}"
    return Comparison(
        column,
        f"{column}_l is null or name_words_r is null",
        (
            Level("spelt alike", f"array_contains(name_spellings_r, {column}_l)", 0.5, 5e-4),
            Level("another spelling", f"array_contains(name_words_r, {column}_word_l)", 0.4, 5e-4),
            Level("may be the same", f"array_contains(name_near_r, {column}_word_l)", 0.1, 1e-3),
            Level("not found", "ELSE", 0.15, 0.9),
        ),
        fixed=True,
    )


def _gap(column: str) -> str:
    return f"greatest({column}_lo_l - {column}_hi_r, {column}_lo_r - {column}_hi_l)"


def _width(column: str) -> str:
    return f"greatest({column}_hi_l - {column}_lo_l, {column}_hi_r - {column}_lo_r)"


def _slip(column: str) -> str:
    """Two of year, month and day agree, or day and month changed places."""
    year, month, day = (f"{column}_{part}_l = {column}_{part}_r" for part in "ymd")
    turned = f"{column}_m_l = {column}_d_r and {column}_d_l = {column}_m_r"
    return (
        f"(({year} and {month}) or ({year} and {day}) or ({month} and {day})"
        f" or ({year} and {turned}))"
    )


def _span(column: str, levels: tuple[tuple[str, str, float, float], ...]) -> Comparison:
    terms = {
        "digit": f"levenshtein({column}_digits_l, {column}_digits_r) = 1",
        "slip": _slip(column),
        "gap": _gap(column),
        "width": _width(column),
    }
    filled = tuple(
        Level(
            label,
            sql.format(**terms),
            m,
            u,
            kept=label == _GENERATION,
            compatible=label in _COMPATIBLE,
        )
        for label, sql, m, u in levels
    )
    return Comparison(column, _either_null(f"{column}_lo"), filled)


_SLIP = "one part of the date differs, or day and month changed places"
_GENERATION = "a generation apart"
_COMPATIBLE = ("within one year, spans overlap", "within one month, spans overlap", "spans overlap")
_BIRTH = (
    ("the same day", "{gap} <= 0 and {width} = 0", 0.45, 0.0001),
    ("one digit differs", "{digit}", 0.05, 0.0015),
    (_SLIP, "{slip}", 0.02, 0.006),
    ("within one year, spans overlap", "{gap} <= 0 and {width} <= 400", 0.35, 0.04),
    ("spans overlap", "{gap} <= 0", 0.08, 0.08),
    ("up to a year apart", "{gap} <= 366", 0.07, 0.08),
    ("up to three years apart", "{gap} <= 1100", 0.03, 0.15),
    ("up to fifteen years apart", "{gap} <= 5490", 0.015, 0.40),
    # Fathers and sons share names: so far apart must weigh more than any name can.
    (_GENERATION, "ELSE", 0.0001, 0.25),
)
_EVENT = (
    ("the same day", "{gap} <= 0 and {width} = 0", 0.35, 0.002),
    ("one digit differs", "{digit}", 0.04, 0.02),
    (_SLIP, "{slip}", 0.02, 0.02),
    ("within one month, spans overlap", "{gap} <= 0 and {width} <= 31", 0.12, 0.01),
    ("spans overlap", "{gap} <= 0", 0.29, 0.20),
    ("up to a week apart", "{gap} <= 7", 0.06, 0.012),
    ("up to a month apart", "{gap} <= 31", 0.04, 0.04),
    ("up to a year apart", "{gap} <= 366", 0.06, 0.25),
    ("further apart", "ELSE", 0.02, 0.446),
)


def _compare_place(column: str) -> Comparison:
    """Village ⊂ county ⊂ prefecture: what is told on both sides of the finest level that both tell."""
    village = f"{column}_l is not null and {column}_r is not null"
    county = f"{column}_county_l is not null and {column}_county_r is not null"
    prefecture = f"{column}_prefecture_l is not null and {column}_prefecture_r is not null"
    same_county = f"{column}_county_l = {column}_county_r"
    same_prefecture = f"{column}_prefecture_l = {column}_prefecture_r"
    shared = f"arrays_overlap({column}_l, {column}_r)"
    telling = f"arrays_overlap({column}_telling_l, {column}_telling_r)"
    return Comparison(
        column,
        f"not (({village}) or ({county}) or ({prefecture}))",
        (
            Level("the same village, or the same telling words", telling, 0.35, 0.012),
            Level("the same county", same_county, 0.30, 0.03),
            Level("common words the same", shared, 0.12, 0.10),
            Level(
                "the same prefecture, no county on one side",
                f"{same_prefecture} and not ({county})",
                0.09,
                0.08,
            ),
            Level("the same prefecture, another county", same_prefecture, 0.04, 0.08),
            Level("another place", "ELSE", 0.10, 0.698),
        ),
    )


def _compare_relative(column: str) -> Comparison:
    return Comparison(
        column,
        _either_null(column),
        (
            Level(
                "the same telling name",
                f"arrays_overlap({column}_telling_l, {column}_telling_r)",
                0.55,
                0.01,
            ),
            Level("the same name", f"arrays_overlap({column}_l, {column}_r)", 0.25, 0.03),
            Level(
                "may be the same name",
                f"arrays_overlap({column}_near_l, {column}_r)"
                f" or arrays_overlap({column}_l, {column}_near_r)",
                0.08,
                0.03,
            ),
            Level("another name", "ELSE", 0.12, 0.93),
        ),
    )


def _compare_words(column: str) -> Comparison:
    """Plain words: where they stand in two scripts, not finding them says nothing."""
    shared = f"coalesce(arrays_overlap({column}_l, {column}_r), false)"
    return Comparison(
        column,
        f"{_either_null(column)} or ({column}_script_l <> {column}_script_r and not {shared})",
        (
            Level(
                "the same telling words",
                f"arrays_overlap({column}_telling_l, {column}_telling_r)",
                0.30,
                0.03,
            ),
            Level("common words the same", shared, 0.50, 0.35),
            Level("no word the same", "ELSE", 0.20, 0.62),
        ),
    )


def _compare_numbers() -> Comparison:
    parts = [f"id_{part}_l = id_{part}_r" for part in ("county", "birth", "sex")]
    county, birth, sex = parts
    return Comparison(
        "id_number",
        _either_null("id_text"),
        (
            Level("the same number", "id_text_l = id_text_r", 0.88, 1e-7),
            Level("one digit differs", "levenshtein(id_text_l, id_text_r) = 1", 0.05, 2e-7),
            # Numbers of twins differ in two digits; those tell county and birth, others don't.
            Level(
                "two digits differ",
                "levenshtein(id_text_l, id_text_r) = 2 and (id_county_l is null or id_county_r is null)",
                0.02,
                1e-5,
            ),
            Level(
                "county, birth and sex in the number agree",
                f"{county} and {birth} and {sex}",
                0.02,
                1e-5,
            ),
            Level("birth and sex in the number agree", f"{birth} and {sex}", 0.01, 1e-4),
            Level("another number", "ELSE", 0.04, 0.9998),
        ),
        fixed=True,
    )


_SEX = Comparison(
    "sex",
    _either_null("sex"),
    (
        Level("the same", "sex_l = sex_r", 0.99, 0.55),
        Level("different", "ELSE", 0.01, 0.45),
    ),
)

WORDS = tuple(f"name_{slot}" for slot in range(1, SLOTS + 1))
"""The comparisons that `training` weighs together as the name."""

_ALL = (
    *(_compare_word(slot) for slot in range(1, SLOTS + 1)),
    _span("birth", _BIRTH),
    _span("taken", _EVENT),
    _span("death", _EVENT),
    *(_compare_place(f"place_{role}") for role in ("birth", "residence", "taken", "held", "death")),
    _SEX,
    *(_compare_relative(role) for role in ("mother", "spouse", "sibling")),
    *(_compare_words(name) for name in ("nationality", "occupation", "event")),
    _compare_numbers(),
)
_COLUMN = {
    "id_number": "id_text",
    **{name: f"{name}_lo" for name in ("birth", "taken", "death")},
}
_NAMED_TWICE = 1 / 250


def choose_comparisons(
    columns: Collection[str], *, same_source: float | None, learn_sources: bool = False
) -> tuple[Comparison, ...]:
    """Return the comparisons that a table allows.

    Args:
        columns: the columns it has.
        same_source: share of all pairs that stand in one source; None, or 1, where standing in one says
            nothing.
    """
    found = tuple(one for one in _ALL if _COLUMN.get(one.name, one.name) in columns)
    if same_source is None or same_source >= 1:
        return found
    return (*found, _compare_sources(same_source, fixed=not learn_sources))


def _compare_sources(same_source: float, *, fixed: bool) -> Comparison:
    """A source seldom names a person twice. In a small archive a list may hold nearly everyone; that two
    mentions come from two sources then is no evidence to speak of, hence the bounds."""
    u = min(max(same_source, 0.001), 0.5)
    return Comparison(
        "source_id",
        _either_null("source_id"),
        (
            Level("one source names both", "source_id_l = source_id_r", _NAMED_TWICE * u, u),
            Level("two sources", "ELSE", 1 - _NAMED_TWICE * u, 1 - u),
        ),
        fixed=fixed,
    )


def to_splink(comparison: Comparison) -> Mapping[str, object]:
    """Return the comparison as Splink's settings write it."""
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [
            {
                "sql_condition": comparison.silent,
                "label_for_charts": "not stated on both sides",
                "is_null_level": True,
            },
            *_splink_levels(comparison),
        ],
    }


def _splink_levels(comparison: Comparison) -> Iterator[Mapping[str, object]]:
    for level in comparison.levels:
        yield {
            "sql_condition": level.sql,
            "label_for_charts": level.label,
            "m_probability": level.m,
            "u_probability": level.u,
            "fix_m_probability": comparison.fixed,
            "fix_u_probability": comparison.fixed,
        }
