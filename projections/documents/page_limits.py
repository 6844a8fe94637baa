"""Shortens a document for pages: no empty tables and columns, limits of rows and texts. CSV and XLSX keep everything."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import singledispatch
from itertools import accumulate
from typing import TypeVar

from projections.documents.document import Bullets, Cell, Chart, Document, Paragraph, Part, Section, Table
from projections.text.phrases import pluralize

Item = TypeVar("Item")
DEFAULT_EMPTY = "None."
MAX_ROWS = 500
MAX_TEXT = 1_000
"""Characters of a text."""
MAX_CHARACTERS = 100_000
"""Characters of a table or a list: what a page costs to lay out grows with them."""
MAX_BARS = 60
"""Bars of a chart that are still distinguishable."""
ELSEWHERE = "The JSON, CSV and XLSX formats contain all of them."


def shorten(document: Document, rows: int = MAX_ROWS) -> Document:
    """The document with at most `rows` rows in each table, shortened texts and no unreadable charts.

    Notes count what is left out.
    """
    return replace(document, sections=tuple(_shorten_section(section, rows) for section in document.sections))


def _shorten_section(section: Section, rows: int) -> Section:
    """The section with the sentences of its empty tables in one line."""
    parts = [_shorten_part(part, rows) for part in section.parts if not _is_empty(part)]
    tables = (part.table if isinstance(part, Chart) else part for part in section.parts)
    sentences = dict.fromkeys(_empty_sentence(table) for table in tables if isinstance(table, Table) and _is_empty(table))
    if sentences or not parts:
        parts.append(Bullets((), " ".join(sentences) or DEFAULT_EMPTY))
    return replace(section, parts=tuple(parts))


def _empty_sentence(table: Table) -> str:
    return f"{table.title}: none." if table.empty == DEFAULT_EMPTY else table.empty


def _is_empty(part: Part) -> bool:
    match part:
        case Chart():
            return _is_empty(part.table)
        case Table():
            return not part.rows and not part.note
        case Bullets():
            return not part.items and part.empty == DEFAULT_EMPTY
    return False


@singledispatch
def _shorten_part(part: Part, rows: int) -> Part:
    del rows
    return part


@_shorten_part.register
def _(table: Table, rows: int) -> Part:
    short = _drop_empty_columns(table)
    kept = _first_items([tuple(map(_shorten_cell, row)) for row in short.rows[:rows]], _count_characters)
    more = len(short.rows) - len(kept)
    if not more:
        return replace(short, rows=kept)
    note = f"{pluralize(more, 'more row')}. {ELSEWHERE}"
    return replace(short, rows=kept, note=f"{short.note} {note}" if short.note else note)


@_shorten_part.register
def _(chart: Chart, rows: int) -> Part:
    if not _is_drawable(chart):
        return _shorten_part(chart.table, rows)
    return replace(chart, table=_drop_empty_columns(chart.table, {chart.x, *chart.series}))


@_shorten_part.register
def _(bullets: Bullets, rows: int) -> Part:
    kept = _first_items([shorten_text(item) for item in bullets.items[:rows]], len)
    more = len(bullets.items) - len(kept)
    return replace(bullets, items=(*kept, f"{more} more. {ELSEWHERE}") if more else tuple(kept))


@_shorten_part.register
def _(paragraph: Paragraph, rows: int) -> Part:
    del rows
    return Paragraph(shorten_text(paragraph.text))


def shorten_text(text: str) -> str:
    """The text, or its beginning with the number of characters left out."""
    more = len(text) - MAX_TEXT
    return text if more <= 0 else f"{text[:MAX_TEXT].rstrip()}… ({pluralize(more, 'more character')})"


def _shorten_cell(cell: Cell) -> Cell:
    return shorten_text(cell) if isinstance(cell, str) else cell


def _count_characters(row: Sequence[Cell]) -> int:
    return sum(len(str(cell)) for cell in row)


def _first_items(items: Sequence[Item], characters: Callable[[Item], int]) -> Sequence[Item]:
    """The items that fit into `MAX_CHARACTERS`."""
    return items[: bisect_right([*accumulate(map(characters, items))], MAX_CHARACTERS)]


def _is_drawable(chart: Chart) -> bool:
    """Whether the chart has more than one mark, and not too many bars."""
    marked = sum(any(cell is not None for cell in cells) for cells in zip(*map(chart.table.cells, chart.series), strict=True))
    return marked > 1 and (chart.kind == "line" or len(chart.table.rows) <= MAX_BARS)


def _drop_empty_columns(table: Table, required: Collection[str] = ()) -> Table:
    """The table without empty columns, except the first and the required ones."""
    names = [column.name for column in table.columns]
    filled = [any(row[index] is not None for row in table.rows) for index in range(len(names))]
    kept = [index for index, name in enumerate(names) if not index or filled[index] or name in required]
    columns = tuple(table.columns[index] for index in kept)
    return replace(table, columns=columns, rows=[tuple(row[index] for index in kept) for row in table.rows])
