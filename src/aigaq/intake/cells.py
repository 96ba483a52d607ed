"""What may not stand in a cell: broken characters, formulas, a spreadsheet's errors, too much text."""

import re
import unicodedata

LONGEST_CELL = 100_000
LONGEST = {
    "name": 256, "person_name": 256, "date": 200, "number": 200, "term": 2_000, "identifier": 500,
    "url": 2_000, "place": 2_000, "mention_ref": 2_000, "text": LONGEST_CELL,
}  # fmt: skip

# Tab and line ends are text in a quoted cell. Left-to-right marks, joiners and embeddings are needed in
# Arabic-script writing; overrides (U+202D, U+202E) only make a text look like another.
BROKEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffd\ufffe\uffff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0010fffe\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ERROR = re.compile(r"#(?:N/A|Н/Д|N/D|[¡¿]?[^\W\d_/]+(?:/0)?[!?])|#{4,}")
_FORMULA = re.compile(
    r"""=\s*[^\s=].*                                  # =SUM(A1:A9)
      |[+\-@]\s*[^\W\d][\w.]*\(.*\)\s*                # -SUM(A1), @SUM(1)
      |[+\-@]\s*[\d.(][\d.\s(]*[+*/^&].*              # -2+3
      |[+\-@]\s*\$?[A-Za-z]{1,3}\$?\d{1,7}\s*(?:[-+*/^&<>=:!].*)?   # +A1
      |[+\-@][^|]*\|[^!]*!.*                          # +cmd|'/C calc'!A0
    """,
    re.VERBOSE | re.DOTALL,
)


def broken_reason(text: str) -> str:
    """Return what is wrong with the characters of `text` and how to mend it, "" when nothing is."""
    found = BROKEN.search(text)
    return _reason(found[0]) if found else ""


def _reason(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return "bytes that are not in the table's encoding; type the text anew or save it as UTF-8"
    if code == 0xFFFD:
        return "the character � stands where letters were lost; type the text anew"
    if code == 0:
        return "a NUL character; delete it"
    if code in (0x202D, 0x202E):
        return f"a direction override (U+{code:04X}) that makes text look like another; delete it"
    if unicodedata.category(char) == "Cs":
        return f"half of a surrogate pair (U+{code:04X}); type the character anew"
    if unicodedata.category(char) == "Cc":
        return f"a control character (U+{code:04X}); delete it"
    return f"a code that is no character (U+{code:04X}); delete it"


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would calculate `text`; `+7 701 …`, `-5`, `- none`, `@name` are text."""
    return text[:1] in tuple("=+-@") and _FORMULA.fullmatch(text) is not None


def is_error(text: str) -> bool:
    """Return whether `text` is what a spreadsheet shows for a failed formula: `#REF!`, `#N/A`."""
    return text[:1] == "#" and _ERROR.fullmatch(text) is not None


def printable(text: str) -> str:
    """Return `text` so that it can be written anywhere: � for a stray byte or half a character."""
    return _SURROGATE.sub("\ufffd", text)


def size_problem(text: str) -> str:
    """Return what is wrong with the length of a cell, "" when nothing is."""
    if len(text) <= LONGEST_CELL:
        return ""
    return f"{len(text):,} characters in one cell; {LONGEST_CELL:,} are allowed"


def calculated(text: str) -> str:
    """Return why a cell that a spreadsheet calculates can't be taken, "" when it is plain text."""
    stripped = text.strip()
    if is_formula(stripped):
        return "a formula; put its result or plain text in its place"
    if is_error(stripped):
        return "a spreadsheet's error; put the value in its place"
    return ""
