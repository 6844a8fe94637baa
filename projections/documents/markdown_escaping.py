"""Prose in Markdown: what people wrote stays what they wrote."""

import re

MARKUP = re.compile(r"([\\`*_\[\]<>|&~#!$@]|(?<=\w):(?=//)|(?<=\bwww)\.)")
LEADING_DASH = re.compile(r"^([-+])")
LEADING_NUMBER = re.compile(r"^(\d+)([.)])")


def escape_inline(text: str) -> str:
    """One line in which nothing is markup, for within a line."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def escape_line(text: str) -> str:
    """One line in which nothing is markup, at its beginning neither."""
    return LEADING_NUMBER.sub(r"\1\\\2", LEADING_DASH.sub(r"\\\1", escape_inline(text)))
