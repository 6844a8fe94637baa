"""Links that skip a level, leave the parent's cycle, or lead to an ended goal."""

import pytest

from projections.findings.link_scope import find_cycle_mismatches, find_dangling_links, find_level_skips


@pytest.fixture
def goals(scope):
    scope.cycle("2024", "2024-01-01", "2024-12-31")
    scope.unit("Desk", "individual", "Builders")
    scope.unit("Free desk", "individual", "Tech")
    for unit in ("Tech", "Products", "Builders", "Desk", "Free desk"):
        scope.objective(f"{unit}'s", unit)
    return scope


@pytest.mark.parametrize(
    ("child", "parent", "skipped"),
    [
        ("Builders", "Products", None),
        ("Builders", "Tech", "department"),
        ("Desk", "Tech", "department and the team"),
        ("Free desk", "Tech", None),
    ],
)
def test_a_level_is_skipped_where_the_child_has_a_unit_on_it(goals, child, parent, skipped):
    goals.link(f"{child}'s", f"{parent}'s")
    found = list(find_level_skips(goals.build()))
    assert [finding.subject_type for finding in found] == ["alignment"] * bool(skipped)
    assert all(f"past the {skipped} between" in finding.sentence for finding in found)


@pytest.mark.parametrize(("kind", "count"), [("explicit", 1), ("horizontal", 0), ("directional", 0)])
def test_only_contributing_links_skip_levels(goals, kind, count):
    goals.key_result("lead it", of="Tech's")
    goals.link("Builders's", "lead it" if kind == "explicit" else "Tech's", kind)
    assert len(list(find_level_skips(goals.build()))) == count


def test_lineages_are_found_however_long_the_chain_of_teams(goals):
    goals.unit("Team 0", "team", "Products")
    for number in range(1, 3000):
        goals.unit(f"Team {number}", "team", f"Team {number - 1}")
    goals.units = dict(reversed(goals.units.items()))
    assert goals.build().lineage_depths["Team 2999"] == {0, 1, 2}


@pytest.mark.parametrize(
    ("days", "count"),
    [
        (("2024-01-01", "2024-03-31"), 0),
        (("2023-12-31", "2024-03-31"), 1),
        (("2024-01-01", "2024-04-01"), 1),
        (("2024-01-02", "2024-03-30"), 0),
    ],
)
def test_a_childs_cycle_stays_within_its_parents(goals, find_subjects, days, count):
    goals.cycle("other", *days)
    goals.objective("child", cycle="other")
    goals.link("child", "Tech's")
    assert len(find_subjects(find_cycle_mismatches, "cycle_mismatch")) == count


def test_a_guide_may_be_of_any_cycle(goals, find_subjects):
    goals.objective("child", cycle="2024")
    goals.link("child", "Tech's", "directional")
    assert find_subjects(find_cycle_mismatches, "cycle_mismatch") == []


def test_the_scope_of_a_quarter_has_the_links_that_leave_it(goals, find_subjects):
    goals.objective("yearly", "Tech", cycle="2024")
    goals.link("yearly", "Tech's")
    assert find_subjects(find_cycle_mismatches, "cycle_mismatch", cycle="2024") == ["yearly>Tech's"]
    assert find_subjects(find_cycle_mismatches, "cycle_mismatch", cycle="Q1") == []


@pytest.mark.parametrize(("state", "count"), [("agreed", 0), ("draft", 0), ("closed", 1), ("cancelled", 1)])
def test_a_link_to_an_ended_objective_dangles(goals, find_subjects, state, count):
    goals.objective("parent", "Tech", state=state)
    goals.link("Builders's", "parent")
    assert len(find_subjects(find_dangling_links, "dangling")) == count


def test_a_link_to_a_retired_priority_or_cancelled_key_result_dangles(goals, find_subjects):
    goals.priority("past", state="retired")
    goals.key_result("dropped", of="Tech's", state="cancelled", from_position=77)
    goals.link("Builders's", "past", "strategic")
    goals.link("Desk's", "dropped", "explicit")
    assert find_subjects(find_dangling_links, "dangling") == ["Builders's>past", "Desk's>dropped"]
    assert list(find_dangling_links(goals.build()))[1].evidence == (goals.links[1].created, 77)


def test_a_link_to_a_key_result_of_a_cancelled_objective_dangles(goals, find_subjects):
    goals.objective("gone", "Tech", state="cancelled")
    goals.key_result("its", of="gone")
    goals.link("Builders's", "its", "explicit")
    assert find_subjects(find_dangling_links, "dangling") == ["Builders's>its"]


def test_the_links_of_an_ended_objective_do_not_dangle(goals, find_subjects):
    goals.cycle("2023", "2023-01-01", "2023-12-31", state="closed")
    for name in ("parent", "child"):
        goals.objective(name, "Tech", cycle="2023")
    goals.link("child", "parent")
    goals.link("Builders's", "parent", "directional")
    assert find_subjects(find_dangling_links, "dangling") == ["Builders's>parent"]


@pytest.mark.parametrize("state", ["ended", "declined"])
def test_an_ended_link_does_not_dangle(goals, find_subjects, state):
    goals.objective("parent", "Tech", state="closed")
    goals.link("Builders's", "parent", state=state)
    assert find_subjects(find_dangling_links, "dangling") == []
