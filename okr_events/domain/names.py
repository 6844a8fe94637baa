"""Names and titles: one line that shows something, compared by Unicode's canonical form and without case."""

import re
from unicodedata import normalize

DEFAULT_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""The characters that Unicode 17 displays as nothing (`Default_Ignorable_Code_Point`)."""
SHOWN = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f\u2800{DEFAULT_IGNORABLE}]")


def is_blank(text: str) -> bool:
    """Whether the text shows nothing: it has only white space, control characters and invisible characters."""
    return not SHOWN.search(text)


def parse_line(text: str) -> str:
    """The text on one line, as typed but with white space collapsed. Raises `ValueError` if it shows nothing.

    The message continues a sentence that names the field.
    """
    line = " ".join(text.split())
    if is_blank(line):
        raise ValueError("must not be blank")
    return line


def canonical(text: str) -> str:
    """The text in Unicode's normal form C: equal for a letter with its accent and for the letter followed by the accent."""
    return normalize("NFC", text)


def name_key(name: str) -> str:
    """Equal for names that differ only in case or in how their accents are encoded."""
    return canonical(canonical(name).casefold())
