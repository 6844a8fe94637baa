"""Valid and unique names of sheets."""

import re
from collections.abc import Iterable, Iterator

from projections.documents.cell_format import format_title

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = "history"
MAX_LENGTH = 31


def unique_sheet_names(titles: Iterable[str]) -> Iterator[str]:
    """The titles without forbidden characters, at most 31 characters long, numbered where they repeat in any letter case."""
    used = {RESERVED}
    for title in titles:
        wanted = FORBIDDEN.sub(" ", format_title(title)).strip(" '") or "Table"
        name, number = _truncate(wanted), 1
        while name.casefold() in used:
            number += 1
            name = _truncate(wanted, f" ({number})")
        used.add(name.casefold())
        yield name


def _truncate(text: str, ending: str = "") -> str:
    """The beginning of the text that fits, counted in UTF-16 units as spreadsheets do."""
    while len((text + ending).encode("utf-16-le")) // 2 > MAX_LENGTH:
        text = text[:-1]
    return text.rstrip(" '\u200d") + ending
