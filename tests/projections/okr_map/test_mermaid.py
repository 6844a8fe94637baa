"""The Mermaid flowchart is valid for any title."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from projections.okr_map.mermaid import ARROWS, quote_label, render
from projections.text import labels
from tests.projections.okr_map import graph_answers
from tests.projections.okr_map.hostile_titles import MARKUP, hostile_answer

LABEL = r'"(?:[^"#]|#\d+;)*"'
SHAPES = rf"\w+(?:\[{LABEL}\]|\(\[{LABEL}\]\))"
LINES = [
    r"  acc(?:Title|Descr): [^#;\n]+",
    rf"  subgraph \w+\[{LABEL}\]",
    rf"    {SHAPES}",
    "  end",
    r"  n\d+ --- n\d+",
    rf"  n\d+ (?:{'|'.join(map(re.escape, ARROWS.values()))})(?:\|{LABEL}\|)? n\d+",
    r"  classDef \w+ [\w:\d ,.-]+",
    r"  class [\w,]+ \w+",
]
TITLES = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    [MARKUP, "style: #a;", "%%{init}%%", "1. a", '"]', "`b`", "* a", "_b_"]
)
LIMIT = 50_000  # Mermaid's own `maxTextSize`


LOOK_ALIKES = str.maketrans("\u02cb\u2217\u223c", "`*~")
MARKDOWN = ("1. Grow", "- x", "* x", "+ x", "12) x", "# x", "> x", "---", "===", "| a | b |")
INLINE_MARKDOWN = (
    "`code`",
    "**bold**",
    "*a*",
    "_it_",
    "a __b__ c",
    "~~x~~",
    "[a](b)",
    "![a](b)",
    "http://a.example",
    "a@b.example",
)


def unescape_label(label):
    """The text that a reader sees, with look-alikes read as what they stand for."""
    plain = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label)
    return plain.replace("\u2060", "").translate(LOOK_ALIKES)


def read_as_markdown(label):
    """What Mermaid 11 makes of a label: it decodes character numbers, then reads Markdown."""
    decoded = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label)
    tokens = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(decoded)
    return [token for token in tokens if token.type not in {"paragraph_open", "paragraph_close"}]


@pytest.mark.parametrize("title", [*MARKDOWN, *INLINE_MARKDOWN, *(f"Grow {mark}" for mark in INLINE_MARKDOWN)])
def test_a_title_is_no_markdown(title):
    """Mermaid 11.0 to 11.9 drew `Unsupported markdown: list` for `1. Grow`; every version from 10.9 to 11.12 draws it now."""
    (inline,) = read_as_markdown(quote_label(title))
    assert [child.type for child in inline.children] == ["text"]
    assert unescape_label(quote_label(title)) == title


@pytest.mark.parametrize(
    "answer", [graph_answers.build_answer(), graph_answers.single_objective(), graph_answers.worked_example(), hostile_answer()]
)
def test_every_line_is_one_that_mermaid_knows(answer):
    first, title, second, chart, *lines = render(answer).rstrip("\n").split("\n")
    assert (first, second, chart) == ("---", "---", "flowchart BT")
    assert re.fullmatch(r'title: "(?:[^"\\]|\\.)*"', title)
    for line in lines:
        assert any(re.fullmatch(form, line) for form in LINES), line


@given(TITLES)
def test_special_characters_of_labels_are_escaped(title):
    label = quote_label(title, 1000)
    assert re.fullmatch(r"(?:[^\x00-\x7f]|[A-Za-z0-9 .,()-]|#\d+;)*", label)
    assert unescape_label(label) == labels.single_line(title).translate(LOOK_ALIKES)


def test_very_long_titles_are_cut():
    assert quote_label("x" * 500).endswith("\u2026")
    assert len(quote_label("x" * 500)) == 80


def test_each_kind_has_its_own_arrow():
    text = render(graph_answers.worked_example())
    assert len(set(ARROWS.values())) == len(ARROWS)
    assert all(f" {arrow}" in text for arrow in ARROWS.values())


def test_a_link_to_a_key_result_ends_at_a_node_of_its_own():
    text = render(graph_answers.worked_example())
    part = re.search(r"    (n\d+)\(\[\"The team#39;s products launched", text)[1]
    assert re.search(rf"  n\d+ ==> {part}\n", text)
    assert re.search(rf'  n\d+ ==>\|"weight 0, does not count"\| {part}\n', text)


def test_drafts_and_what_is_cancelled_or_closed_look_different():
    text = render(graph_answers.worked_example())
    assert {"draft", "cancelled", "closed"} == set(re.findall(r"  classDef (\w+)", text))


def test_two_hundred_objectives_are_within_the_limits_of_mermaid():
    text = render(graph_answers.random_organisation())
    assert len(text) < LIMIT
    assert len(re.findall(r"^  n\d+ ", text, re.MULTILINE)) < 500
