"""CSV has a file for each table, exact numbers, and no formulas."""

import csv
import io
from codecs import BOM_UTF8
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.documents import csv_zip
from projections.documents.formula_escaping import FORMULA_PREFIXES, escape_formula, looks_like_formula
from projections.text.labels import single_line
from tests.projections.documents import sample_documents

TEXTS = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)


def read_files(document):
    with ZipFile(io.BytesIO(csv_zip.render(document))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert all(data.startswith(BOM_UTF8) for data in files.values())
    return {name: data.decode("utf-8-sig") for name, data in files.items()}


def read_rows(text):
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(deadline=None, max_examples=40)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_any_text_is_one_cell_and_no_formula(given_texts):
    a, b, c, d = given_texts
    found = read_files(sample_documents.document_with_texts(*given_texts))
    assert read_rows(found["03-table.csv"]) == [
        [single_line(f"1{b}"), single_line(f"2{c}")],
        [escape_formula(single_line(d)), "1"],
        [escape_formula(single_line(a)), ""],
    ]
    assert not any(looks_like_formula(cell) for text in found.values() for row in read_rows(text) for cell in row)


def test_facts_come_first_then_texts_then_every_table(rich_document):
    found = read_files(rich_document)
    assert list(found)[:3] == ["01-facts.csv", "02-texts.csv", "03-progress-numbers.csv"]
    assert len(found) == 2 + len(rich_document.tables)
    assert read_rows(found["01-facts.csv"])[:4] == [
        ["Name", "Value"],
        ["Title", "Quarterly retrospective: Q1 2026"],
        ["Subtitle", "Tech Innovations, 1 January to 31 March 2026"],
        ["Position", "1042"],
    ]


def test_texts_outside_tables_are_kept_with_their_section(rich_document):
    told = read_rows(read_files(rich_document)["02-texts.csv"])
    assert ["How far we came", "Progress week by week", "Confidence is what people stated."] in told
    assert ["The map", "Alignment", "Four objectives, all linked to the company's."] in told
    assert [sample_documents.SCRIPT, "Findings", "No findings."] in told


def test_numbers_are_exact_below_zero_too_and_shares_have_three_decimals(rich_document):
    found = read_files(rich_document)
    assert read_rows(found["07-month-numbers.csv"])[1:] == [["January", "-40"], ["February", "12.5"], ["March", "1350000"]]
    assert read_rows(found["03-progress-numbers.csv"])[2] == ["2026-01-12", "0.006", "0.083", "0.7"]
    assert read_rows(found["03-progress-numbers.csv"])[5] == ["2026-02-02", "0.1", "0.333", ""]


def test_lines_end_with_crlf(rich_document):
    assert all("\n" not in text.replace("\r\n", "") for text in read_files(rich_document).values())


@pytest.mark.parametrize("text", [*(f"{beginning}1" for beginning in FORMULA_PREFIXES), " =1", "\u00a0 -1", "\v@a"])
def test_texts_like_formulas_get_an_apostrophe(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", "Sales & more", "\u2013"])
def test_other_texts_stay_as_they_are(text):
    assert escape_formula(text) == text
