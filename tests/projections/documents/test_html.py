"""HTML is valid for any text, self-contained and accessible, also in a real browser."""

import re

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.documents import html
from projections.documents.cell_format import format_title
from projections.text.labels import single_line
from tests.projections.documents import sample_documents

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
TEXTS = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)


def parse_html(text):
    """As a browser reads it; a single parse error fails."""
    return html5lib.HTMLParser(strict=True).parse(text)


def find_all(page, tag):
    return list(page.iter(NAMESPACE + tag))


def find_texts(page, tag):
    return ["".join(element.itertext()) for element in find_all(page, tag)]


@pytest.fixture(scope="module")
def page(rich_document):
    return parse_html(html.render(rich_document))


@settings(deadline=None, max_examples=25)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_any_text_stays_text_in_a_valid_page(given_texts):
    a, b, c, d = given_texts
    page = parse_html(html.render(sample_documents.document_with_texts(*given_texts)))
    assert find_texts(page, "h1") == find_texts(page, "title") == [format_title(a)]
    assert find_texts(page, "h2") == ["Contents", format_title(d), format_title(c)]
    assert find_texts(page, "li") == [format_title(d), format_title(c), single_line(b), single_line(c)]
    assert find_texts(page, "td") == ["1", "\u2013", "1"]
    assert not any(find_all(page, tag) for tag in ("script", "img", "iframe", "b"))


def test_a_document_is_one_file_with_one_style_and_no_script(page):
    assert find_texts(page, "style") == [html.STYLESHEET]
    assert not any(find_all(page, tag) for tag in ("script", "link", "iframe", "object", "form", "base"))
    assert all(link.get("href").startswith("#") for link in find_all(page, "a"))
    assert all(image.get("src").startswith("data:image/svg+xml;base64,") for image in find_all(page, "img"))
    assert not any(name.startswith("on") or name == "style" for element in page.iter() for name in element.attrib)


def test_headings_are_in_order_and_the_contents_link_to_each_section(page, rich_document):
    ids = [section.get("id") for section in find_all(page, "section")]
    assert ids == [section.id for section in rich_document.sections]
    assert [link.get("href") for link in find_all(page, "a")] == ["#main.content", *(f"#{id}" for id in ids)]
    assert len(find_texts(page, "h1")) == 1
    assert len(find_texts(page, "h2")) == 1 + len(ids)


def test_every_table_has_a_caption_and_heading_cells(page, rich_document):
    filled = [table for table in rich_document.tables if table.rows]
    assert find_texts(page, "caption") == [format_title(table.title) for table in filled]
    scopes = [cell.get("scope") for cell in find_all(page, "th")]
    assert scopes.count("col") == sum(len(table.columns) for table in filled)
    assert scopes.count("row") == sum(len(table.rows) for table in filled)


def test_every_chart_has_an_alternative_text_and_its_table(page):
    charts = [element for element in page.iter() if element.get("role") == "img"]
    assert len(charts) == len(find_all(page, "details")) == 5
    ids = {element.get("id"): "".join(element.itertext()) for element in page.iter() if element.get("id")}
    assert ids[charts[0].get("aria-labelledby")] == "Progress, pace and confidence"
    assert ids[charts[0].get("aria-describedby")].startswith(
        "Line chart of Progress, Expected, Confidence by Day, from 2026-01-05"
    )
    assert all(details.get("open") == "" for details in find_all(page, "details"))


def test_ids_are_unique(page):
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_empty_tables_and_lists_have_a_sentence(page):
    assert {"No findings.", "No lessons."} <= set(find_texts(page, "p"))


@pytest.fixture
def tab(chromium, rich_document, tmp_path):
    """The rich document in a browser, with its network requests and console messages."""
    file = tmp_path / "document.html"
    file.write_text(html.render(rich_document), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.asked, tab.complaints = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.goto(file.as_uri())
    yield tab
    tab.close()


def test_a_browser_makes_no_requests_and_reports_no_policy_violation(tab):
    assert [url for url in tab.asked if not re.match(r"file:.*/document\.html$|data:image/svg", url)] == []
    assert tab.complaints == []
    assert tab.evaluate("getComputedStyle(document.body).maxWidth") == "1056px"
    assert tab.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_no_violation(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_on_the_smallest_screen_only_tables_and_pictures_scroll_and_the_keyboard_reaches_them(tab):
    tab.set_viewport_size({"width": 320, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
    scrolling = "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth)"
    assert tab.evaluate(f"{scrolling}.length") > 5
    assert tab.evaluate(f"{scrolling}.every(each => each.tabIndex === 0 && each.getAttribute('aria-labelledby'))")
