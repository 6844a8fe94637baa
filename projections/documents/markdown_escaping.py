"""Escapes Markdown in texts."""

import re

from projections.text.labels import single_line

MARKUP = re.compile(r"([\\`*_\[\]<>|&~#!$@]|(?<=\w):(?=//)|(?<=\bwww)\.)")
LEADING_DASH = re.compile(r"^([-+])")
LEADING_NUMBER = re.compile(r"^(\d+)([.)])")


def escape_inline(text: str) -> str:
    """The text on one line, without control characters and direction marks, with its markup escaped, for use within a line."""
    return MARKUP.sub(r"\\\1", single_line(text))


def escape_line(text: str) -> str:
    """The same for use at the beginning of a line."""
    return LEADING_NUMBER.sub(r"\1\\\2", LEADING_DASH.sub(r"\\\1", escape_inline(text)))
