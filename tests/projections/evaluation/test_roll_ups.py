"""Roll-ups: an objective's progress, health and score from what stands below it."""

from decimal import Decimal

import pytest

from projections.evaluation.goal_graph import Graph
from tests.projections.event_recorder import FIRST_DAY, id_of

D = Decimal

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def measured(tell):
    """Define a key result of an objective and, unless it is null, give it a progress out of ten."""

    def define(name, *, of, tenths=None, weight=1, **said):
        tell.key_result(name, of=of, weight=weight)
        if tenths is not None or said:
            tell.check_in(name, value=tenths, **said)

    return define


def progress(looked):
    found = looked.progress
    return found and (found.value, found.drivers, found.not_started)


def test_weights_2_and_3_with_progress_40_and_20_percent_give_28(tell, look, measured):
    tell.objective("lead")
    measured("one", of="lead", tenths=4, weight=2)
    measured("two", of="lead", tenths=2, weight=3)
    assert progress(look.objective("lead")) == (D("0.28"), 2, 0)


def test_clamped_progress_is_rolled_up(tell, look, measured):
    tell.objective("lead")
    measured("past it", of="lead", tenths=25)
    measured("below", of="lead", tenths=-10)
    graph = look.graph()
    assert progress(graph.objectives[str(id_of("lead"))]) == (D("0.5"), 2, 0)
    past, below = (graph.key_results[str(id_of(name))].progress for name in ("past it", "below"))
    assert (past.raw, past.value, past.flags) == (D("2.5"), D(1), ("beyond_target",))
    assert (below.raw, below.value, below.flags) == (D(-1), D(0), ("below_baseline",))


def test_what_has_not_started_counts_as_nothing_and_is_told(tell, look, measured):
    tell.objective("lead")
    measured("one", of="lead", tenths=8)
    measured("two", of="lead")
    measured("three", of="lead", confidence="0.9", status="on_track")
    assert progress(look.objective("lead")) == (D("0.2666666666666666666666666667"), 3, 2)
    assert look.key_result("two").progress is look.key_result("three").progress is None


def test_a_weight_of_0_is_shown_but_does_not_count(tell, look, measured):
    tell.objective("lead")
    measured("one", of="lead", tenths=8)
    measured("two", of="lead", tenths=1, weight=0)
    measured("three", of="lead", weight=0)
    assert progress(look.objective("lead")) == (D("0.8"), 1, 0)
    assert len(look.objective("lead").key_results) == 3


def test_without_drivers_or_with_weights_of_0_alone_there_is_no_progress(tell, look, measured):
    tell.objective("bare")
    tell.objective("weightless")
    measured("one", of="weightless", tenths=8, weight=0)
    graph = look.graph()
    assert {graph.objectives[str(id_of(name))].progress for name in ("bare", "weightless")} == {None}


def test_what_has_not_started_at_all_is_at_0(tell, look, measured):
    tell.objective("lead")
    measured("one", of="lead")
    assert progress(look.objective("lead")) == (D(0), 1, 1)


@pytest.mark.parametrize(
    ("driver", "expected"),
    [("key_results", (D("0.2"), 1, 0)), ("alignments", (D("0.6"), 1, 0)), ("both", (D("0.3"), 2, 0))],
)
def test_the_driver_says_what_counts(tell, look, measured, driver, expected):
    tell.objective("lead", progress_driver=driver)
    measured("own", of="lead", tenths=2, weight=3)
    tell.objective("build")
    measured("theirs", of="build", tenths=6)
    tell.link("build", "lead")
    assert progress(look.objective("lead")) == expected


@pytest.mark.parametrize("driver", ["key_results", "both"])
def test_without_live_key_results_the_links_count(tell, look, measured, driver):
    tell.objective("lead", progress_driver=driver)
    measured("own", of="lead", tenths=2)
    tell.objective("build")
    measured("theirs", of="build", tenths=6)
    tell.link("build", "lead")
    tell("KeyResult.Cancelled", "own")
    assert progress(look.objective("lead")) == (D("0.6"), 1, 0)


