"""Objectives of two units with similar titles."""

from time import perf_counter

import pytest

from projections.findings.similar_objectives import find_overlaps
from tests.projections.findings.scope_builder import ScopeBuilder


def add_objectives(stage, *titles, units=("Builders", "Sellers")):
    for number, title in enumerate(titles):
        stage.objective(f"{number}", units[number % len(units)], title=title)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Delight our customers", "Delight our customers", True),
        ("Delight our customers", "delight OUR customers!", True),
        ("Delight our customers", "Our customers: delight", True),
        ("Delight our customers", "Delight our custmers", True),
        ("Delight our customers", "Delight our suppliers", False),
        ("Delight our customers", "Win new markets", False),
        ("🚀", "🚀", True),
        ("🚀", "🎉", False),
    ],
)
def test_titles_nearly_the_same_overlap_whatever_the_order_and_case(scope, find_subjects, one, other, alike):
    add_objectives(scope, one, other)
    assert find_subjects(find_overlaps, "overlap") == ["0", "1"] * alike


def test_the_border_is_the_policys():
    """Ten letters of which nine are the same, in the same order: 200 * 9 / 20 = 90."""
    for least, count in ((90, 2), (91, 0)):
        stage = ScopeBuilder(overlap=least)
        add_objectives(stage, "aa abcdefg", "aa abcdefz")
        assert len(list(find_overlaps(stage.build()))) == count


def test_one_unit_may_repeat_itself(scope, find_subjects):
    add_objectives(scope, "Grow", "Grow", units=("Builders",))
    assert find_subjects(find_overlaps, "overlap") == []


def test_directly_linked_objectives_do_not_overlap(scope, find_subjects):
    add_objectives(scope, "Grow", "Grow")
    scope.key_result("its", of="1")
    scope.link("0", "its", "explicit")
    assert find_subjects(find_overlaps, "overlap") == []
    scope.objective("2", "Products", title="Grow")
    scope.link("2", "0")
    assert find_subjects(find_overlaps, "overlap") == ["1", "2"]


def test_each_finding_names_the_closest_and_then_the_oldest(scope):
    add_objectives(scope, "Delight our customers", "Delight our customer", "Delight our customers", "Delight our customers")
    told = {each.subject_id: each for each in find_overlaps(scope.build())}
    assert told["0"].evidence == (scope.rows["0"].created, scope.rows["3"].created)
    assert told["0"].sentence == ("“Delight our customers” of Builders and “Delight our customers” of Sellers are 100 % alike.")
    assert told["1"].evidence == (scope.rows["0"].created, scope.rows["1"].created)
    assert told["1"].sentence.endswith("are 98 % alike.")


def test_cycles_are_compared_one_by_one(scope, find_subjects):
    scope.cycle("Q2", "2024-04-01", "2024-06-30")
    scope.objective("then", "Builders", title="Grow")
    scope.objective("next", "Sellers", title="Grow", cycle="Q2")
    assert find_subjects(find_overlaps, "overlap") == []


@pytest.mark.parametrize("units", [("Builders", "Sellers"), ("Builders",) * 999 + ("Sellers",)])
def test_ten_thousand_equal_titles_are_compared_in_one_pass(scope, units):
    add_objectives(scope, *["Grow our market share"] * 10_000, units=units)
    for number in range(1, 10_000):
        scope.link(f"{number}", "0")
    started = perf_counter()
    assert len(list(find_overlaps(scope.build()))) >= 9_000
    assert perf_counter() - started < 5
