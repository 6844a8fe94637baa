"""A document as an XLSX workbook: one sheet a table, the facts first; numbers are numbers and texts are never calculated."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from projections.documents.cell_format import NUMBERS, rounded, shown
from projections.documents.document import Cell, Column, Document, Kind, Table
from projections.documents.formula_escaping import like_formula
from projections.documents.optional_dependency import library
from projections.documents.sheet_names import SheetNames
from projections.documents.sheets import sheets
from projections.documents.zip_archive import unzipped, zipped
from projections.text import words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
HEADER = {"quote_prefix": True, "bold": True, "bg_color": "#e3e9ef", "bottom": 1, "text_wrap": True, "valign": "top"}
NARROWEST, WIDEST, LONGEST = 8, 60, 32_767


def written(document: Document) -> bytes:
    """A number keeps the 15 digits that spreadsheets count with; a text is cut to the 32,767 characters that a cell holds.

    Raises `FormMissing` without the extra `xlsx`.
    """
    xlsxwriter = library("xlsxwriter", form="XLSX", extra="xlsx")
    file = BytesIO()
    with xlsxwriter.Workbook(file, AS_TEXT) as book:
        book.set_properties({"title": words.plain(document.title)[:255], "created": CREATED})
        pages, names = Pages(book), SheetNames()
        for table in sheets(document):
            pages.add(table, names.of(table.title))
    return zipped(unzipped(file.getvalue()))


class Pages:
    """The sheets of a book with the formats of their cells."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self.header = book.add_format(HEADER)
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.number = book.add_format({"valign": "top"})

    def add(self, table: Table, name: str) -> None:
        sheet = self.book.add_worksheet(name)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _width(table, column))
            sheet.write_string(0, place, _fitting(words.plain(column.name)), self.header)
        for line, row in enumerate(table.rows, 1):
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                self._write(sheet, line, place, cell, column.kind)
        sheet.freeze_panes(1, 0)

    def _write(self, sheet: "Worksheet", line: int, place: int, cell: Cell, kind: Kind) -> None:
        match cell:
            case None:
                return
            case bool():
                sheet.write_boolean(line, place, cell, self.number)
            case int() | Decimal():
                sheet.write_number(line, place, _value(cell, kind), self.number)
            case _:
                text = _fitting(shown(cell, kind))
                sheet.write_string(line, place, text, self.quoted if like_formula(text) else self.text)


def _value(cell: int | Decimal, kind: Kind) -> Any:
    return rounded(cell) if kind is Kind.SHARE and isinstance(cell, Decimal) else cell


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _width(table: Table, column: Column) -> int:
    longest = max((len(shown(cell, column.kind)) for cell in table.cells(column.name)), default=0)
    room = 2 if column.kind in NUMBERS else 1
    return min(max(longest, len(column.name), NARROWEST) + room, WIDEST)
