"""Reading a journal's file as spreadsheets write it: its encoding, its separator and its decimal mark are detected."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from okr_events.journal.csv_rows import COLUMNS, NUMBER_COLUMNS, JournalError, Row

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MARKS = {".": "points", ",": "commas"}
SWAPPED_MARKS = str.maketrans(".,", ",.")
SEPARATOR_HINT = "sep="


@dataclass(frozen=True, slots=True)
class JournalFile:
    """The rows of a journal, each with the number of its first line; numbers have a decimal point."""

    rows: list[Row]
    encoding: str
    separator: str
    decimal_mark: str | None

    @classmethod
    def read(cls, data: bytes, *, encoding: str | None = None, decimal_mark: str | None = None) -> "JournalFile":
        """Detect what is not given. Raises `JournalError` when the file is no journal, or its form is ambiguous."""
        text, encoding = _decode(data, encoding)
        separator, records = _split(text)
        decimal_mark = decimal_mark or _detect_decimal_mark(records)
        rows = [Row(number, _with_points(cells) if decimal_mark == "," else cells) for number, cells in records]
        return cls(rows, encoding, separator, decimal_mark)

    @property
    def description(self) -> str:
        """How the file was read, as a sentence."""
        encoding = codecs.lookup(self.encoding).name.removesuffix("-sig").upper()
        numbers = f", with decimal {MARKS[self.decimal_mark]}" if self.decimal_mark else ""
        return f"Read as {encoding}, separated by {SEPARATORS.get(self.separator, repr(self.separator))}{numbers}."


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    marked = (name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark))
    encoding = encoding or next(marked, "utf-8")
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, LookupError) as error:
        raise JournalError(f"the file is not text in {encoding}: {error}; say what it is, such as --encoding cp1252") from None
    if "\0" in text.partition("\n")[0]:
        raise JournalError("the file is not text in UTF-8; say what it is, such as --encoding utf-16-le")
    return text, encoding


def _split(text: str) -> tuple[str, list[Row]]:
    """The separator and the rows below the header."""
    hint = bool(re.match(f'{SEPARATOR_HINT}[^"\r\n]', text))
    for separator in [text.removeprefix(SEPARATOR_HINT)[0]] if hint else SEPARATORS:
        records = _read_records(text, separator, skipped=int(hint))
        if _read_header(records) == [*COLUMNS]:
            return separator, list(records)
    raise JournalError(f"the columns must be {', '.join(COLUMNS)}, separated by commas, semicolons or tabs")


def _read_header(records: Iterator[Row]) -> list[str]:
    try:
        return [cell.strip() for cell in next(records, Row(1, [])).cells]
    except JournalError:
        return []


def _read_records(text: str, separator: str, *, skipped: int) -> Iterator[Row]:
    """The rows that have a cell, without the empty cells at their ends, which spreadsheets add and leave out at will."""
    lines = StringIO(text, newline="")
    for _ in range(skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=separator, strict=True)
    first = skipped + 1
    try:
        for cells in reader:
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield Row(first, cells)
            first = skipped + reader.line_num + 1
    except csv.Error as error:
        raise JournalError(f"line {first}: not CSV: {error}") from None


def _number_cells(cells: list[str]) -> Iterator[tuple[int, str]]:
    return ((index, cells[index]) for index in NUMBER_COLUMNS if index < len(cells))


def _detect_decimal_mark(records: list[Row]) -> str | None:
    """The only mark that the numbers have; null without any."""
    lines: dict[str, int] = {}
    for number, cells in records:
        for _, cell in _number_cells(cells):
            for mark in MARKS.keys() & set(cell):
                lines.setdefault(mark, number)
    if len(lines) > 1:
        raise JournalError(
            f"numbers have a decimal point in line {lines['.']} and a comma in line {lines[',']}:"
            " say what the decimal mark is, with --decimal point or --decimal comma"
        )
    return next(iter(lines), None)


def _with_points(cells: list[str]) -> list[str]:
    """The cells with the marks of numbers exchanged."""
    exchanged = {index: cell.translate(SWAPPED_MARKS) for index, cell in _number_cells(cells)}
    return [exchanged.get(index, cell) for index, cell in enumerate(cells)]
