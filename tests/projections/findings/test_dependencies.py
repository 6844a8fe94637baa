"""Unconfirmed dependencies, bottlenecks and loops."""

import pytest

from projections.findings.dependencies import find_bottlenecks, find_dependency_loops, find_unconfirmed_dependencies
from tests.projections.findings.scope_builder import ScopeBuilder


def add_dependencies(stage, *pairs, state="confirmed"):
    return [stage.link(child, parent, "horizontal", state=state) for child, parent in pairs]


@pytest.fixture
def peer_units(scope):
    for name in ("a", "b", "c", "d"):
        scope.objective(name, "Builders" if name in {"a", "c"} else "Sellers")
    return scope


@pytest.mark.parametrize(("state", "count"), [("proposed", 1), ("confirmed", 0), ("declined", 0), ("ended", 0)])
def test_a_proposed_dependency_is_unconfirmed(peer_units, find_subjects, state, count):
    add_dependencies(peer_units, ("a", "b"), state=state)
    assert find_subjects(find_unconfirmed_dependencies, "unconfirmed_dependency") == ["a>b"] * count


def test_the_dependency_of_a_closed_objective_is_not_found(peer_units, find_subjects):
    peer_units.rows["a"].state = "closed"
    add_dependencies(peer_units, ("a", "b"), state="proposed")
    assert find_subjects(find_unconfirmed_dependencies, "unconfirmed_dependency") == []


@pytest.mark.parametrize("well", ["off_track", "outdated", "at_risk", "pending"])
def test_three_dependents_of_an_objective_off_track_make_a_bottleneck(peer_units, well):
    peer_units.objective("narrow", "Products", well=well)
    add_dependencies(peer_units, ("a", "narrow"), ("b", "narrow"))
    assert list(find_bottlenecks(peer_units.build())) == []
    add_dependencies(peer_units, ("c", "narrow"), state="proposed")
    [finding] = find_bottlenecks(peer_units.build())
    assert finding.sentence == f"3 objectives depend on “narrow” of Products, which is {well.replace('_', ' ')}."
    assert len(finding.evidence) == 4


@pytest.mark.parametrize("well", ["on_track", "closed"])
def test_an_objective_on_track_or_closed_is_no_bottleneck(peer_units, well):
    peer_units.objective("narrow", "Products", well=well)
    add_dependencies(peer_units, ("a", "narrow"), ("b", "narrow"), ("c", "narrow"))
    assert list(find_bottlenecks(peer_units.build())) == []


def test_other_kinds_of_links_and_those_that_ended_are_no_dependencies(peer_units):
    peer_units.objective("narrow", "Products", well="off_track")
    add_dependencies(peer_units, ("a", "narrow"), ("b", "narrow"))
    add_dependencies(peer_units, ("c", "narrow"), state="declined")
    peer_units.link("d", "narrow", "directional")
    assert list(find_bottlenecks(peer_units.build())) == []


def test_the_policy_says_how_many_but_one_at_least():
    stage = ScopeBuilder(bottleneck=0)
    stage.objective("narrow", "Products", well="off_track")
    assert list(find_bottlenecks(stage.build())) == []
    stage.objective("a")
    add_dependencies(stage, ("a", "narrow"))
    assert len(list(find_bottlenecks(stage.build()))) == 1


def test_a_loop_is_found_once_for_its_oldest_objective(peer_units):
    links = add_dependencies(peer_units, ("b", "c"), ("c", "a"), ("a", "b"), ("d", "a"))
    [finding] = find_dependency_loops(peer_units.build())
    assert finding.subject_id == "a"
    assert finding.evidence == (peer_units.rows["a"].created, *(link.created for link in links[:3]))
    assert finding.sentence == "3 objectives depend on one another in a circle: “a”, “b”, “c”."


def test_two_loops_are_two_findings_and_loops_that_meet_are_one(peer_units, find_subjects):
    add_dependencies(peer_units, ("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    assert find_subjects(find_dependency_loops, "dependency_loop") == ["a", "c"]
    add_dependencies(peer_units, ("b", "c"))
    assert find_subjects(find_dependency_loops, "dependency_loop") == ["a", "c"]
    add_dependencies(peer_units, ("d", "a"))
    assert find_subjects(find_dependency_loops, "dependency_loop") == ["a"]


def test_ended_objectives_close_no_loop(peer_units, find_subjects):
    add_dependencies(peer_units, ("a", "b"), ("b", "a"))
    peer_units.rows["b"].state = "closed"
    assert find_subjects(find_dependency_loops, "dependency_loop") == []


def test_a_loop_through_two_cycles_is_found_in_each(peer_units, find_subjects):
    peer_units.cycle("2024", "2024-01-01", "2024-12-31")
    peer_units.objective("yearly", "Sellers", cycle="2024")
    add_dependencies(peer_units, ("a", "yearly"), ("yearly", "a"))
    assert find_subjects(find_dependency_loops, "dependency_loop") == ["a", "yearly"]
    assert find_subjects(find_dependency_loops, "dependency_loop", cycle="Q1") == ["a"]
    assert find_subjects(find_dependency_loops, "dependency_loop", cycle="2024") == ["yearly"]


@pytest.mark.parametrize(
    ("size", "end"), [(5, "“goal 3”, “goal 4”."), (6, "“goal 4” and 1 more."), (8, "“goal 4” and 3 more.")]
)
def test_a_long_loop_names_the_first_objectives(scope, size, end):
    for number in range(size):
        scope.objective(f"goal {number}", f"{number}")
    add_dependencies(scope, *((f"goal {number}", f"goal {(number + 1) % size}") for number in range(size)))
    [finding] = find_dependency_loops(scope.build())
    assert finding.sentence.endswith(end)
