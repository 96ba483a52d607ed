"""The report page: one HTML file without scripts, with its pictures inside, that opens from any disk."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from aigaq.linkage.report import LinkagePage, SizeCount
from aigaq.linkage.wording import say_chance

_RIGHT_TO_LEFT = ("Arab", "Hebr", "Syrc", "Thaa", "Nkoo")


def render_page(page: LinkagePage) -> str:
    """Return the page as HTML.

    Its policy allows its own style sheet (by hash) and nothing else: no script, no request to anywhere.
    """
    style = _read_style()
    policy = b64encode(sha256(style.encode()).digest()).decode()
    template = _environment().get_template("report.html")
    return template.render(page=page, style=style, style_hash=policy)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("aigaq.linkage"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "chance": say_chance,
        "number": lambda value: f"{value:,}",
        "percent": lambda value: f"{100 * value:.0f}",
        "span": _say_span,
        "bin_row": lambda one: (_say_span(one.low, one.high), one.count, one.count),
        "size_row": _lay_out_size,
        "direction": lambda lang: "rtl" if lang.endswith(_RIGHT_TO_LEFT) else "auto",
    }
    return made


def _lay_out_size(row: SizeCount) -> tuple[str, int, int]:
    accounts = "1 account" if row.size == 1 else f"{row.size} accounts"
    return accounts + (" or more" if row.or_more else ""), row.persons, row.confirmed


def _say_span(low: float, high: float) -> str:
    return f"{100 * low:g} to {100 * high:g} in 100"


@cache
def _read_style() -> str:
    return files("aigaq.linkage").joinpath("templates", "report.css").read_text("utf-8")
