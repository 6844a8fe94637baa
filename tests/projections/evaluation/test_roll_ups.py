"""Roll-ups: an objective's progress, health and score from what stands below it."""

from decimal import Decimal

import pytest

from projections.evaluation.goal_graph import GoalGraph
from tests.projections.event_recorder import FIRST_DAY, id_of

D = Decimal

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def define_measured(record):
    """Define a key result of an objective and, unless it is null, give it a progress out of ten."""

    def define(name, *, of, tenths=None, weight=1, **said):
        record.key_result(name, of=of, weight=weight)
        if tenths is not None or said:
            record.check_in(name, value=tenths, **said)

    return define


def progress_of(looked):
    found = looked.progress
    return found and (found.value, found.drivers, found.not_started)


def test_weights_2_and_3_with_progress_40_and_20_percent_give_28(record, reader, define_measured):
    record.objective("lead")
    define_measured("one", of="lead", tenths=4, weight=2)
    define_measured("two", of="lead", tenths=2, weight=3)
    assert progress_of(reader.objective("lead")) == (D("0.28"), 2, 0)


def test_clamped_progress_is_rolled_up(record, reader, define_measured):
    record.objective("lead")
    define_measured("past it", of="lead", tenths=25)
    define_measured("below", of="lead", tenths=-10)
    graph = reader.graph()
    assert progress_of(graph.objectives[str(id_of("lead"))]) == (D("0.5"), 2, 0)
    past, below = (graph.key_results[str(id_of(name))].progress for name in ("past it", "below"))
    assert (past.raw, past.value, past.flags) == (D("2.5"), D(1), ("beyond_target",))
    assert (below.raw, below.value, below.flags) == (D(-1), D(0), ("below_baseline",))


def test_a_key_result_without_a_value_counts_as_0_and_as_not_started(record, reader, define_measured):
    record.objective("lead")
    define_measured("one", of="lead", tenths=8)
    define_measured("two", of="lead")
    define_measured("three", of="lead", confidence="0.9", status="on_track")
    assert progress_of(reader.objective("lead")) == (D("0.2666666666666666666666666667"), 3, 2)
    assert reader.key_result("two").progress is reader.key_result("three").progress is None


def test_a_weight_of_0_does_not_count(record, reader, define_measured):
    record.objective("lead")
    define_measured("one", of="lead", tenths=8)
    define_measured("two", of="lead", tenths=1, weight=0)
    define_measured("three", of="lead", weight=0)
    assert progress_of(reader.objective("lead")) == (D("0.8"), 1, 0)
    assert len(reader.objective("lead").key_results) == 3


def test_without_drivers_or_with_weights_of_0_alone_there_is_no_progress(record, reader, define_measured):
    record.objective("bare")
    record.objective("weightless")
    define_measured("one", of="weightless", tenths=8, weight=0)
    graph = reader.graph()
    assert {graph.objectives[str(id_of(name))].progress for name in ("bare", "weightless")} == {None}


def test_what_has_not_started_at_all_is_at_0(record, reader, define_measured):
    record.objective("lead")
    define_measured("one", of="lead")
    assert progress_of(reader.objective("lead")) == (D(0), 1, 1)


@pytest.mark.parametrize(
    ("driver", "expected"),
    [("key_results", (D("0.2"), 1, 0)), ("alignments", (D("0.6"), 1, 0)), ("both", (D("0.3"), 2, 0))],
)
def test_the_driver_says_what_counts(record, reader, define_measured, driver, expected):
    record.objective("lead", progress_driver=driver)
    define_measured("own", of="lead", tenths=2, weight=3)
    record.objective("build")
    define_measured("theirs", of="build", tenths=6)
    record.link("build", "lead")
    assert progress_of(reader.objective("lead")) == expected


