"""Shortens a document for pages: without empty tables and columns, with a limit of rows. CSV and XLSX keep everything."""

from collections.abc import Collection
from dataclasses import replace
from functools import singledispatch

from projections.documents.document import Bullets, Chart, Document, Part, Section, Table
from projections.text.phrases import pluralize

DEFAULT_EMPTY = "None."
MAX_ROWS = 500
MAX_BARS = 60
"""Bars of a chart that are still distinguishable."""
ELSEWHERE = "The JSON, CSV and XLSX formats contain all of them."


def shorten(document: Document, rows: int = MAX_ROWS) -> Document:
    """The document with at most `rows` rows in each table and without unreadable charts; notes count what is left out."""
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
    more = len(short.rows) - rows
    if more <= 0:
        return short
    note = f"{pluralize(more, 'more row')}. {ELSEWHERE}"
    return replace(short, rows=short.rows[:rows], note=f"{short.note} {note}" if short.note else note)


@_shorten_part.register
def _(chart: Chart, rows: int) -> Part:
    if not _is_drawable(chart):
        return _shorten_part(chart.table, rows)
    return replace(chart, table=_drop_empty_columns(chart.table, {chart.x, *chart.series}))


@_shorten_part.register
def _(bullets: Bullets, rows: int) -> Part:
    more = len(bullets.items) - rows
    return bullets if more <= 0 else replace(bullets, items=[*bullets.items[:rows], f"{more} more. {ELSEWHERE}"])


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
