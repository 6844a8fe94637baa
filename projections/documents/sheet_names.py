"""Names of sheets: what a spreadsheet allows, each once."""

import re

from projections.documents.cell_format import format_title

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = "history"
MAX_LENGTH = 31


class SheetNames:
    """Names given so far; capitals make no difference."""

    def __init__(self) -> None:
        self._used = {RESERVED}

    def unique_name(self, title: str) -> str:
        """A name like the title: without the characters that are forbidden, at most 31 long, unlike all before."""
        wanted = FORBIDDEN.sub(" ", format_title(title)).strip(" '") or "Table"
        name, number = _truncate(wanted), 1
        while name.casefold() in self._used:
            number += 1
            name = _truncate(wanted, f" ({number})")
        self._used.add(name.casefold())
        return name


def _truncate(text: str, ending: str = "") -> str:
    """As much of the text as there is room for, counted as spreadsheets do: in units of UTF-16."""
    while _utf16_length(text + ending) > MAX_LENGTH:
        text = text[:-1]
    return text.rstrip(" '\u200d") + ending


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
