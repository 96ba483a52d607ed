"""What is compared, in which levels, and the weights shipped for archives too small to learn their own.

Each level carries m, its share among pairs that are one person, and u, its share among pairs that are
not (Fellegi and Sunter 1969); its weight is log₂(m/u) bits. The shipped values are round figures for
lists of the detained compiled by different people; they are learnt anew where there is enough data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# SQL that the levels lean on. A form of a name is {t: words, w: worth, n: worth as a variant, x: variants};
# the shorter of two forms is laid against the longer: a word found counts its worth; a word missing −5 bits,
# the first −6, because both accounts then give a word that the other lacks, and −6 more where no word is
# shared at all; each word more on one side −1.5 (a second given name left out is common). The best pair of
# forms counts.
MACROS = (
    """create macro lay_against(f, g) as
       list_transform(
         [list_transform(range(1, len(f.t) + 1), lambda i:
           case when list_contains(g.t, f.t[i]) then f.w[i]
                when list_contains(g.x, f.t[i]) then f.n[i]
                else -5.0 end)],
         lambda found: list_sum(found) + case when list_max(found) = -5.0 then -7.0
           when list_min(found) = -5.0 then -1.0 else 0.0 end
       )[1] - 1.5 * (len(g.t) - len(f.t))""",
    """create macro form_bits(f, g) as
       case when len(f.t) <= len(g.t) then lay_against(f, g) else lay_against(g, f) end""",
    """create macro name_bits(a, b) as
       list_max(flatten(list_transform(a, lambda f: list_transform(b, lambda g: form_bits(f, g)))))""",
    """create macro form_shared(f, g) as
       list_sum(list_transform(range(1, len(f.t) + 1), lambda i:
         case when list_contains(g.t, f.t[i]) then f.w[i]
              when list_contains(g.x, f.t[i]) then f.n[i]
              else 0.0 end))""",
    """create macro name_shared(a, b) as
       list_max(flatten(list_transform(a, lambda f: list_transform(b, lambda g: form_shared(f, g)))))""",
    """create macro form_fits(f, g) as
       case when len(f.t) <= len(g.t) then list_bool_and(list_transform(f.t, lambda w:
              list_contains(g.t, w) or list_contains(g.x, w)))
            else list_bool_and(list_transform(g.t, lambda w:
              list_contains(f.t, w) or list_contains(f.x, w))) end""",
    """create macro names_fit(a, b) as
       list_bool_or(flatten(list_transform(a, lambda f: list_transform(b, lambda g: form_fits(f, g)))))""",
    """create macro shared_bits(a, b) as
       coalesce(list_sum(list_transform(range(1, len(a.t) + 1), lambda i:
         case when list_contains(b.t, a.t[i]) then a.w[i] else 0.0 end)), 0.0)""",
    """create macro day_gap(a_lo, a_hi, b_lo, b_hi) as
       greatest(a_lo - b_hi, b_lo - a_hi)""",
    """create macro is_slip(a, b) as
       coalesce((a[1] = b[1])::int + (a[2] = b[2])::int + (a[3] = b[3])::int = 2
         or (a[1] = b[1] and a[2] = b[3] and a[3] = b[2]), false)""",
    """create macro widest(a_lo, a_hi, b_lo, b_hi) as
       greatest(a_hi - a_lo, b_hi - b_lo)""",
)


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        label: what a reader of the waterfall sees.
        sql: when it applies; `ELSE` for the last.
        m, u: shares among pairs that are and that are not one person.
    """

    label: str
    sql: str
    m: float
    u: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared: null where either side says nothing, else the first level that applies.

    Attributes:
        name: also the column name Splink uses.
        column: where it is null on either side, that side says nothing and the pair gets 0 bits.
        fixed: whether the weights are never trained.
    """

    name: str
    column: str
    levels: tuple[Level, ...]
    fixed: bool = False


def _name_levels(measure: str, steps: Sequence[float]) -> tuple[Level, ...]:
    """Levels that carry the evidence of a name, in steps of bits: each is worth the middle of its step."""
    edges = [*steps, steps[-1] - 2]
    levels = [
        _worth(f"{low:+g} bits or more", f"{measure} >= {low}", (low + high) / 2)
        for high, low in zip([steps[0] + 2, *edges], edges[:-1], strict=False)
    ]
    return (*levels, _worth(f"under {steps[-1]:+g} bits", "ELSE", edges[-1]))


def _worth(label: str, sql: str, bits: float) -> Level:
    """A level of fixed weight; only the quotient of m and u matters."""
    return Level(label, sql, 0.5 * min(1.0, 2**bits), 0.5 * min(1.0, 2**-bits))


def _names(column: str, steps: Sequence[float]) -> Comparison:
    levels = _name_levels(f"name_bits({column}_l, {column}_r)", steps)
    return Comparison(column, column, levels, fixed=True)


def _span(column: str, levels: Sequence[tuple[str, str, float, float]]) -> Comparison:
    ends = f"{column}_lo_l, {column}_hi_l, {column}_lo_r, {column}_hi_r"
    days = f"{column}_day_l, {column}_day_r"
    terms = {"slip": f"is_slip({days})", "gap": f"day_gap({ends})", "width": f"widest({ends})"}
    filled = [Level(label, sql.format(**terms), m, u) for label, sql, m, u in levels]
    return Comparison(column, f"{column}_lo", tuple(filled))


def _words(column: str, levels: Sequence[tuple[str, str, float, float]]) -> Comparison:
    shared = f"shared_bits({column}_l, {column}_r)"
    filled = [Level(label, sql.format(shared=shared), m, u) for label, sql, m, u in levels]
    return Comparison(column, column, tuple(filled))


_PLACE = (
    ("the same rare words", "{shared} >= 8", 0.35, 0.01),
    ("the same telling words", "{shared} >= 4", 0.30, 0.05),
    ("common words the same", "{shared} > 0", 0.20, 0.24),
    ("no word the same", "ELSE", 0.15, 0.70),
)
_WORDS = (
    ("the same rare words", "{shared} >= 4", 0.30, 0.03),
    ("common words the same", "{shared} > 0", 0.50, 0.35),
    ("no word the same", "ELSE", 0.20, 0.62),
)
_EVENT = (
    ("the same day", "{gap} <= 0 and {width} = 0", 0.55, 0.002),
    ("within one month, spans overlap", "{gap} <= 0 and {width} <= 31", 0.15, 0.01),
    ("spans overlap", "{gap} <= 0", 0.10, 0.15),
    ("one part of the date differs, or day and month changed places", "{slip}", 0.05, 0.05),
    ("up to a week apart", "{gap} <= 7", 0.06, 0.012),
    ("up to a month apart", "{gap} <= 31", 0.05, 0.04),
    ("up to a year apart", "{gap} <= 366", 0.06, 0.25),
    ("further apart", "ELSE", 0.03, 0.536),
)

# These two weigh nothing for one person; `family` weighs them for relatives, who share a part of the name.
SHARED = "names_shared"
FIT = "names_fit"
_NAME_STEPS = (24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0, -2, -4, -6, -8, -12, -16)

COMPARISONS = (
    _names("names", _NAME_STEPS),
    Comparison(
        SHARED,
        "names",
        _name_levels("name_shared(names_l, names_r)", _NAME_STEPS[:13]),
        fixed=True,
    ),
    Comparison(
        FIT,
        "names",
        (
            Level("every word of one fits the other", "names_fit(names_l, names_r)", 0.5, 0.5),
            Level("each has a word that the other lacks", "ELSE", 0.5, 0.5),
        ),
        fixed=True,
    ),
    _span(
        "birth",
        (
            ("the same day", "{gap} <= 0 and {width} = 0", 0.45, 0.0001),
            ("within one year, spans overlap", "{gap} <= 0 and {width} <= 400", 0.35, 0.04),
            ("spans overlap", "{gap} <= 0", 0.08, 0.08),
            (
                "one part of the date differs, or day and month changed places",
                "{slip}",
                0.06,
                0.006,
            ),
            ("up to a year apart", "{gap} <= 366", 0.07, 0.08),
            ("up to three years apart", "{gap} <= 1100", 0.03, 0.15),
            ("up to fifteen years apart", "{gap} <= 5490", 0.015, 0.40),
            # Fathers and sons share names: so far apart must weigh more than any name can.
            ("a generation apart", "ELSE", 0.0001, 0.25),
        ),
    ),
    _span("taken", _EVENT),
    _span("death", _EVENT),
    *(_words(f"place_{role}", _PLACE) for role in ("birth", "residence", "taken", "death")),
    Comparison(
        "sex",
        "sex",
        (
            Level("the same", "sex_l = sex_r", 0.99, 0.55),
            Level("different", "ELSE", 0.01, 0.45),
        ),
    ),
    *(_names(kin, (8, 6, 4, 2, 0, -2)) for kin in ("father", "mother", "spouse")),
    _words("nationality", _WORDS),
    _words("occupation", _WORDS),
)


_NAMED_TWICE = 1 / 250


def choose_comparisons(*, same_source: float) -> tuple[Comparison, ...]:
    """Return the comparisons that fit an archive.

    Args:
        same_source: share of all pairs that stand in one source; where it is all of them, standing in
            one source says nothing and is left out.
    """
    return (*COMPARISONS, _compare_sources(same_source)) if same_source < 1 else COMPARISONS


def _compare_sources(same_source: float) -> Comparison:
    """A source seldom names a person twice. In a small archive a list may hold nearly everyone; that two
    mentions come from two sources then is no evidence to speak of, hence the bounds."""
    u = min(max(same_source, 0.001), 0.5)
    return Comparison(
        "source_id",
        "source_id",
        (
            Level("one source names both", "source_id_l = source_id_r", _NAMED_TWICE * u, u),
            Level("two sources", "ELSE", 1 - _NAMED_TWICE * u, 1 - u),
        ),
        # Brothers taken together would teach it that a list often names one person twice.
        fixed=True,
    )


def to_splink(comparison: Comparison) -> Mapping[str, object]:
    """Return the comparison as Splink's settings write it."""
    missing = {
        "sql_condition": f"{comparison.column}_l is null or {comparison.column}_r is null",
        "label_for_charts": "not stated on both sides",
        "is_null_level": True,
    }
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [
            missing,
            *(
                {
                    "sql_condition": level.sql,
                    "label_for_charts": level.label,
                    "m_probability": level.m,
                    "u_probability": level.u,
                    "fix_m_probability": comparison.fixed,
                    "fix_u_probability": comparison.fixed,
                }
                for level in comparison.levels
            ),
        ],
    }
