"""The map draws every number that the API accepts, and no rounding makes two of them look the same."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from okr_events.domain.decimals import EXACT, clamp, divide, format_decimal
from projections.okr_map import dot, mermaid
from projections.okr_map.badges import badge_content
from projections.okr_map.map_model import Link, MapModel
from projections.okr_map.svg import render
from tests.projections.okr_map import graph_answers

SVG = "{http://www.w3.org/2000/svg}"
EXTREMES = [Decimal(text) for text in ("1E+26", "-1E+26", "1E+28", "-1E+28", "1E-28", "-1E-28", "0", "0.01", "9.999999E+27")]
NUMBERS = st.sampled_from(EXTREMES) | st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(-(10**9), 10**9), st.integers(-28, 19)
)


@st.composite
def goals(draw, index):
    """A key result with any baseline, target or relative target, value and weight, and the progress that follows."""
    baseline, value, weight = draw(NUMBERS), draw(NUMBERS), abs(draw(NUMBERS))
    target = draw(NUMBERS) if draw(st.booleans()) else EXACT.fma(abs(baseline), abs(draw(NUMBERS)) or 1, baseline)
    if target == baseline:
        target = EXACT.add(baseline, 1)
    raw = divide(EXACT.subtract(value, baseline), EXACT.subtract(target, baseline))
    flags = [flag for flag, is_so in (("beyond_target", raw > 1), ("below_baseline", raw < 0)) if is_so]
    share = graph_answers.progress(format_decimal(clamp(raw)), raw=format_decimal(raw), flags=flags)
    metric = graph_answers.increasing_metric(format_decimal(baseline), format_decimal(target), "units")
    return graph_answers.key_result(f"k{index}", f"Key {index}", metric=metric, progress=share, weight=format_decimal(weight))


@st.composite
def graphs(draw):
    parts = [draw(goals(index)) for index in range(3)]
    whole = graph_answers.objective(
        "o", "Grow", "u", parts[0]["progress"]["value"], *parts, score=parts[1]["progress"]["value"]
    )
    below = graph_answers.objective("p", "Help", "u", parts[2]["progress"]["value"])
    weight = format_decimal(abs(draw(NUMBERS)))
    return graph_answers.build_answer(
        units=[graph_answers.unit("u", "Tech", "company")],
        objectives=[whole, below],
        alignments=[graph_answers.link("p", "o", weight=weight)],
    )


def figures(graph):
    """The percents and scores of the picture, each with its exact number."""
    picture = ET.fromstring(render(graph))  # noqa: S314 - our own picture
    return [element.text for element in picture.iter(SVG + "text") if re.fullmatch(r"-?[0-9.]+%", element.text or "")]


@settings(deadline=None, max_examples=150)
@given(graphs())
def test_every_legal_number_is_drawn(graph):
    picture = ET.fromstring(render(graph))  # noqa: S314 - our own picture
    assert dot.render(graph).startswith("digraph")
    assert "flowchart" in mermaid.render(graph)
    width, height = (float(picture.get(name)) for name in ("width", "height"))
    for element in picture.iter(SVG + "text"):
        assert 0 <= float(element.get("x", 0)) <= width
        assert 0 <= float(element.get("y", 0)) <= height


@settings(deadline=None, max_examples=100)
@given(graphs())
def test_different_progress_reads_differently_and_only_0_and_1_as_such(graph):
    goals_drawn = [goal for objective in graph["objectives"] for goal in (objective, *objective["key_results"])]
    model = MapModel(graph)
    shown_goals = [goal for objective in model.objectives.values() for goal in (objective, *objective["key_results"])]
    pairs = [
        (Decimal(before["progress"][name]), Decimal(after["progress"][name]))
        for before, after in zip(goals_drawn, shown_goals, strict=True)
        for name in ("value", "raw")
    ]
    assert all((exact == end) == (shown == end) for exact, shown in pairs for end in (0, 1))
    assert all(close(a, b) for a, seen in pairs for b, also_seen in pairs if seen == also_seen)


def close(a, b):
    """Whether two numbers agree to 20 significant digits."""
    return a == b or abs(EXACT.subtract(a, b)) <= abs(a).scaleb(-19)


def test_a_share_short_of_1_never_reads_as_100_percent():
    part = graph_answers.key_result("k", "Key", progress=graph_answers.progress("0.996"))
    other = graph_answers.key_result("l", "Other", progress=graph_answers.progress("1", raw="1.0004", flags=["beyond_target"]))
    graph = graph_answers.build_answer(
        units=[graph_answers.unit("u", "Tech", "company")],
        objectives=[graph_answers.objective("o", "Grow", "u", "0.004", part, other, score="0.525")],
    )
    assert figures(graph) == ["0.4%", "99.6%", "100%"]
    assert "Beyond the target: 100.04%" in render(graph)
    assert "score 0.53" in render(graph)
    assert "99.6%" in dot.render(graph)
    assert "99.6#37;" in mermaid.render(graph)


def test_a_weight_of_any_size_shows_its_size_on_its_badge():
    shown = {
        weight: badge_content(Link("l", "vertical", "active", weight, "a", "b", None))[1]
        for weight in ("2", "0.5", "10000", "1" + "0" * 26, "1234567", "0." + "0" * 27 + "1")
    }
    assert list(shown.values()) == ["×2", "×0.5", "×10000", "×1e26", "×1.23e6", "×1e-28"]  # noqa: RUF001 - the badge's sign
