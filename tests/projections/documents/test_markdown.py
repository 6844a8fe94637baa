"""Markdown has tables of GitHub, and no text becomes markup."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from projections.documents import markdown
from projections.documents.cell_format import format_title
from projections.text.labels import single_line
from tests.projections.documents import sample_documents

TEXTS = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)
EXPECTED_TOKENS = {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "inline"}


def parse_markdown(text):
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def texts_of(tokens, tag):
    """The text of each element of this kind."""
    inside = [after for token, after in pairwise(tokens) if token.tag == tag and token.nesting == 1]
    return ["".join(child.content for child in token.children) for token in inside]


@settings(deadline=None, max_examples=60)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_no_text_becomes_markup(given_texts):
    a, b, c, d = given_texts
    tokens = parse_markdown(markdown.render(sample_documents.document_with_texts(*given_texts)))
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= EXPECTED_TOKENS
    assert {child.type for token in tokens for child in token.children or ()} <= {"text"}
    assert texts_of(tokens, "h1") == [format_title(a)]
    assert texts_of(tokens, "h2") == [format_title(d), format_title(c)]
    assert texts_of(tokens, "h3") == [format_title(a), format_title(d), format_title(b)]
    assert texts_of(tokens, "td") == [single_line(d), "1", single_line(a), "\u2013", single_line(c), "1"]


def test_an_address_is_no_link_where_addresses_are_found_in_text():
    text = markdown.render(
        sample_documents.document_with_texts(sample_documents.LINK, "http://a.example", "www.b.example", "c@d.example")
    )
    assert r"https\://evil" in text
    assert r"http\://a" in text
    assert r"www\.b" in text
    assert r"c\@d" in text


def test_all_texts_of_the_document_are_there(rich_document):
    tokens = parse_markdown(markdown.render(rich_document))
    assert sum(token.type == "table_open" for token in tokens) == sum(bool(table.rows) for table in rich_document.tables)
    assert sum(token.type == "tr_open" for token in tokens) == sum(
        1 + len(table.rows) for table in rich_document.tables if table.rows
    )
    assert {"No findings.", "No lessons.", "Four objectives, all linked to the company's."} <= set(texts_of(tokens, "p"))


def test_numbers_are_right_aligned(rich_document):
    assert "| Day | Progress | Expected | Confidence |\n|---|---:|---:|---:|\n| 2026-01-05 | 0 | 0 | 0.8 |" in markdown.render(
        rich_document
    )
