"""A document as a ZIP of CSV files (RFC 4180, UTF-8 with a byte order mark for Excel), one for each table, without formulas."""

import csv
import io

from projections.documents.cell_format import format_cell
from projections.documents.document import Cell, Document, Table
from projections.documents.formula_escaping import escape_formula
from projections.documents.sheets import sheet_tables
from projections.documents.zip_archive import zip_files


def render(document: Document) -> bytes:
    """`01-facts.csv` has the facts, `02-texts.csv` the texts outside tables; an apostrophe precedes texts like formulas."""
    return zip_files(
        (f"{number:02}-{table.id}.csv", _table_csv(table).encode("utf-8-sig"))
        for number, table in enumerate(sheet_tables(document), 1)
    )


def _table_csv(table: Table) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    for row in ([column.name for column in table.columns], *table.rows):
        writer.writerow(list(map(_escape_cell, row)))
    return file.getvalue()


def _escape_cell(cell: Cell) -> str:
    text = format_cell(cell)
    return escape_formula(text) if isinstance(cell, str) else text
