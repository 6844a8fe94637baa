"""The layout has no overlaps, lines end at their targets, and texts fit."""

from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from projections.okr_map.layout import build_layout
from projections.okr_map.map_model import MapModel
from projections.okr_map.primitives import Text
from tests.projections.okr_map import graph_answers
from tests.projections.okr_map.hostile_titles import hostile_answer

MAPS = {
    "one objective": graph_answers.single_objective(),
    "the worked example": graph_answers.worked_example(),
    "hostile titles": hostile_answer(),
    "forty objectives": graph_answers.random_organisation(40, 3),
    "two hundred objectives": graph_answers.random_organisation(200),
}


def right_of(box):
    return box.x + box.width


def bottom_of(box):
    return box.y + box.height


@pytest.fixture(scope="module", params=MAPS)
def contents(request):
    return MapModel(MAPS[request.param])


@pytest.fixture(scope="module")
def layout(contents):
    return build_layout(contents)


@pytest.fixture(scope="module")
def boxes(layout):
    return {card.key: card.box for card in layout.cards}


def overlaps(one, other):
    return one.x < right_of(other) and other.x < right_of(one) and one.y < bottom_of(other) and other.y < bottom_of(one)


def is_inside(inner, outer):
    return (
        outer.x <= inner.x
        and right_of(inner) <= right_of(outer)
        and outer.y <= inner.y
        and bottom_of(inner) <= bottom_of(outer)
    )


def line_segments(layout):
    """Every straight part of a drawn line with the number of its bundle."""
    for number, bundle in enumerate(layout.bundles):
        for line in bundle.lines:
            for (x, y), (to_x, to_y) in pairwise(line.points):
                yield number, min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


def test_everything_in_the_graph_is_drawn_once(contents, layout):
    assert sorted(card.key for card in layout.cards) == sorted([*contents.objectives, *contents.priorities])
    drawn = [line.link.id for bundle in layout.bundles for line in bundle.lines]
    assert sorted(drawn) == sorted(link.id for link in contents.links)


def test_no_two_cards_groups_or_bands_overlap(layout):
    for placed in (layout.cards, layout.groups, layout.bands):
        assert not [(a.key, b.key) for a, b in combinations(placed, 2) if overlaps(a.box, b.box)]


def test_cards_stand_in_groups_and_groups_in_bands_and_bands_on_the_page(layout):
    for inner, outer in ((layout.cards, layout.groups), (layout.groups, layout.bands)):
        for placed in inner:
            assert sum(is_inside(placed.box, around.box) for around in outer) == 1, placed.key
    for band in layout.bands:
        assert band.box.x > 0
        assert right_of(band.box) < layout.width
        assert bottom_of(band.box) < layout.height


def test_levels_are_rows_from_the_top_down(contents, layout):
    tops = [band.box.y for band in layout.bands]
    assert tops == sorted(tops)
    assert [band.key for band in layout.bands] == [band.level for band in contents.bands]


def test_a_line_begins_at_its_child_and_ends_at_what_it_serves(layout, boxes):
    for bundle in layout.bundles:
        for line in bundle.lines:
            x, y = line.points[0]
            child = boxes[line.link.child]
            assert child.x < x < right_of(child)
            assert y in {child.y, bottom_of(child)}
        parent, (x, y) = boxes[bundle.lines[0].link.parent], bundle.tip
        if bundle.lines[0].link.key_result:
            assert x in {parent.x, right_of(parent)}
            assert parent.y < y < bottom_of(parent)
        else:
            assert parent.x < x < right_of(parent)
            assert y in {parent.y, bottom_of(parent)}


def test_a_line_to_a_key_result_ends_beside_its_title(contents, layout):
    for bundle in layout.bundles:
        if key_result := bundle.lines[0].link.key_result:
            card = next(card for card in layout.cards if card.key == bundle.lines[0].link.parent)
            titles = [mark for mark in card.marks if isinstance(mark, Text) and mark.type == "result"]
            first = contents.key_results[key_result]["title"].split()[:1]
            assert any(abs(title.y - bundle.tip[1]) < 24 for title in titles if title.content.split()[:1] == first)