@pytest.mark.parametrize("driver", ["key_results", "both"])
def test_without_live_key_results_the_links_count(record, reader, define_measured, driver):
    record.objective("lead", progress_driver=driver)
    define_measured("own", of="lead", tenths=2)
    record.objective("build")
    define_measured("theirs", of="build", tenths=6)
    record.link("build", "lead")
    record("KeyResult.Cancelled", "own")
    assert progress_of(reader.objective("lead")) == (D("0.6"), 1, 0)


def test_alignments_alone_do_not_fall_back_on_key_results(record, reader, define_measured):
    record.objective("lead", progress_driver="alignments")
    define_measured("own", of="lead", tenths=2)
    assert reader.objective("lead").progress is None


def test_an_objective_counts_for_each_of_its_parents_by_the_links_own_weight(record, reader, define_measured):
    for name in ("lead", "grow", "build", "sell"):
        record.objective(name)
    define_measured("built", of="build", tenths=4)
    define_measured("sold", of="sell", tenths=8)
    record.link("build", "lead", weight=1)
    record.link("sell", "lead", weight=3)
    record.link("build", "grow", weight=5)
    record.link("sell", "grow", weight=0)
    graph = reader.graph()
    found = [progress_of(graph.objectives[str(id_of(name))]) for name in ("lead", "grow")]
    assert found == [(D("0.7"), 2, 0), (D("0.4"), 1, 0)]


def test_progress_climbs_over_several_levels_and_several_ways(record, reader, define_measured):
    """A diamond: the lowest reaches the top by two ways, and counts on each."""
    for name in ("top", "left", "right", "low"):
        record.objective(name)
    define_measured("lowest", of="low", tenths=6)
    for child, parent in (("low", "left"), ("low", "right"), ("left", "top"), ("right", "top")):
        record.link(child, parent)
    record.objective("idle")
    record.link("idle", "left")
    assert progress_of(reader.objective("left")) == (D("0.3"), 2, 1)
    assert progress_of(reader.objective("top")) == (D("0.45"), 2, 0)


