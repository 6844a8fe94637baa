"""Text for a terminal: wrapped to its width, and nothing in it that could command it."""

import shutil
import sys
import textwrap
import unicodedata
from typing import Any

import click

ESCAPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that command a terminal, turn the direction of text, or have no shape of their own."""
JOINERS = "\u200c\u200d"
"""They only shape the letters beside them."""
MIN_WIDTH = 40
ARROW = "\N{RIGHTWARDS ARROW}"


def escape(text: str) -> str:
    """The text with everything escaped that is not to be seen as it is, and that the output cannot write."""
    shown = "".join(_escape_character(letter) for letter in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if ARROW.encode(encoding, "ignore") == b"":
        shown = shown.replace(ARROW, "->")
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def print_paragraph(text: str = "", *, indent: str = "", **style: Any) -> None:
    """Print a paragraph, its later lines indented, as wide as the terminal."""
    width = max(MIN_WIDTH, shutil.get_terminal_size().columns)
    lines = textwrap.wrap(escape(text), width, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)
    click.secho("\n".join(lines), **style)


def _escape_character(letter: str) -> str:
    if letter in JOINERS or unicodedata.category(letter) not in ESCAPED_CATEGORIES:
        return letter
    return letter.encode("unicode_escape").decode()
