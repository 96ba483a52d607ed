"""The site's typefaces: found where npm put them, served by the site itself, cut by script.

Source Sans 3 carries Latin and Cyrillic (all Kazakh letters), Source Serif 4 quotations and names,
Vazirmatn Arabic script: of the open Arabic faces tried it shapes Kazakh and Uyghur rightly *and* its text
can be copied out of a printed PDF unharmed (Noto Naskh and Amiri come out with spaces inside words).
It lacks four rare letters (U+0675–0678, U+06C5), which come from Scheherazade New. Chinese, Japanese and
Korean are set in the reader's own system fonts: a subset that has every rare Hanzi would weigh megabytes.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).parents[3]
_SCRIPTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
_RARE_ARABIC = "U+0675-0678,U+06C5"
_FACES = (
    ("@fontsource-variable/source-sans-3", "Aigaq Sans", "200 900", _SCRIPTS, "wght-normal"),
    ("@fontsource/source-serif-4", "Aigaq Serif", "400", _SCRIPTS, "400-normal"),
    ("@fontsource-variable/vazirmatn", "Aigaq Arabic", "100 900", ("arabic",), "wght-normal"),
    ("@fontsource/scheherazade-new", "Aigaq Arabic", "400", ("arabic",), "400-normal"),
)


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font file of the site, or the licence that goes with it.

    Attributes:
        name: file name inside `look/fonts/`.
        content: the bytes.
        rule: its `@font-face` rule, "" for a licence.
    """

    name: str
    content: bytes
    rule: str = ""


def find_fonts(modules: Path | None = None) -> tuple[FontFile, ...]:
    """Read the font files that npm installed.

    Args:
        modules: the `node_modules` folder; by default the one of the checkout.

    Returns:
        Fonts and their licences; empty where they are not installed. A face of which any part is missing
        is left out whole, so the site never names a file it does not carry.
    """
    folder = modules or _CHECKOUT / "node_modules"
    files: list[FontFile] = []
    for package, family, weight, scripts, style in _FACES:
        home = folder / package
        names = {script: f"{home.name}-{script}-{style}.woff2" for script in scripts}
        if all((home / "files" / name).is_file() for name in names.values()):
            ranges = json.loads((home / "unicode.json").read_text("utf-8"))
            files += [
                _font(home, name, family, weight, ranges[script]) for script, name in names.items()
            ]
            files.append(FontFile(f"{home.name}-LICENSE.txt", (home / "LICENSE").read_bytes()))
    return tuple(files)


def _font(home: Path, name: str, family: str, weight: str, covers: str) -> FontFile:
    covers = _RARE_ARABIC if home.name == "scheherazade-new" else covers
    # Text is legible at once in a system font; the Arabic face may come late, since system fonts
    # often lack the Kazakh and Uyghur letters.
    display = "swap" if family == "Aigaq Arabic" else "fallback"
    rule = (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weight};'
        f"font-display:{display};src:url(fonts/{name}) format('woff2');"
        f"unicode-range:{re.sub(r'\s+', '', covers)}}}"
    )
    return FontFile(name, (home / "files" / name).read_bytes(), rule)
