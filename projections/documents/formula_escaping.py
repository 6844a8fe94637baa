"""Keeps texts in spreadsheets from being evaluated as formulas."""

FORMULA_PREFIXES = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""Beginnings that make a spreadsheet evaluate a cell, or hide that it does."""


def looks_like_formula(text: str) -> bool:
    """Whether the text begins like a formula, also after white space."""
    return text.startswith(FORMULA_PREFIXES) or text.lstrip().startswith(FORMULA_PREFIXES)


def escape_formula(text: str) -> str:
    """The text, with an apostrophe before it if it begins like a formula."""
    return f"'{text}" if looks_like_formula(text) else text
