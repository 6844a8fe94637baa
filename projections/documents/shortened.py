"""Shortened: a document whose tables can be read, for forms that are pages; those that are tables keep every row."""

from dataclasses import replace
from functools import singledispatch
from typing import Any

from projections.documents.document import Bullets, Chart, Document, Part, Section, Table
from projections.wording import counted

ROWS = 500
DRAWN = 60
"""Bars beside each other that can still be told apart."""


def shortened(document: Document, rows: int = ROWS) -> Document:
    """The same with at most so many rows a table, and no picture of what is too much to draw; what is left out is said."""
    return replace(document, sections=tuple(_section(section, rows) for section in document.sections))


def _section(section: Section, rows: int) -> Section:
    return replace(section, parts=tuple(_short(part, rows) for part in section.parts))


@singledispatch
def _short(part: Any, _: int) -> Part:
    return part  # type: ignore[no-any-return]


@_short.register
def _(part: Table, rows: int) -> Part:
    more = len(part.rows) - rows
    if more <= 0:
        return part
    note = f"{counted(more, 'more row')}: JSON, CSV and XLSX have all of them."
    return replace(part, rows=part.rows[:rows], note=f"{part.note} {note}" if part.note else note)


@_short.register
def _(part: Chart, rows: int) -> Part:
    return _short(part.table, rows) if len(part.table.rows) > DRAWN and part.kind != "line" else part


@_short.register
def _(part: Bullets, rows: int) -> Part:
    more = len(part.items) - rows
    if more <= 0:
        return part
    return replace(part, items=[*part.items[:rows], f"{counted(more, 'more')}: JSON, CSV and XLSX have all of them."])
