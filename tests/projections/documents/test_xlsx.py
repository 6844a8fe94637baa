"""XLSX has typed cells and valid sheet names."""

import io
import re
from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from projections.documents import xlsx
from projections.documents.document import Column, ColumnKind, Document, Section, Table
from projections.documents.sheet_names import unique_sheet_names
from projections.text.labels import single_line
from tests.projections.documents import sample_documents

TEXTS = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)


def load_xlsx(document):
    return load_workbook(io.BytesIO(xlsx.render(document)))


@pytest.fixture(scope="module")
def book(rich_document):
    return load_xlsx(rich_document)


@settings(deadline=None, max_examples=15)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_any_text_stays_a_text(given_texts):
    a, b, c, d = given_texts
    book = load_xlsx(sample_documents.document_with_texts(*given_texts))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    found = [[cell.value or "" for cell in row] for row in book.worksheets[2].iter_rows()]
    assert found == [[single_line(f"1{b}"), single_line(f"2{c}")], [single_line(d), 1], [single_line(a), ""]]


def test_texts_like_formulas_stay_texts_when_edited(book):
    cells = {cell.value: cell.quotePrefix for row in book.worksheets[7].iter_rows() for cell in row}
    assert cells[sample_documents.COMMAND] is True
    assert not cells[sample_documents.TYPST]


def test_numbers_and_booleans_keep_their_types(book):
    found = [[cell.value for cell in row] for row in book["Values"].iter_rows()]
    assert found == [["Month", "Value"], ["January", -40], ["February", 12.5], ["March", 1350000]]
    assert [cell.value for cell in book["Progress week by week"][2 + 4]] == [datetime(2026, 2, 2), 0.1, 0.333, None]  # noqa: DTZ001 - cells have no zone
    assert book.worksheets[7]["E2"].value is True


def test_days_are_dates_where_a_cell_can_hold_them():
    days = ["2026-02-28", "1900-01-01", "1899-12-31", "2026-02-30", "soon"]
    table = Table("table", "Days", (Column("Day", ColumnKind.DAY), Column("Text")), [(day, day) for day in days])
    rows = list(load_xlsx(Document("", "", (), (Section("a", "", (table,)),)))["Days"].iter_rows(min_row=2))
    assert [row[0].is_date for row in rows] == [True, True, False, False, False]
    assert (rows[0][0].value.date().isoformat(), rows[0][0].number_format) == ("2026-02-28", "yyyy-mm-dd")
    assert [row[0].value for row in rows[2:]] == days[2:]
    assert [row[1].value for row in rows] == days


def test_facts_come_first_and_headings_are_frozen(book, rich_document):
    assert book.sheetnames[:3] == ["Facts", "Texts", "Progress week by week"]
    assert len(book.sheetnames) == 2 + len(rich_document.tables)
    assert {sheet.freeze_panes for sheet in book} == {"A2"}
    assert [cell.value for cell in book["Facts"][4]] == ["Position", "1042"]


def test_column_widths_have_limits(book):
    widths = [column.width for sheet in book for column in sheet.column_dimensions.values()]
    assert min(widths) >= 8
    assert 50 < max(widths) < 65


def test_texts_too_long_for_a_cell_are_cut():
    table = Table("table", "Long", (Column("Text"),), [("x" * 40_000,)])
    cell = load_xlsx(Document("", "", (), (Section("a", "", (table,)),)))["Long"]["A2"].value
    assert (len(cell), cell[-2:]) == (32_767, "x\u2026")


@given(st.lists(TEXTS | st.sampled_from(["History", "'a'", "a/b", "x" * 40, "X" * 40, "\U0001f680" * 20]), max_size=12))
def test_sheets_have_names_that_spreadsheets_allow(titles):
    given_names = list(unique_sheet_names(titles))
    assert len({name.casefold() for name in given_names}) == len(titles)
    for name in given_names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)
        assert name.casefold() != "history"


def test_a_workbook_has_a_fixed_date(rich_document):
    with ZipFile(io.BytesIO(xlsx.render(rich_document))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", properties)) == {"1980-01-01T00:00:00Z"}
