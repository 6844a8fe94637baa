"""A document as CSV (RFC 4180, UTF-8): one file a table, zipped; cells are never formulae."""

import csv
import io
from collections.abc import Iterable

from projections.documents.cell_format import shown
from projections.documents.document import Cell, Document, Kind, Table
from projections.documents.formula_escaping import guarded
from projections.documents.sheets import sheets
from projections.documents.zip_archive import zipped


def written(document: Document) -> bytes:
    """`01-facts.csv` has the facts, `02-words.csv` all that stands outside tables; a text that begins like a formula gets an
    apostrophe before it.
    """
    return zipped((f"{place:02}-{table.id}.csv", _csv(table).encode()) for place, table in enumerate(sheets(document), 1))


def _csv(table: Table) -> str:
    text = io.StringIO()
    sheet = csv.writer(text)
    kinds = [column.kind for column in table.columns]
    sheet.writerow(_row((column.name for column in table.columns), kinds))
    sheet.writerows(_row(row, kinds) for row in table.rows)
    return text.getvalue()


def _row(row: Iterable[Cell], kinds: Iterable[Kind]) -> list[str]:
    return [_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)]


def _cell(cell: Cell, kind: Kind) -> str:
    text = shown(cell, kind)
    return guarded(text) if isinstance(cell, str) else text
