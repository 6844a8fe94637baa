"""DOT is valid for any title."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.okr_map.dot import EDGE_STYLES, render
from projections.text import labels
from tests.projections.okr_map import graph_answers
from tests.projections.okr_map.hostile_titles import MARKUP, hostile_answer

TOKEN = re.compile(r'\s+|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<open>label=<)|(?P<sign>->|[{}\[\];=,:])|(?P<word>[\w.-]+)')
TITLES = st.text(st.characters(codec=None), max_size=80) | st.sampled_from([MARKUP, '\\"', "\\", "<b>", "-->", "&amp;"])


def tokenize(text):
    """The tokens of a DOT text; a label in angle brackets is one token, its brackets balanced."""
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        assert found, text[place : place + 80]
        place = found.end()
        if found["open"]:
            start, depth = place, 1
            while depth:
                depth += {"<": 1, ">": -1}.get(text[place], 0)
                place += 1
            yield "label", text[start : place - 1]
        elif found.lastgroup:
            yield found.lastgroup, found[0]


def parse_labels(text):
    """The labels of a DOT text, after checking its grammar."""
    found = list(tokenize(text))
    depth = []
    for kind, token in found:
        if kind == "sign" and token in "{[":
            depth.append(token)
        elif kind == "sign" and token in "}]":
            assert depth.pop() == {"}": "{", "]": "["}[token]
    assert not depth
    return [ET.fromstring(f"<r>{label}</r>") for kind, label in found if kind == "label"]  # noqa: S314 - our own text


def find_edges(text):
    return re.findall(r'^  ("[^"]*") -> ("[^"]*"(?::"[^"]*")?) \[style="(\w+)", arrowhead="(\w+)"', text, re.MULTILINE)


@pytest.mark.parametrize(
    "answer",
    [graph_answers.build_answer(), graph_answers.single_objective(), hostile_answer(), graph_answers.random_organisation(60)],
)
def test_every_card_is_a_node_and_every_link_an_edge(answer):
    text = render(answer)
    assert len(parse_labels(text)) == len(answer["objectives"]) + len(answer["priorities"])
    assert len(find_edges(text)) == len(answer["alignments"])


@settings(deadline=None)
@given(TITLES, TITLES, TITLES)
def test_any_title_stays_a_title(title, part, name):
    key_result = graph_answers.key_result("k", part, "0.5")
    unit = graph_answers.unit("u", name, "company")
    text = render(
        graph_answers.build_answer(units=[unit], objectives=[graph_answers.objective("o", title, "u", "0.5", key_result)])
    )
    [label] = parse_labels(text)
    shown = "".join(label.itertext()).replace(" ", "")
    assert labels.display_title({"title": title})[:30].replace(" ", "") in shown
    cluster = re.search(r'label=("(?:[^"\\]|\\.)*"); labelloc=b', text)[1]
    assert unescape(cluster[1:-1].replace('\\"', '"').replace("\\\\", "\\")) == labels.display_title(unit)


def test_each_kind_has_its_own_line_and_head():
    found = {(style, head) for _, _, style, head in find_edges(render(graph_answers.worked_example()))}
    assert found == {(style, head) for style, head, _ in EDGE_STYLES.values()}
    assert len({head for _, head, _ in EDGE_STYLES.values()}) == len(EDGE_STYLES)


def test_a_link_to_a_key_result_ends_at_its_row():
    text = render(graph_answers.worked_example())
    assert '"ben-product" -> "build":"build-launch"' in text
    assert 'port="build-launch"' in text


def test_states_and_weights_are_in_the_label_of_an_edge():
    text = render(graph_answers.worked_example())
    for label in (
        "depends on, proposed",
        "depends on, declined",
        "inherits, weight 0, does not count",
        "contributes to, weight 2",
    ):
        assert f'label="{label}"' in text
