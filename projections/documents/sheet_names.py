"""Valid and unique names of sheets."""

import re

from projections.documents.cell_format import format_title

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = "history"
MAX_LENGTH = 31


class SheetNames:
    """The names used so far, without letter case."""

    def __init__(self) -> None:
        self._used = {RESERVED}

    def unique_name(self, title: str) -> str:
        """The title without forbidden characters, at most 31 characters long, numbered if it is used already."""
        wanted = FORBIDDEN.sub(" ", format_title(title)).strip(" '") or "Table"
        name, number = _truncate(wanted), 1
        while name.casefold() in self._used:
            number += 1
            name = _truncate(wanted, f" ({number})")
        self._used.add(name.casefold())
        return name


def _truncate(text: str, ending: str = "") -> str:
    """The beginning of the text that fits, counted in UTF-16 units as spreadsheets do."""
    while _utf16_length(text + ending) > MAX_LENGTH:
        text = text[:-1]
    return text.rstrip(" '\u200d") + ending


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