def test_no_line_runs_across_a_card(layout):
    for card in layout.cards:
        box = card.box
        for _, left, top, right, bottom in line_segments(layout):
            assert right <= box.x or left >= right_of(box) or bottom <= box.y or top >= bottom_of(box), card.key


def test_no_line_runs_across_the_name_of_a_group(layout):
    for group in layout.groups:
        for text in group.marks:
            for _, left, top, right, bottom in line_segments(layout):
                assert right < text.x or left > text.x + text.width or bottom < text.y - 10 or top > text.y, group.key


def test_lines_of_different_nets_never_overlap(layout):
    for (one, *a), (other, *b) in combinations(sorted(line_segments(layout), key=lambda each: each[1:]), 2):
        if one != other and a[2] > a[0] and b[2] > b[0] and a[1] == b[1]:
            assert min(a[2], b[2]) <= max(a[0], b[0]), (one, other)
        if one != other and a[3] > a[1] and b[3] > b[1] and a[0] == b[0]:
            assert min(a[3], b[3]) <= max(a[1], b[1]), (one, other)


def test_lines_turn_at_right_angles(layout):
    for bundle in layout.bundles:
        for line in bundle.lines:
            assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line.points))


def test_every_text_fits_its_width_and_its_frame(layout):
    for placed in (*layout.cards, *layout.groups):
        for text in placed.marks:
            if isinstance(text, Text):
                assert text.width <= text.max_width + 0.01, text
                left = text.x - text.width * {"start": text.leftward, "middle": 0.5, "end": 1}[text.anchor]
                assert placed.box.x <= left, text
                assert left + text.width <= right_of(placed.box), text
                assert placed.box.y < text.y < bottom_of(placed.box), text


def test_texts_of_a_card_do_not_run_into_each_other(layout):
    for card in layout.cards:
        rows = [(mark.y, mark.content) for mark in card.marks if isinstance(mark, Text) and mark.anchor == "start"]
        assert all(below - above >= 11 for (above, _), (below, _) in pairwise(sorted(rows))), card.key


def test_the_legend_and_the_heading_keep_off_the_map(layout):
    heading = max(mark.y for mark in layout.heading) * layout.scale
    legend = layout.legend[0]
    assert heading < layout.bands[0].box.y
    assert legend.y * layout.scale > bottom_of(layout.bands[-1].box)
    assert bottom_of(legend) * layout.scale < layout.height
    for text in layout.legend[1:]:
        assert legend.x < text.x < right_of(legend)
        assert legend.y < text.y < bottom_of(legend)


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(size=st.integers(40, 80), seed=st.integers(0, 10_000))
def test_any_organisation_has_a_valid_layout(size, seed):
    assert_lines_connect(build_layout(MapModel(graph_answers.random_organisation(size, seed))))


@pytest.mark.slow
@settings(deadline=None, max_examples=60, derandomize=True)
@example(size=15, links=64, seed=848)
@given(size=st.integers(1, 40), links=st.integers(0, 80), seed=st.integers(0, 10_000))
def test_any_links_have_a_valid_layout(size, links, seed):
    assert_lines_connect(build_layout(MapModel(graph_answers.random_tangle(size, links, seed))))


def assert_lines_connect(layout):
    test_no_two_cards_groups_or_bands_overlap(layout)
    test_cards_stand_in_groups_and_groups_in_bands_and_bands_on_the_page(layout)
    test_a_line_begins_at_its_child_and_ends_at_what_it_serves(layout, {card.key: card.box for card in layout.cards})
    test_no_line_runs_across_a_card(layout)
    test_no_line_runs_across_the_name_of_a_group(layout)
    test_lines_of_different_nets_never_overlap(layout)
