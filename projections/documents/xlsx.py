"""A document as an XLSX workbook: a sheet for each table, with numbers and dates as such, and texts never as formulas."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from projections.documents.cell_format import NUMERIC_KINDS, format_cell
from projections.documents.document import Cell, Column, ColumnKind, Document, Table
from projections.documents.formula_escaping import looks_like_formula
from projections.documents.optional_dependency import import_library
from projections.documents.sheet_names import unique_sheet_names
from projections.documents.sheets import sheet_tables
from projections.documents.zip_archive import unzip_files, zip_files
from projections.text import labels

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WORKBOOK_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
HEADER = {"quote_prefix": True, "bold": True, "bg_color": "#e3e9ef", "bottom": 1, "text_wrap": True, "valign": "top"}
DAY_FORMAT = {"valign": "top", "num_format": "yyyy-mm-dd"}
FIRST_DAY = date(1900, 1, 1)
"""The first day that a cell can hold as a date; earlier ones are texts."""
MIN_WIDTH, MAX_WIDTH, MAX_CELL = 8, 60, 32_767


def render(document: Document) -> bytes:
    """The workbook. Numbers keep 15 digits and texts 32,767 characters, the limits of a cell.

    Raises `FormatUnavailable` without the extra `xlsx`.
    """
    xlsxwriter = import_library("xlsxwriter", form="XLSX", extra="xlsx")
    file = BytesIO()
    with xlsxwriter.Workbook(file, WORKBOOK_OPTIONS) as book:
        book.set_properties({"title": labels.single_line(document.title)[:255], "created": CREATED})
        writer, tables = SheetWriter(book), sheet_tables(document)
        for table, name in zip(tables, unique_sheet_names(table.title for table in tables), strict=True):
            writer.add_sheet(table, name)
    return zip_files(unzip_files(file.getvalue()))


class SheetWriter:
    """Writes sheets with the formats of their cells."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self.header_format = book.add_format(HEADER)
        self.text_format = book.add_format({"text_wrap": True, "valign": "top"})
        self.quoted_format = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.number_format = book.add_format({"valign": "top"})
        self.day_format = book.add_format(DAY_FORMAT)

    def add_sheet(self, table: Table, name: str) -> None:
        sheet = self.book.add_worksheet(name)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, _column_width(table, column))
            sheet.write_string(0, index, _truncate(labels.single_line(column.name)), self.header_format)
        for line, row in enumerate(table.rows, 1):
            for index, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                self._write_cell(sheet, line, index, cell, column.kind)
        sheet.freeze_panes(1, 0)

    def _write_cell(self, sheet: "Worksheet", line: int, index: int, cell: Cell, kind: ColumnKind) -> None:
        match cell:
            case None:
                return
            case bool():
                sheet.write_boolean(line, index, cell, self.number_format)
            case int() | Decimal():
                sheet.write_number(line, index, cell, self.number_format)
            case str() if kind is ColumnKind.DAY and (day := _parse_day(cell)):
                sheet.write_datetime(line, index, day, self.day_format)
            case _:
                text = _truncate(format_cell(cell))
                sheet.write_string(line, index, text, self.quoted_format if looks_like_formula(text) else self.text_format)


def _parse_day(text: str) -> date | None:
    """The day as a date; null for other texts and for days before those that a cell can hold."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= FIRST_DAY and day.isoformat() == text else None


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _column_width(table: Table, column: Column) -> int:
    longest = max((len(format_cell(cell)) for cell in table.cells(column.name)), default=0)
    room = 2 if column.kind in NUMERIC_KINDS else 1
    return min(max(longest, len(column.name), MIN_WIDTH) + room, MAX_WIDTH)