@pytest.mark.parametrize("cycle", [None, "quarter"])
def test_an_objective_of_another_cycle_counts_too(record, reader, cycle):
    record.cycle("other", starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    record.objective("lead")
    record.objective("build", cycle="other")
    record.key_result("built", of="build", cycle="other")
    record.check_in("built", value=5)
    record.link("build", "lead")
    assert progress_of(reader.graph(cycle=cycle).objectives[str(id_of("lead"))]) == (D("0.5"), 1, 0)


def remove_key_result(tell):
    return {
        "a key result that is cancelled": lambda: tell("KeyResult.Cancelled", "built"),
        "an objective that is cancelled": lambda: tell("Objective.Cancelled", "build"),
        "a link that ends": lambda: tell("Alignment.Ended", "build>lead"),
    }


@pytest.mark.parametrize("what", remove_key_result(None))
def test_leaves_the_roll_up_from_that_event_on(record, reader, define_measured, what):
    record.objective("lead", progress_driver="alignments")
    for name in ("build", "sell"):
        record.objective(name)
        record.link(name, "lead")
    define_measured("built", of="build", tenths=4)
    define_measured("sold", of="sell", tenths=8)
    position = remove_key_result(record)[what]()
    gone = {"a key result that is cancelled": (D("0.4"), 2, 1)}.get(what, (D("0.8"), 1, 0))
    assert progress_of(reader.objective("lead", position - 1)) == (D("0.6"), 2, 0)
    assert progress_of(reader.objective("lead")) == progress_of(reader.objective("lead", position)) == gone


def test_new_weights_count_from_their_event_on(record, reader, define_measured):
    record.objective("lead", progress_driver="both")
    record.objective("build")
    define_measured("own", of="lead", tenths=2)
    define_measured("theirs", of="build", tenths=6)
    record.link("build", "lead")
    before = record("KeyResult.Reweighted", "own", weight=D(3)) - 1
    record("Alignment.Reweighted", "build>lead", weight=D(0))
    found = [progress_of(reader.objective("lead", before + step)) for step in range(3)]
    assert found == [(D("0.4"), 2, 0), (D("0.3"), 2, 0), (D("0.2"), 1, 0)]


def test_a_link_back_once_the_first_one_ended_is_no_circle(record, reader, define_measured):
    record.objective("lead")
    record.objective("build")
    record.link("build", "lead")
    record("Alignment.Ended", "build>lead")
    record.link("lead", "build")
    define_measured("led", of="lead", tenths=6)
    assert progress_of(reader.objective("build")) == (D("0.6"), 1, 0)
    assert progress_of(reader.objective("lead")) == (D("0.6"), 1, 0)


def test_nor_is_one_around_an_objective_that_was_cancelled(record, reader, define_measured):
    for name in ("first", "second", "third"):
        record.objective(name)
    record.link("first", "second")
    record.link("second", "third")
    record("Objective.Cancelled", "second")
    record.link("third", "first")
    define_measured("done", of="third", tenths=3)
    assert [progress_of(reader.objective(name)) for name in ("third", "first")] == [(D("0.3"), 1, 0)] * 2


def test_a_chain_of_500_is_rolled_up_to_its_top(record, reader, define_measured):
    for number in range(501):
        record.objective(f"{number}")
    for number in range(500):
        record.link(f"{number + 1}", f"{number}")
    define_measured("last", of="500", tenths=7, status="at_risk")
    top = reader.objective("0")
    assert progress_of(top) == (D("0.7"), 1, 0)
    assert top.health.effective == "at_risk"
    with reader.views.connect() as connection:
        graph = GoalGraph.for_objectives(connection, reader.moment(), [str(id_of("0"))])
    assert len(graph.objectives) == 501
    assert progress_of(graph.objectives[str(id_of("0"))]) == (D("0.7"), 1, 0)


def report_statuses(tell, *statuses):
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
def test_an_objective_is_as_well_as_its_worst_key_result(record, reader, statuses, effective):
    report_statuses(record, *statuses)
    assert reader.objective("lead").health.effective == effective


def test_cancelled_key_results_stay_out_of_it(record, reader):
    report_statuses(record, "off_track", "on_track")
    record("KeyResult.Cancelled", "0")
    found = reader.objective("lead").health
    assert (found.effective, found.reported) == ("on_track", "on_track")
    assert reader.key_result("0").health.effective == "closed"


def test_without_key_results_it_is_as_well_as_its_worst_child(record, reader):
    record.objective("top")
    report_statuses(record, "at_risk")
    record.link("lead", "top")
    record.objective("silent")
    assert reader.objective("top").health.effective == "at_risk"
    record.link("silent", "top")
    assert reader.objective("top").health.effective == "at_risk"
    record("Objective.Cancelled", "lead")
    assert reader.objective("top").health.effective == "pending"


def test_with_key_results_its_children_do_not_matter(record, reader):
    record.objective("top")
    record.key_result("own", of="top")
    record.check_in("own", status="on_track")
    report_statuses(record, "off_track")
    record.link("lead", "top")
    assert reader.objective("top").health.effective == "on_track"


def score_key_result(tell, name, score):
    said = {"suggested": None, "suggested_at": None, "decision": None, "root_cause": None}
    tell("KeyResult.Scored", name, score=D(score), **said)


def test_an_objective_scores_the_weighted_mean_once_all_its_key_results_are_scored(record, reader, define_measured):
    record.objective("lead")
    define_measured("one", of="lead", weight=2)
    define_measured("two", of="lead", weight=3)
    define_measured("gone", of="lead", weight=9)
    score_key_result(record, "one", "0.4")
    assert reader.objective("lead").score is None
    score_key_result(record, "two", "0.2")
    assert reader.objective("lead").score is None
    record("KeyResult.Cancelled", "gone")
    assert reader.objective("lead").score == D("0.28")
