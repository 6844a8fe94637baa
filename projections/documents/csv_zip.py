"""A document as CSV (RFC 4180, UTF-8): one file a table, zipped; cells are never formulae."""

import csv
import io
from collections.abc import Iterable

from projections.documents.cell_format import format_cell
from projections.documents.document import Cell, ColumnKind, Document, Table
from projections.documents.formula_escaping import escape_formula
from projections.documents.sheets import sheet_tables
from projections.documents.zip_archive import zip_files


def render(document: Document) -> bytes:
    """`01-facts.csv` has the facts, `02-words.csv` all that stands outside tables; a text that begins like a formula gets an
    apostrophe before it.
    """
    return zip_files(
        (f"{place:02}-{table.id}.csv", _table_csv(table).encode()) for place, table in enumerate(sheet_tables(document), 1)
    )


def _table_csv(table: Table) -> str:
    text = io.StringIO()
    sheet = csv.writer(text)
    kinds = [column.kind for column in table.columns]
    sheet.writerow(_row((column.name for column in table.columns), kinds))
    sheet.writerows(_row(row, kinds) for row in table.rows)
    return text.getvalue()


def _row(row: Iterable[Cell], kinds: Iterable[ColumnKind]) -> list[str]:
    return [_escape_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)]


def _escape_cell(cell: Cell, kind: ColumnKind) -> str:
    text = format_cell(cell, kind)
    return escape_formula(text) if isinstance(cell, str) else text