def test_alignments_alone_do_not_fall_back_on_key_results(tell, look, measured):
    tell.objective("lead", progress_driver="alignments")
    measured("own", of="lead", tenths=2)
    assert look.objective("lead").progress is None


def test_an_objective_counts_for_each_of_its_parents_by_the_links_own_weight(tell, look, measured):
    for name in ("lead", "grow", "build", "sell"):
        tell.objective(name)
    measured("built", of="build", tenths=4)
    measured("sold", of="sell", tenths=8)
    tell.link("build", "lead", weight=1)
    tell.link("sell", "lead", weight=3)
    tell.link("build", "grow", weight=5)
    tell.link("sell", "grow", weight=0)
    graph = look.graph()
    found = [progress(graph.objectives[str(id_of(name))]) for name in ("lead", "grow")]
    assert found == [(D("0.7"), 2, 0), (D("0.4"), 1, 0)]


def test_progress_climbs_over_several_levels_and_several_ways(tell, look, measured):
    """A diamond: the lowest reaches the top by two ways, and counts on each."""
    for name in ("top", "left", "right", "low"):
        tell.objective(name)
    measured("lowest", of="low", tenths=6)
    for child, parent in (("low", "left"), ("low", "right"), ("left", "top"), ("right", "top")):
        tell.link(child, parent)
    tell.objective("idle")
    tell.link("idle", "left")
    assert progress(look.objective("left")) == (D("0.3"), 2, 1)
    assert progress(look.objective("top")) == (D("0.45"), 2, 0)


