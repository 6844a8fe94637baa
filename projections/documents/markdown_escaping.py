"""Prose in Markdown: what people wrote stays what they wrote."""

import re

MARKUP = re.compile(r"([\\`*_\[\]<>|&~#!$@]|(?<=\w):(?=//)|(?<=\bwww)\.)")
DASHED = re.compile(r"^([-+])")
NUMBERED = re.compile(r"^(\d+)([.)])")


def inline(text: str) -> str:
    """One line in which nothing is markup, for within a line."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def escaped(text: str) -> str:
    """One line in which nothing is markup, at its beginning neither."""
    return NUMBERED.sub(r"\1\\\2", DASHED.sub(r"\\\1", inline(text)))
