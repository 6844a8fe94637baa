"""Shortened: a document to be read on pages, without what is empty; forms that are tables keep every column and row."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

from projections.documents.document import Bullets, Chart, Document, Part, Section, Table
from projections.text.phrases import pluralize

EMPTY_TEXT = "None."
"""What is said of a part that says nothing else."""
MAX_ROWS = 500
MAX_BARS = 60
"""Bars beside each other that can still be told apart."""


def shorten(document: Document, rows: int = MAX_ROWS) -> Document:
    """The same with at most so many rows a table, and no picture of what is too much to draw; what is left out is said."""
    return replace(document, sections=tuple(_shorten_section(section, rows) for section in document.sections))


def _shorten_section(section: Section, rows: int) -> Section:
    filled = [_shorten_part(part, rows) for part in section.parts if not _is_empty(part)]
    empty = [part.title for part in map(_unwrap_chart, section.parts) if isinstance(part, Table) and _is_empty(part)]
    return replace(section, parts=(*filled, *_list_empty_tables(empty, alone=not filled)))


def _list_empty_tables(titles: Sequence[str], *, alone: bool) -> tuple[Bullets, ...]:
    """The tables that say nothing, in a line; one alone goes without saying."""
    if not titles:
        return (Bullets(()),) if alone else ()
    return (Bullets((), "None." if alone and len(titles) == 1 else f"None: {'; '.join(titles)}."),)


def _is_empty(part: Part) -> bool:
    match _unwrap_chart(part):
        case Table() as told:
            return not told.rows and not told.note and told.empty == EMPTY_TEXT
        case Bullets() as told:
            return not told.items and told.empty == EMPTY_TEXT
    return False


def _unwrap_chart(part: Part) -> Part:
    return part.table if isinstance(part, Chart) else part


@singledispatch
def _shorten_part(part: Any, _: int) -> Part:
    return part  # type: ignore[no-any-return]


@_shorten_part.register
def _(table: Table, rows: int) -> Part:
    part = _drop_empty_columns(table)
    more = len(part.rows) - rows
    if more <= 0:
        return part
    note = f"{pluralize(more, 'more row')}: JSON, CSV and XLSX have all of them."
    return replace(part, rows=part.rows[:rows], note=f"{part.note} {note}" if part.note else note)


@_shorten_part.register
def _(part: Chart, rows: int) -> Part:
    if not _is_drawable(part):
        return _shorten_part(part.table, rows)
    return replace(part, table=_drop_empty_columns(part.table, {part.x, *part.series}))


def _is_drawable(chart: Chart) -> bool:
    """Not one mark alone, nor more bars than can be told apart."""
    marked = sum(any(cell is not None for cell in cells) for cells in zip(*map(chart.table.cells, chart.series), strict=True))
    return marked > 1 and (chart.kind == "line" or len(chart.table.rows) <= MAX_BARS)


def _drop_empty_columns(table: Table, wanted: Collection[str] = ()) -> Table:
    """Without the columns in which no row says anything, but for the first and those wanted."""
    names = [column.name for column in table.columns]
    said = [any(row[place] is not None for row in table.rows) for place in range(len(names))]
    kept = [place for place, name in enumerate(names) if not place or said[place] or name in wanted]
    columns = tuple(table.columns[place] for place in kept)
    return replace(table, columns=columns, rows=[tuple(row[place] for place in kept) for row in table.rows])


@_shorten_part.register
def _(part: Bullets, rows: int) -> Part:
    more = len(part.items) - rows
    if more <= 0:
        return part
    return replace(part, items=[*part.items[:rows], f"{more} more: JSON, CSV and XLSX have all of them."])
