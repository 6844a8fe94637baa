"""Two units that say nearly the same."""

from time import perf_counter

import pytest

from projections.findings.similar_objectives import overlaps
from tests.projections.findings.scope_builder import Stage


def say(stage, *titles, units=("Builders", "Sellers")):
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
def test_titles_nearly_the_same_overlap_whatever_the_order_and_case(stage, found, one, other, alike):
    say(stage, one, other)
    assert found(overlaps, "overlap") == ["0", "1"] * alike


def test_the_border_is_the_policys():
    """Ten letters of which nine are the same, in the same order: 200 * 9 / 20 = 90."""
    for least, count in ((90, 2), (91, 0)):
        stage = Stage(overlap=least)
        say(stage, "aa abcdefg", "aa abcdefz")
        assert len(list(overlaps(stage.scene()))) == count


def test_one_unit_may_repeat_itself(stage, found):
    say(stage, "Grow", "Grow", units=("Builders",))
    assert found(overlaps, "overlap") == []


def test_what_is_linked_directly_is_meant_to_be_alike(stage, found):
    say(stage, "Grow", "Grow")
    stage.key_result("its", of="1")
    stage.link("0", "its", "explicit")
    assert found(overlaps, "overlap") == []
    stage.objective("2", "Products", title="Grow")
    stage.link("2", "0")
    assert found(overlaps, "overlap") == ["1", "2"]


def test_each_tells_of_the_closest_alone_and_among_equals_of_the_oldest(stage):
    say(stage, "Delight our customers", "Delight our customer", "Delight our customers", "Delight our customers")
    told = {each.subject_id: each for each in overlaps(stage.scene())}
    assert told["0"].evidence == (stage.rows["0"].created, stage.rows["3"].created)
    assert told["0"].sentence == ("“Delight our customers” of Builders and “Delight our customers” of Sellers are 100 % alike.")
    assert told["1"].evidence == (stage.rows["0"].created, stage.rows["1"].created)
    assert told["1"].sentence.endswith("are 98 % alike.")


def test_cycles_are_looked_at_one_by_one(stage, found):
    stage.cycle("Q2", "2024-04-01", "2024-06-30")
    stage.objective("then", "Builders", title="Grow")
    stage.objective("next", "Sellers", title="Grow", cycle="Q2")
    assert found(overlaps, "overlap") == []


@pytest.mark.parametrize("units", [("Builders", "Sellers"), ("Builders",) * 999 + ("Sellers",)])
def test_ten_thousand_equal_titles_are_looked_at_in_one_pass(stage, units):
    say(stage, *["Grow our market share"] * 10_000, units=units)
    for number in range(1, 10_000):
        stage.link(f"{number}", "0")
    started = perf_counter()
    assert len(list(overlaps(stage.scene()))) >= 9_000
    assert perf_counter() - started < 5
