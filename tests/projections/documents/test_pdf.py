"""PDF: everything is on its pages as text, and nothing of it was read as markup."""

import io
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from projections.documents import pdf
from projections.documents.document import Document, Paragraph, Section
from projections.text.labels import single_line
from tests.projections.documents import sample_documents

PLAIN = st.text(string.ascii_letters + string.digits + string.punctuation + " ", max_size=60)
TEXTS = PLAIN | st.sampled_from(
    ["#panic()", '#read("/etc/passwd")', "= a", "- b", "/* c", "$x$", "// d", "\\", "@e", "<f>", "--- ..."]
)
ANYTHING = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)


def read_pdf(document):
    return PdfReader(io.BytesIO(pdf.render(document)))


def text_of(reader):
    return remove_blanks("".join(page.extract_text() for page in reader.pages))


def remove_blanks(text):
    """Without blanks, and without the invisible places where endless words may break."""
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.fixture(scope="module")
def rich_pdf(rich_document):
    return read_pdf(rich_document)


@pytest.fixture(scope="module")
def pages(rich_pdf):
    return [remove_blanks(page.extract_text()) for page in rich_pdf.pages]


@settings(deadline=None, max_examples=15)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_no_text_is_markup(given_texts):
    found = text_of(read_pdf(sample_documents.document_with_texts(*given_texts)))
    assert all(remove_blanks(single_line(text)) in found for text in given_texts)


@settings(deadline=None, max_examples=15)
@given(st.tuples(ANYTHING, ANYTHING, ANYTHING, ANYTHING))
def test_any_text_can_be_set(given_texts):
    assert len(read_pdf(sample_documents.document_with_texts(*given_texts)).pages) >= 1


def test_pages_are_numbered_and_hold_everything(pages, rich_document):
    assert len(pages) == 8
    assert all(page.endswith(f"{number}/8") for number, page in enumerate(pages, 1))
    assert all(remove_blanks(name) in pages[0] and remove_blanks(value) in pages[0] for name, value in rich_document.facts)
    found = "".join(pages)
    for title in (
        sample_documents.COMMAND,
        sample_documents.TYPST,
        sample_documents.SCRIPT,
        sample_documents.PIPES,
        sample_documents.LINK,
        sample_documents.LONG,
    ):
        assert remove_blanks(title) in found
    assert "Nofindings." in found
    assert "Nolessons." in found


def test_a_long_table_says_its_headings_on_every_page(pages):
    assert sum("DayWhathappenedPosition" in page for page in pages) == 4


def test_charts_are_drawn_with_text_and_said_in_words(rich_pdf):
    objects = (rich_pdf.get_object(number) for number in range(1, len(rich_pdf.xref[0]) + 1))
    alternatives = [str(each["/Alt"]) for each in objects if isinstance(each, dict) and "/Alt" in each]
    assert any(said.startswith("Line chart of Progress, Expected, Confidence by Day") for said in alternatives)
    assert "Four objectives, all linked to the company's." in alternatives


def test_it_is_titled_in_its_language_and_says_no_time(rich_pdf):
    assert rich_pdf.metadata.title == "Quarterly retrospective: Q1 2026"
    assert rich_pdf.metadata.creation_date is None
    assert rich_pdf.trailer["/Root"]["/Lang"] == "en"


def test_a_language_with_a_country_is_kept():
    assert read_pdf(Document("T", "", (), (), language="pt-BR")).trailer["/Root"]["/Lang"] == "pt-BR"


def test_its_fonts_are_those_that_come_along(rich_pdf):
    fonts = {
        str(font["/BaseFont"])
        for page in rich_pdf.pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())
    }
    assert {re.sub(r"^/[A-Z]{6}\+|-.*", "", font) for font in fonts} <= {
        "LibertinusSerif",
        "DejaVuSansMono",
        "NewCMMath",
        "NewCM10",
    }


def test_a_long_word_breaks_after_every_third_character():
    (page,) = read_pdf(Document("T", "", (), (Section("a", "A", (Paragraph("x" * 301),)),))).pages
    *full, last = re.findall("x+", page.extract_text())
    assert len(full) > 1
    assert all(len(line) % 3 == 0 for line in full)
    assert len("".join(full) + last) == 301
