"""Shortened: a document to be read on pages, without what is empty; forms that are tables keep every column and row."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

from projections.documents.document import Bullets, Chart, Document, Part, Section, Table
from projections.text.phrases import counted

NONE = "None."
"""What is said of a part that says nothing else."""
ROWS = 500
DRAWN = 60
"""Bars beside each other that can still be told apart."""


def shortened(document: Document, rows: int = ROWS) -> Document:
    """The same with at most so many rows a table, and no picture of what is too much to draw; what is left out is said."""
    return replace(document, sections=tuple(_section(section, rows) for section in document.sections))


def _section(section: Section, rows: int) -> Section:
    filled = [_short(part, rows) for part in section.parts if not _nothing(part)]
    empty = [part.title for part in map(_numbers, section.parts) if isinstance(part, Table) and _nothing(part)]
    return replace(section, parts=(*filled, *_none_of(empty, alone=not filled)))


def _none_of(titles: Sequence[str], *, alone: bool) -> tuple[Bullets, ...]:
    """The tables that say nothing, in a line; one alone goes without saying."""
    if not titles:
        return (Bullets(()),) if alone else ()
    return (Bullets((), "None." if alone and len(titles) == 1 else f"None: {'; '.join(titles)}."),)


def _nothing(part: Part) -> bool:
    match _numbers(part):
        case Table() as told:
            return not told.rows and not told.note and told.empty == NONE
        case Bullets() as told:
            return not told.items and told.empty == NONE
    return False


def _numbers(part: Part) -> Part:
    return part.table if isinstance(part, Chart) else part


@singledispatch
def _short(part: Any, _: int) -> Part:
    return part  # type: ignore[no-any-return]


@_short.register
def _(table: Table, rows: int) -> Part:
    part = _filled(table)
    more = len(part.rows) - rows
    if more <= 0:
        return part
    note = f"{counted(more, 'more row')}: JSON, CSV and XLSX have all of them."
    return replace(part, rows=part.rows[:rows], note=f"{part.note} {note}" if part.note else note)


@_short.register
def _(part: Chart, rows: int) -> Part:
    if not _drawable(part):
        return _short(part.table, rows)
    return replace(part, table=_filled(part.table, {part.x, *part.series}))


def _drawable(chart: Chart) -> bool:
    """Not one mark alone, nor more bars than can be told apart."""
    marked = sum(any(cell is not None for cell in cells) for cells in zip(*map(chart.table.cells, chart.series), strict=True))
    return marked > 1 and (chart.kind == "line" or len(chart.table.rows) <= DRAWN)


def _filled(table: Table, wanted: Collection[str] = ()) -> Table:
    """Without the columns in which no row says anything, but for the first and those wanted."""
    names = [column.name for column in table.columns]
    said = [any(row[place] is not None for row in table.rows) for place in range(len(names))]
    kept = [place for place, name in enumerate(names) if not place or said[place] or name in wanted]
    columns = tuple(table.columns[place] for place in kept)
    return replace(table, columns=columns, rows=[tuple(row[place] for place in kept) for row in table.rows])


@_short.register
def _(part: Bullets, rows: int) -> Part:
    more = len(part.items) - rows
    if more <= 0:
        return part
    return replace(part, items=[*part.items[:rows], f"{more} more: JSON, CSV and XLSX have all of them."])
