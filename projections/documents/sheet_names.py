"""Names of sheets: what a spreadsheet allows, each once."""

import re

from projections.documents.cell_format import told

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = "history"
LONGEST = 31


class SheetNames:
    """Names given so far; capitals make no difference."""

    def __init__(self) -> None:
        self._taken = {RESERVED}

    def of(self, title: str) -> str:
        """A name like the title: without the characters that are forbidden, at most 31 long, unlike all before."""
        wanted = FORBIDDEN.sub(" ", told(title)).strip(" '") or "Table"
        name, number = _cut(wanted), 1
        while name.casefold() in self._taken:
            number += 1
            name = _cut(wanted, f" ({number})")
        self._taken.add(name.casefold())
        return name


def _cut(text: str, ending: str = "") -> str:
    """As much of the text as there is room for, counted as spreadsheets do: in units of UTF-16."""
    while _units(text + ending) > LONGEST:
        text = text[:-1]
    return text.rstrip(" '\u200d") + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
