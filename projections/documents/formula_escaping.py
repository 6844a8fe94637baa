"""The guard of spreadsheets: what would be calculated, were it not kept a text."""

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What makes a spreadsheet calculate a cell, or hide that it does."""


def like_formula(text: str) -> bool:
    """Whether the text begins like a formula, behind blanks too."""
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula."""
    return f"'{text}" if like_formula(text) else text
