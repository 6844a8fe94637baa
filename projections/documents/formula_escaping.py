"""The guard of spreadsheets: what would be calculated, were it not kept a text."""

FORMULA_PREFIXES = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What makes a spreadsheet calculate a cell, or hide that it does."""


def looks_like_formula(text: str) -> bool:
    """Whether the text begins like a formula, behind blanks too."""
    return text.startswith(FORMULA_PREFIXES) or text.lstrip().startswith(FORMULA_PREFIXES)


def escape_formula(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula."""
    return f"'{text}" if looks_like_formula(text) else text
