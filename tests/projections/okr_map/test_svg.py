"""The SVG is well-formed for any title, deterministic, self-contained, and has alternative texts."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.okr_map import alt_text, stylesheet
from projections.okr_map.map_model import MapModel
from projections.okr_map.palette import STROKES
from projections.okr_map.svg import render
from tests.projections.okr_map import graph_answers
from tests.projections.okr_map.hostile_titles import MARKUP, hostile_answer

SVG = "{http://www.w3.org/2000/svg}"
DIGEST_SCRIPT = """
from hashlib import sha256
from projections.okr_map import dot, mermaid, svg
from tests.projections.okr_map import graph_answers
for render in (svg.render, dot.render, mermaid.render):
    print(sha256(render(graph_answers.random_organisation(60)).encode()).hexdigest())
"""
TITLES = st.text(st.characters(codec=None), max_size=200) | st.sampled_from([MARKUP, "", " ", "\x00", "]]>", "\ud800"])


def parse_svg(answer):
    return ET.fromstring(render(answer).encode())  # noqa: S314 - our own picture


def find_texts(picture, tag="text"):
    return [element.text for element in picture.iter(SVG + tag)]


def find_descriptions(picture, role):
    """The titles and descriptions of the elements with a role."""
    found = [group for group in picture.iter(SVG + "g") if group.get("aria-roledescription") == role]
    return {group.findtext(SVG + "title"): group.findtext(SVG + "desc") for group in found}


@pytest.fixture(scope="module")
def picture():
    return parse_svg(graph_answers.worked_example())


@settings(deadline=None, max_examples=60)
@given(titles=st.lists(TITLES, min_size=8, max_size=8))
def test_any_titles_make_a_well_formed_picture(titles):
    of = iter(titles)
    part = graph_answers.key_result("k", next(of), "0.5", metric=graph_answers.increasing_metric("0", "1", next(of)))
    answer = graph_answers.build_answer(
        units=[graph_answers.unit("u", next(of), "company", vision=next(of)), graph_answers.unit("v", next(of), "team", "u")],
        priorities=[graph_answers.priority("p", next(of), "customer", description=next(of))],
        objectives=[graph_answers.objective("o", next(of), "u", "0.5", part)],
        alignments=[graph_answers.link("o", "p", "strategic")],
    )
    picture = parse_svg(answer)
    assert len(list(picture.iter(SVG + "title"))) == 4
    assert not set(picture.iter()) & {element for element in picture.iter() if not element.tag.startswith(SVG)}


def test_hostile_titles_are_shown_as_text():
    shown = " ".join(find_texts(parse_svg(hostile_answer())))
    assert ']]> <svg onload="alert(1)">' in render(hostile_answer()).replace("&lt;", "<").replace("&gt;", ">").replace(
        "&quot;", '"'
    )
    assert "onload" in shown
    assert not [hidden for hidden in "\u202e\u2066\u200b\ufeff\x00" if hidden in render(hostile_answer())]


def test_a_title_from_right_to_left_begins_at_the_right():
    rightward = [each for each in parse_svg(hostile_answer()).iter(SVG + "text") if "leftward" in each.get("class")]
    assert rightward
    assert "direction:rtl" in stylesheet.STYLE


def test_the_same_graph_gives_the_same_bytes_in_every_process():
    command = [sys.executable, "-c", DIGEST_SCRIPT]
    digests = {subprocess.check_output(command, env={"PYTHONPATH": ".", "PYTHONHASHSEED": seed}) for seed in ("1", "2")}
    assert len(digests) == 1
    assert render(graph_answers.worked_example()) == render(graph_answers.worked_example())


def test_numbers_have_at_most_one_decimal_and_no_negative_zero():
    places = re.findall(r'(?:x|y|width|height|d|transform)="([^"]*)"', render(graph_answers.worked_example()))
    numbers = [number for place in places for number in re.findall(r"-?\d+(?:\.\d+)?", place)]
    assert not [number for number in numbers if len(number.partition(".")[2]) > 2 or number in {"-0", "-0.0"}]


def test_the_svg_is_self_contained():
    whole = render(graph_answers.worked_example())
    assert re.findall(r"\w+://[^\"]+", whole) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|href|url\(|@import|@font-face|<image|<foreignObject|\son\w+=|\sstyle=", whole)
    [style] = find_texts(ET.fromstring(whole), "style")  # noqa: S314 - our own picture
    assert style == stylesheet.STYLE
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == stylesheet.CSP_SOURCE
    assert "sans-serif" in style


def test_the_alternative_text_names_the_organisation_the_day_and_the_position(picture):
    assert (picture.get("role"), picture.get("lang")) == ("graphics-document document", "en")
    named, described = (picture.find(f".//*[@id='{picture.get(name)}']") for name in ("aria-labelledby", "aria-describedby"))
    assert named.text == "OKR map of Tech Innovations"
    assert described.text.startswith("OKR map of 2026-11-23, at position 128 of the log, not final.")
    assert {"Tech Innovations", "Vision: Lead the market in advanced technology"} <= set(find_texts(picture))


def test_a_final_map_is_not_marked_as_not_final():
    picture = parse_svg(graph_answers.single_objective() | {"final": True})
    assert "OKR map of 2026-11-23, at position 128 of the log" in find_texts(picture)


def test_an_empty_map_has_a_sentence():
    picture = parse_svg(graph_answers.build_answer())
    assert "There are no objectives to show." in find_texts(picture)
    assert "There are no objectives to show" in picture.findtext(SVG + "desc")


def test_every_card_has_an_alternative_text(picture):
    cards = find_descriptions(picture, "objective")
    assert cards["Lead the market in advanced technology"] == (
        "Tech Innovations. Agreed objective. At risk. 33%. Reported on track, pace says at risk. 1 of 5 not started. Must do."
        " Committed. Key result “Products launched”: from 0 to 3 products, On track, 33%, Reported on track, pace says"
        " at risk. Key result “Market share”: from 10 to 12 %, At risk, 50%, weight 2."
        " Key result “Partnerships with large players”: from 0 to 2 partners, Pending, not started."
    )
    draft = cards["Win partners who open doors that stay closed to us"]
    assert all(part in draft for part in ("Draft objective", "No owner yet", "Beyond the target: 140%", "cancelled"))
    assert "Score 0.70" in cards["Code more efficiently"]
    assert "financial" in find_descriptions(picture, "strategic priority")["Grow in new markets"]


LEAD, BUILD = "“Lead the market in advanced technology”", "“Build products for needs that are only emerging”"
WIN, RESEARCH, CODE = (
    "“Win partners who open doors that stay closed to us”",
    "“Research emerging trends”",
    "“Code more efficiently”",
)
LAUNCH = "“Take one product from concept to launch” inherits the key result “The team's products launched” of"


def test_every_link_has_an_alternative_text(picture):
    assert set(find_descriptions(picture, "link")) == {
        f"{LEAD} serves the priority “Grow in new markets”",
        f"{BUILD} serves the priority “Customers recommend us”",
        f"{RESEARCH} serves the priority “A place where people learn”",
        f"{BUILD} contributes to {LEAD}, weight 2",
        f"{WIN} contributes to {LEAD}",
        f"{LAUNCH} {BUILD}",
        f"{LAUNCH} {BUILD}, weight 0, does not count",
        f"{CODE} contributes to {BUILD}, weight 0.5",
        f"{WIN} depends on {BUILD}, confirmed",
        f"{RESEARCH} depends on {WIN}, proposed",
        f"{CODE} depends on {WIN}, declined",
        f"{RESEARCH} takes as a guide the key result “Market share” of {LEAD}",
        f"{CODE} takes as a guide {RESEARCH}",
    }


def test_described_elements_are_exposed_once(picture):
    for group in picture.iter(SVG + "g"):
        if group.get("role"):
            assert group.findtext(SVG + "title")
            assert "aria-hidden" not in group.attrib


def test_a_link_to_a_missing_goal_is_not_drawn():
    contents = MapModel(graph_answers.worked_example())
    assert "elsewhere" not in {link.parent for link in contents.links}
    assert len(contents.links) == len(contents.graph["alignments"]) - 1


def test_each_kind_has_its_own_dashes_and_its_own_head(picture):
    assert len({stroke.dashes for stroke in STROKES.values()}) == len(STROKES)
    assert len({stroke.head for stroke in STROKES.values()}) == len(STROKES)
    used = {name for element in picture.iter() for name in (element.get("class") or "").split()}
    for kind in STROKES:
        assert {f"l-{kind}", f"h-{kind}"} <= used
        assert f".l-{kind}{{" in stylesheet.STYLE


def test_health_is_a_shape_and_a_word_and_not_only_a_colour(picture):
    cards = [group for group in picture.iter(SVG + "g") if group.get("aria-roledescription") == "objective"]
    for card in cards:
        signs = [path.get("class")[2:] for path in card.iter(SVG + "path") if (path.get("class") or "").startswith("s-")]
        said = " ".join(text.text for text in card.iter(SVG + "text"))
        for health in signs:
            assert alt_text.labels.HEALTH_LABELS[health] in said or "Cancelled" in said


def test_progress_is_a_whole_percent_and_a_dash_when_there_is_none(picture):
    shown = find_texts(picture)
    assert {"33%", "62%", "0%", "100%", "38%", "\u2013"} <= set(shown)
    assert "Beyond the target: 140%" in shown


def test_weights_are_shown_unless_they_are_one(picture):
    badges = {text for text in find_texts(picture) if text.startswith("\u00d7")}
    assert badges == {"\u00d72", "\u00d70", "\u00d70.5"}
    assert any("weight 0, does" in text for text in find_texts(picture))
