"""Text for a terminal: wrapped to its width, with control characters escaped."""

import shutil
import sys
import textwrap
import unicodedata

import click

ESCAPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of characters that control a terminal or the direction of text, or are not printable."""
JOINERS = "\u200c\u200d"
"""Zero-width joiners, which only shape neighbouring letters."""
MIN_WIDTH = 40
ARROW = "\N{RIGHTWARDS ARROW}"


def escape(text: str) -> str:
    """Escape the characters of a text that are unsafe or that the output encoding lacks."""
    escaped = "".join(_escape_character(letter) for letter in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if ARROW.encode(encoding, "ignore") == b"":
        escaped = escaped.replace(ARROW, "->")
    return escaped.encode(encoding, "backslashreplace").decode(encoding)


def print_paragraph(text: str = "", *, indent: str = "", bold: bool = False) -> None:
    """Print a paragraph wrapped to the width of the terminal; `indent` applies to all lines but the first."""
    width = max(MIN_WIDTH, shutil.get_terminal_size().columns)
    lines = textwrap.wrap(escape(text), width, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)
    click.secho("\n".join(lines), bold=bold)


def _escape_character(letter: str) -> str:
    if letter in JOINERS or unicodedata.category(letter) not in ESCAPED_CATEGORIES:
        return letter
    return letter.encode("unicode_escape").decode()
