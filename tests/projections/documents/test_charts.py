"""Charts: inside their frame whatever the numbers, with gaps as gaps, and told apart without colour."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.documents.chart_svg.series_style import COLOURS, MEANING_COLOURS, choose_style
from projections.documents.chart_svg.ticks import axis_ticks, format_tick
from projections.documents.chart_svg.value_range import stack_spans
from projections.documents.charts import render_chart
from projections.documents.document import Chart, Column, ColumnKind, Meaning, Table
from tests.projections.documents import sample_documents

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = ("line", "bars", "stacked", "scatter")
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**28), max_value=10**28, places=9)
KINDS = (ColumnKind.TEXT, ColumnKind.DAY, ColumnKind.NUMBER)


def build_chart(shape, *series, x=None, kind=ColumnKind.DAY, of=ColumnKind.NUMBER, **more):
    places = x or [(date(2026, 1, 5) + timedelta(days=7 * n)).isoformat() for n in range(len(series[0]))]
    names = tuple(f"Series {n}" for n in range(len(series)))
    columns = (Column("At", kind), *(Column(name, of) for name in names))
    return Chart(
        "chart", "Chart", Table("table", "Table", columns, [*zip(places, *series, strict=True)]), shape, "At", names, **more
    )


def parse_svg(told):
    return ET.fromstring(render_chart(told))  # noqa: S314 - our own picture


def find_texts(picture):
    return [element.text for element in picture.iter(SVG + "text")]


def find_lines(picture, colour=COLOURS[0]):
    return [each.get("d") for each in picture.iter(SVG + "path") if each.get("stroke") == colour]


def find_markers(picture, colour=COLOURS[0]):
    return [each for each in picture.iter(SVG + "path") if each.get("transform") and each.get("fill") == colour]


def find_boxes(picture):
    return [
        each
        for each in picture.iter(SVG + "rect")
        if each.get("fill") in {COLOURS[0], *(f"url(#chart.fill{n})" for n in range(9))}
    ]


def find_corners(picture):
    """Every place at which something begins or ends."""
    for each in picture.iter(SVG + "rect"):
        if each.get("x"):
            x, y, width, height = (float(each.get(name)) for name in ("x", "y", "width", "height"))
            yield from ((x, y), (x + width, y + height))
    for each in picture.iter(SVG + "path"):
        where = each.get("transform") or ("" if each.get("stroke-width") == "1.5" else each.get("d"))
        yield from ((float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", where))


@settings(deadline=None, max_examples=60)
@given(
    shape=st.sampled_from(SHAPES),
    kind=st.sampled_from(KINDS),
    rows=st.lists(st.tuples(*[st.none() | NUMBERS] * 3), max_size=8),
)
def test_every_number_is_drawn_within_the_picture(shape, kind, rows):
    series = [*zip(*rows, strict=True)] or [(), (), ()]
    places = {ColumnKind.TEXT: [f"Unit {n}" for n in range(len(rows))], ColumnKind.NUMBER: [row[0] for row in rows]}
    picture = parse_svg(build_chart(shape, *series, x=places.get(kind), kind=kind, band=(Decimal(0), Decimal(1))))
    _, _, width, height = map(float, picture.get("viewBox").split())
    assert all(0 <= x <= width and 0 <= y <= height for x, y in find_corners(picture))


def test_a_line_breaks_where_a_number_is_missing_and_a_number_alone_is_a_point():
    picture = parse_svg(build_chart("line", [1, 2, None, 3, None, 4, 5]))
    assert [line.count("L") for line in find_lines(picture)] == [1, 1]
    assert len(find_markers(picture)) == 5


def test_two_hundred_numbers_are_a_line_without_markers_and_labels_do_not_touch():
    picture = parse_svg(build_chart("line", [*range(200)]))
    assert find_lines(picture)[0].count("L") == 199
    assert find_markers(picture) == []
    days = [each for each in picture.iter(SVG + "text") if re.fullmatch(r"\d{4}-\d\d-\d\d", each.text)]
    assert 3 < len(days) < 12
    assert all(float(b.get("x")) - float(a.get("x")) > 85 for a, b in pairwise(days))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_chart_without_rows_says_what_its_table_says(shape):
    assert find_texts(parse_svg(build_chart(shape, []))) == ["None."]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_chart_of_gaps_says_that_it_has_no_numbers(shape):
    assert find_texts(parse_svg(build_chart(shape, [None, None]))) == ["No numbers."]


@pytest.mark.parametrize("shape", ["line", "scatter"])
def test_one_number_is_one_point(shape):
    picture = parse_svg(build_chart(shape, [40]))
    assert len(find_markers(picture)) == 1
    assert "2026-01-05" in find_texts(picture)


def test_days_stand_as_far_apart_as_they_are():
    days = ["2026-01-01", "2026-01-02", "2026-01-11"]
    way = find_lines(parse_svg(build_chart("line", [1, 2, 3], x=days)))[0]
    first, second, last = (float(point.split()[0]) for point in way.removeprefix("M").split("L"))
    assert (last - first) == pytest.approx(10 * (second - first), abs=1)


def test_days_that_are_none_stand_one_beside_the_other():
    picture = parse_svg(build_chart("line", [1, 2], x=["2026-01-05", "some day"]))
    assert {"2026-01-05", "some day"} <= set(find_texts(picture))
    assert find_lines(picture)[0].count("L") == 1


def test_a_legend_takes_as_many_lines_as_it_needs():
    short, long = (parse_svg(build_chart("line", *[[1, 2]] * number)) for number in (2, 12))
    named = [each for each in long.iter(SVG + "text") if each.text.startswith("Series")]
    assert len(named) == 12
    assert len({each.get("y") for each in named}) == 2
    assert float(long.get("height")) > float(short.get("height"))


def test_shares_are_seen_against_nothing_and_all():
    picture = parse_svg(build_chart("line", [Decimal("0.4"), Decimal("0.5")], of=ColumnKind.SHARE))
    assert find_texts(picture)[:6] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


def test_an_axis_reaches_its_ends_and_no_number_is_cut_off():
    picture = parse_svg(build_chart("line", [Decimal("1.4")], of=ColumnKind.SHARE, low=Decimal(0), high=Decimal(1)))
    assert "1.5" in find_texts(picture)


def test_named_rows_lie_and_days_stand():
    lying, upright = (
        parse_svg(build_chart("bars", [3], x=["Sales"], kind=ColumnKind.TEXT)),
        parse_svg(build_chart("bars", [3])),
    )
    assert float(find_boxes(lying)[0].get("width")) > float(find_boxes(lying)[0].get("height"))
    assert float(find_boxes(upright)[0].get("height")) > 100


def test_bars_below_zero_go_the_other_way():
    down, up = find_boxes(parse_svg(build_chart("bars", [-2, 2])))
    assert float(up.get("y")) + float(up.get("height")) == pytest.approx(float(down.get("y")))


def test_stacks_of_both_signs_part_at_zero():
    assert stack_spans([Decimal(2), Decimal(-1), None, Decimal(3)]) == [(0, 2), (0, -1), (2, 2), (2, 5)]


def test_thirty_series_differ_in_more_than_colour():
    looks = [choose_style(index) for index in range(30)]
    assert len({(each.colour, each.dashes) for each in looks}) == 30
    assert all(a.dashes != b.dashes and a.marker != b.marker and a.hatch != b.hatch for a, b in combinations(looks[:5], 2))


@pytest.mark.parametrize("colour", COLOURS)
def test_lines_stand_out_from_the_paper(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(NUMBERS, NUMBERS)
def test_ticks_are_round_few_and_enclose(a, b):
    low, high = min(a, b), max(a, b)
    found = axis_ticks(low, high)
    assert found[0] <= low <= high <= found[-1]
    assert 2 <= len(found) <= 7
    assert len({after - before for before, after in pairwise(found)}) == 1


def test_a_chart_is_said_in_words():
    told = build_chart(
        "line", [Decimal("0.2"), None, Decimal("0.6")], of=ColumnKind.SHARE, band=(Decimal("0.7"), Decimal("0.8"))
    )
    assert parse_svg(told).findtext(SVG + "desc") == (
        "Line chart of Series 0 by At, from 2026-01-05 to 2026-01-19. "
        "Series 0: 2 numbers, first 0.2, last 0.6, lowest 0.2, highest 0.6. Shaded: 0.7 to 0.8."
    )


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS))
def test_any_name_is_text(name):
    table = Table("table", name, (Column(f"1{name}"), Column(f"2{name}")), [(name, 1)], empty=name)
    for shape in SHAPES:
        ET.fromstring(render_chart(Chart("chart", name, table, shape, f"1{name}", (f"2{name}",))))  # noqa: S314


def pattern_fills(picture):
    """The colour and the pattern of each series with a pattern, or the colour alone."""
    return {each.get("id"): each.find(SVG + "rect").get("fill") for each in picture.iter(SVG + "pattern")}


def test_colours_mean_what_people_expect_and_never_stand_alone():
    good, warning, bad, unanswered = (choose_style(index, meaning) for index, meaning in enumerate(Meaning))
    red, green, blue = (int(good.colour[start : start + 2], 16) for start in (1, 3, 5))
    assert green > red
    assert green > blue
    red, green, blue = (int(bad.colour[start : start + 2], 16) for start in (1, 3, 5))
    assert red > 2 * max(green, blue)
    assert len({each.colour for each in (good, warning, bad, unanswered)}) == 4
    assert len({each.hatch for each in (good, warning, bad, unanswered)}) == 4
    assert all(1.05 / (luminance(each.colour) + 0.05) >= 3 for each in (good, warning, bad, unanswered))


def test_a_series_has_the_colour_of_its_meaning_and_its_name_in_the_legend():
    picture = parse_svg(build_chart("stacked", [1], [2], [3], [4], kind=ColumnKind.TEXT, meanings=tuple(Meaning)))
    fills = [each.get("fill") for each in picture.iter(SVG + "rect")]
    assert MEANING_COLOURS[Meaning.GOOD] in fills
    assert list(pattern_fills(picture).values()) == [MEANING_COLOURS[meaning] for meaning in list(Meaning)[1:]]
    assert [text for text in find_texts(picture) if text.startswith("Series")] == [f"Series {n}" for n in range(4)]


def test_every_series_has_a_meaning_or_none():
    with pytest.raises(ValueError, match="every series must have a meaning, or none"):
        build_chart("stacked", [1], [2], meanings=(Meaning.GOOD,))


def test_a_missing_bar_is_said_and_a_bar_of_0_has_its_number():
    scores = [Decimal("0.996"), Decimal(0), None]
    picture = parse_svg(build_chart("bars", scores, x=["a", "b", "c"], kind=ColumnKind.TEXT, missing="not scored"))
    assert find_texts(picture).count("not scored") == 1
    assert {"0.996", "0"} <= set(find_texts(picture))


def test_points_of_one_place_are_one_dot_that_grows_with_their_number():
    x = [1, 1, 1, 1, 1, 1, 1, 0, 0, 2]
    picture = parse_svg(build_chart("scatter", x, x=x, kind=ColumnKind.NUMBER))
    scales = [float((re.search(r"scale\(([\d.]+)\)", each.get("transform")) or ["", "1"])[1]) for each in find_markers(picture)]
    assert len(scales) == 3
    assert scales == sorted(scales, reverse=True)
    assert len(set(scales)) == 3
    assert {"×7", "×2"} <= set(find_texts(picture))  # noqa: RUF001 - the sign of multiplication
    assert "×1" not in find_texts(picture)  # noqa: RUF001
    description = picture.findtext(SVG + "desc")
    assert "7 points at 1 and 1." in description
    assert "2 points at 0 and 0." in description


def test_the_band_is_seen_over_bars_and_has_its_name():
    aim = (Decimal("0.7"), Decimal("0.8"))
    picture = parse_svg(build_chart("bars", [Decimal(1)], x=["a"], kind=ColumnKind.TEXT, band=aim, band_name="Aim"))
    rects = list(picture.iter(SVG + "rect"))
    bar = max(index for index, each in enumerate(rects) if each.get("fill") == COLOURS[0])
    over = [index for index, each in enumerate(rects) if each.get("fill-opacity")]
    assert len(over) == 1
    assert over[0] > bar
    assert "Aim: 0.7 to 0.8" in find_texts(picture)
    assert picture.findtext(SVG + "desc").endswith("Aim: 0.7 to 0.8.")


def test_shares_across_stand_between_0_and_1():
    columns = (Column("Confidence", ColumnKind.SHARE), Column("Score", ColumnKind.SHARE))
    table = Table("table", "Table", columns, [(Decimal("1E-28"), Decimal("0.5"))])
    picture = parse_svg(Chart("chart", "Chart", table, "scatter", "Confidence", ("Score",)))
    assert find_texts(picture).count("0.2") == 2


@pytest.mark.parametrize(
    ("number", "shown"), [("1E+26", "1e26"), ("5E+27", "5e27"), ("2E-28", "2e-28"), ("1000000", "1000000")]
)
def test_a_tick_shows_its_size(number, shown):
    assert format_tick(Decimal(number)) == shown