@pytest.mark.parametrize("cycle", [None, "quarter"])
def test_an_objective_of_another_cycle_counts_too(tell, look, cycle):
    tell.cycle("other", starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    tell.objective("lead")
    tell.objective("build", cycle="other")
    tell.key_result("built", of="build", cycle="other")
    tell.check_in("built", value=5)
    tell.link("build", "lead")
    assert progress(look.graph(cycle=cycle).objectives[str(id_of("lead"))]) == (D("0.5"), 1, 0)


def leaving(tell):
    return {
        "a key result that is cancelled": lambda: tell("KeyResult.Cancelled", "built"),
        "an objective that is cancelled": lambda: tell("Objective.Cancelled", "build"),
        "a link that ends": lambda: tell("Alignment.Ended", "build>lead"),
    }


@pytest.mark.parametrize("what", leaving(None))
def test_leaves_the_roll_up_from_that_event_on(tell, look, measured, what):
    tell.objective("lead", progress_driver="alignments")
    for name in ("build", "sell"):
        tell.objective(name)
        tell.link(name, "lead")
    measured("built", of="build", tenths=4)
    measured("sold", of="sell", tenths=8)
    position = leaving(tell)[what]()
    gone = {"a key result that is cancelled": (D("0.4"), 2, 1)}.get(what, (D("0.8"), 1, 0))
    assert progress(look.objective("lead", position - 1)) == (D("0.6"), 2, 0)
    assert progress(look.objective("lead")) == progress(look.objective("lead", position)) == gone


def test_new_weights_count_from_their_event_on(tell, look, measured):
    tell.objective("lead", progress_driver="both")
    tell.objective("build")
    measured("own", of="lead", tenths=2)
    measured("theirs", of="build", tenths=6)
    tell.link("build", "lead")
    before = tell("KeyResult.Reweighted", "own", weight=D(3)) - 1
    tell("Alignment.Reweighted", "build>lead", weight=D(0))
    found = [progress(look.objective("lead", before + step)) for step in range(3)]
    assert found == [(D("0.4"), 2, 0), (D("0.3"), 2, 0), (D("0.2"), 1, 0)]


def test_a_link_back_once_the_first_one_ended_is_no_circle(tell, look, measured):
    tell.objective("lead")
    tell.objective("build")
    tell.link("build", "lead")
    tell("Alignment.Ended", "build>lead")
    tell.link("lead", "build")
    measured("led", of="lead", tenths=6)
    assert progress(look.objective("build")) == (D("0.6"), 1, 0)
    assert progress(look.objective("lead")) == (D("0.6"), 1, 0)


def test_nor_is_one_around_an_objective_that_was_cancelled(tell, look, measured):
    for name in ("first", "second", "third"):
        tell.objective(name)
    tell.link("first", "second")
    tell.link("second", "third")
    tell("Objective.Cancelled", "second")
    tell.link("third", "first")
    measured("done", of="third", tenths=3)
    assert [progress(look.objective(name)) for name in ("third", "first")] == [(D("0.3"), 1, 0)] * 2


def test_a_chain_of_500_is_rolled_up_to_its_top(tell, look, measured):
    for number in range(501):
        tell.objective(f"{number}")
    for number in range(500):
        tell.link(f"{number + 1}", f"{number}")
    measured("last", of="500", tenths=7, status="at_risk")
    top = look.objective("0")
    assert progress(top) == (D("0.7"), 1, 0)
    assert top.health.effective == "at_risk"
    with look.views.reading() as connection:
        graph = Graph.of_objectives(connection, look.moment(), [str(id_of("0"))])
    assert len(graph.objectives) == 501
    assert progress(graph.objectives[str(id_of("0"))]) == (D("0.7"), 1, 0)


def reported(tell, *statuses):
    tell.objective("lead")
    for number, status in enumerate(statuses):
        tell.key_result(f"{number}", of="lead")
        tell.check_in(f"{number}", status=status) if status else None


@pytest.mark.parametrize(
    ("statuses", "effective"),
    [
        (["on_track"], "on_track"),
        (["on_track", "at_risk"], "at_risk"),
        (["on_track", None], "pending"),
        ([None, "at_risk"], "at_risk"),
        (["at_risk", "off_track", "on_track"], "off_track"),
        ([None], "pending"),
        ([], "pending"),
    ],
)
def test_an_objective_is_as_well_as_its_worst_key_result(tell, look, statuses, effective):
    reported(tell, *statuses)
    assert look.objective("lead").health.effective == effective


def test_cancelled_key_results_stay_out_of_it(tell, look):
    reported(tell, "off_track", "on_track")
    tell("KeyResult.Cancelled", "0")
    found = look.objective("lead").health
    assert (found.effective, found.reported) == ("on_track", "on_track")
    assert look.key_result("0").health.effective == "closed"


def test_without_key_results_it_is_as_well_as_its_worst_child(tell, look):
    tell.objective("top")
    reported(tell, "at_risk")
    tell.link("lead", "top")
    tell.objective("silent")
    assert look.objective("top").health.effective == "at_risk"
    tell.link("silent", "top")
    assert look.objective("top").health.effective == "at_risk"
    tell("Objective.Cancelled", "lead")
    assert look.objective("top").health.effective == "pending"


def test_with_key_results_its_children_do_not_matter(tell, look):
    tell.objective("top")
    tell.key_result("own", of="top")
    tell.check_in("own", status="on_track")
    reported(tell, "off_track")
    tell.link("lead", "top")
    assert look.objective("top").health.effective == "on_track"


def scored(tell, name, score):
    said = {"suggested": None, "suggested_at": None, "decision": None, "root_cause": None}
    tell("KeyResult.Scored", name, score=D(score), **said)


def test_an_objective_scores_the_weighted_mean_once_all_its_key_results_are_scored(tell, look, measured):
    tell.objective("lead")
    measured("one", of="lead", weight=2)
    measured("two", of="lead", weight=3)
    measured("gone", of="lead", weight=9)
    scored(tell, "one", "0.4")
    assert look.objective("lead").score is None
    scored(tell, "two", "0.2")
    assert look.objective("lead").score is None
    tell("KeyResult.Cancelled", "gone")
    assert look.objective("lead").score == D("0.28")
