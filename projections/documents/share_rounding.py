"""Rounds the shares of a document for its readers, once for all formats."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from projections.documents.document import Cell, Chart, ColumnKind, Document, Part, Section, Table
from projections.text.rounding import Rounding

DECIMALS = 3


def round_shares(document: Document) -> Document:
    """The document with 3 decimals in its shares, and more where different ones would look the same."""
    page = Rounding([*document.shares, *(cell for table in document.tables for cell in _share_cells(table))])
    return replace(document, sections=tuple(_round_section(page, section) for section in document.sections))


def _share_cells(table: Table) -> list[Decimal]:
    names = [column.name for column in table.columns if column.kind is ColumnKind.SHARE]
    return [cell for name in names for cell in table.cells(name) if isinstance(cell, Decimal)]


def _round_section(page: Rounding, section: Section) -> Section:
    return replace(section, parts=tuple(_round_part(page, part) for part in section.parts))


def _round_part(page: Rounding, part: Part) -> Part:
    match part:
        case Table():
            return _round_table(page, part)
        case Chart():
            return replace(part, table=_round_table(page, part.table))
    return part


def _round_table(page: Rounding, table: Table) -> Table:
    """Column by column: a retrospective has tables of some hundred thousand cells."""
    kinds = [column.kind for column in table.columns]
    if ColumnKind.SHARE not in kinds or not table.rows:
        return table
    columns = zip(*table.rows, strict=True)
    rounded = [
        _round_cells(page, cells) if kind is ColumnKind.SHARE else cells for cells, kind in zip(columns, kinds, strict=True)
    ]
    return replace(table, rows=list(zip(*rounded, strict=True)))


def _round_cells(page: Rounding, cells: Sequence[Cell]) -> Sequence[Cell]:
    shown: dict[Cell, Cell] = {cell: page.round(cell, DECIMALS) for cell in set(cells) if isinstance(cell, Decimal)}
    return [shown.get(cell, cell) for cell in cells]
