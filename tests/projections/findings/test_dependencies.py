"""Dependencies that nobody confirmed, bottlenecks, and loops."""

import pytest

from projections.findings.dependencies import bottlenecks, dependency_loops, unconfirmed_dependencies
from tests.projections.findings.scope_builder import Stage


def depend(stage, *pairs, state="confirmed"):
    return [stage.link(child, parent, "horizontal", state=state) for child, parent in pairs]


@pytest.fixture
def peers(stage):
    for name in ("a", "b", "c", "d"):
        stage.objective(name, "Builders" if name in {"a", "c"} else "Sellers")
    return stage


@pytest.mark.parametrize(("state", "count"), [("proposed", 1), ("confirmed", 0), ("declined", 0), ("ended", 0)])
def test_a_dependency_wants_an_answer(peers, found, state, count):
    depend(peers, ("a", "b"), state=state)
    assert found(unconfirmed_dependencies, "unconfirmed_dependency") == ["a>b"] * count


def test_a_closed_objective_waits_for_no_answer(peers, found):
    peers.rows["a"].state = "closed"
    depend(peers, ("a", "b"), state="proposed")
    assert found(unconfirmed_dependencies, "unconfirmed_dependency") == []


@pytest.mark.parametrize("well", ["off_track", "outdated", "at_risk", "pending"])
def test_three_that_depend_on_what_is_not_on_track_make_a_bottleneck(peers, well):
    peers.objective("narrow", "Products", well=well)
    depend(peers, ("a", "narrow"), ("b", "narrow"))
    assert list(bottlenecks(peers.scene())) == []
    depend(peers, ("c", "narrow"), state="proposed")
    [finding] = bottlenecks(peers.scene())
    assert finding.sentence == f"3 objectives depend on “narrow” of Products, which is {well.replace('_', ' ')}."
    assert len(finding.evidence) == 4


@pytest.mark.parametrize("well", ["on_track", "closed"])
def test_what_is_well_or_closed_is_none(peers, well):
    peers.objective("narrow", "Products", well=well)
    depend(peers, ("a", "narrow"), ("b", "narrow"), ("c", "narrow"))
    assert list(bottlenecks(peers.scene())) == []


def test_other_kinds_of_links_and_those_that_ended_are_no_dependencies(peers):
    peers.objective("narrow", "Products", well="off_track")
    depend(peers, ("a", "narrow"), ("b", "narrow"))
    depend(peers, ("c", "narrow"), state="declined")
    peers.link("d", "narrow", "directional")
    assert list(bottlenecks(peers.scene())) == []


def test_the_policy_says_how_many_but_one_at_least():
    stage = Stage(bottleneck=0)
    stage.objective("narrow", "Products", well="off_track")
    assert list(bottlenecks(stage.scene())) == []
    stage.objective("a")
    depend(stage, ("a", "narrow"))
    assert len(list(bottlenecks(stage.scene()))) == 1


def test_a_circle_is_told_once_of_its_oldest_objective(peers):
    links = depend(peers, ("b", "c"), ("c", "a"), ("a", "b"), ("d", "a"))
    [finding] = dependency_loops(peers.scene())
    assert finding.subject_id == "a"
    assert finding.evidence == (peers.rows["a"].created, *(link.created for link in links[:3]))
    assert finding.sentence == "3 objectives depend on one another in a circle: “a”, “b”, “c”."


def test_two_circles_are_two_findings_and_two_that_meet_are_one(peers, found):
    depend(peers, ("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    assert found(dependency_loops, "dependency_loop") == ["a", "c"]
    depend(peers, ("b", "c"))
    assert found(dependency_loops, "dependency_loop") == ["a", "c"]
    depend(peers, ("d", "a"))
    assert found(dependency_loops, "dependency_loop") == ["a"]


def test_what_is_over_closes_no_circle(peers, found):
    depend(peers, ("a", "b"), ("b", "a"))
    peers.rows["b"].state = "closed"
    assert found(dependency_loops, "dependency_loop") == []


def test_a_circle_through_two_cycles_is_told_in_each(peers, found):
    peers.cycle("2024", "2024-01-01", "2024-12-31")
    peers.objective("yearly", "Sellers", cycle="2024")
    depend(peers, ("a", "yearly"), ("yearly", "a"))
    assert found(dependency_loops, "dependency_loop") == ["a", "yearly"]
    assert found(dependency_loops, "dependency_loop", cycle="Q1") == ["a"]
    assert found(dependency_loops, "dependency_loop", cycle="2024") == ["yearly"]


@pytest.mark.parametrize(
    ("size", "end"), [(5, "“goal 3”, “goal 4”."), (6, "“goal 4” and 1 more."), (8, "“goal 4” and 3 more.")]
)
def test_a_long_circle_names_a_few(stage, size, end):
    for number in range(size):
        stage.objective(f"goal {number}", f"{number}")
    depend(stage, *((f"goal {number}", f"goal {(number + 1) % size}") for number in range(size)))
    [finding] = dependency_loops(stage.scene())
    assert finding.sentence.endswith(end)
