"""Milestones: which check-ins were the first to reach a share of the way to the target."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from okr_events.domain.metrics.metric import parsed
from okr_events.domain.policy import DEFAULT
from okr_events.domain.progress import Report
from projections.evaluation.milestones import crossed, reached
from tests.projections.event_recorder import FIRST_DAY, TO_TEN, id_of

D = Decimal
ALL = (D("0.25"), D("0.5"), D("0.7"), D(1))
HUNDRED = parsed({"kind": "increase", "baseline": "0", "target": "100"})
DOWN = parsed({"kind": "decrease", "baseline": "30", "target": "20"})
FIFTY = parsed({"kind": "increase", "baseline": "0", "target": "50"})
STEPS = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}
A_FIFTH = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}


def said(value, metric=HUNDRED, day=1):
    return Report(date(2024, 1, day), None if value is None else D(value)), metric


def milestones(*told):
    return [(number, shares) for number, _, shares in reached(told)]


def test_each_milestone_is_reached_once_by_the_first_check_in_that_gets_there():
    told = [said(value) for value in ("10", "25", "49.999", "50", "30", "60", "71", "99", "100", "100")]
    assert milestones(*told) == [(1, ALL[:1]), (3, ALL[1:2]), (6, ALL[2:3]), (8, ALL[3:])]
    assert [progress for _, progress, _ in reached(told)] == [D("0.25"), D("0.5"), D("0.71"), D(1)]


def test_one_check_in_reaches_several():
    assert milestones(said("60"), said("250")) == [(0, ALL[:2]), (1, ALL[2:])]
    assert [progress for _, progress, _ in reached([said("250")])] == [D(1)]


def test_on_the_way_down_as_well():
    assert milestones(*(said(value, DOWN) for value in ("35", "28", "27.5", "25.1", "19"))) == [(2, ALL[:1]), (4, ALL[1:])]


def test_a_late_check_in_for_an_earlier_day_reaches_nothing():
    assert milestones(said("30", day=10), said("80", day=5), said(None, day=11), said("55", day=10)) == [
        (0, ALL[:1]),
        (3, ALL[1:2]),
    ]


def test_each_check_in_is_measured_by_the_metric_of_its_time():
    assert milestones(said("30"), said("40", FIFTY)) == [(0, ALL[:1]), (1, ALL[1:3])]
    assert milestones(said("40", FIFTY), said("30", HUNDRED), said("69", HUNDRED)) == [(0, ALL[:3])]


def test_the_first_check_in_after_an_easier_target_tells_what_is_reached_by_it():
    assert milestones(said("30"), said(None, FIFTY)) == [(0, ALL[:1]), (1, ALL[1:2])]


def test_steps_and_what_is_done_or_not():
    steps, binary = parsed(STEPS), parsed({"kind": "binary"})
    done = [(Report(FIRST_DAY, milestones=names), steps) for names in ((), ("concept",), ("concept", "launch"))]
    assert milestones(*done) == [(1, ALL[:1]), (2, ALL[1:])]
    assert milestones(said("0", binary), said("1", binary), said("1", binary)) == [(1, ALL)]


@pytest.mark.parametrize("kind", ["at_least", "at_most", "between"])
def test_none_where_progress_goes_period_by_period(kind):
    metric = parsed({"kind": kind, "target": "10", "low": "5", "high": "15"})
    assert milestones(said("10", metric), said("10", metric, day=20)) == []


def test_none_before_there_is_a_value_or_a_baseline():
    assert milestones(said(None), said("110", parsed(A_FIFTH))) == []


@pytest.fixture
def launch(tell):
    tell.objective("lead")
    tell.key_result("launch", of="lead")
    return tell.on(date(2024, 1, 10))


@pytest.fixture
def told(look):
    """What was reached first, by which position and check-in, as it stands at a position."""

    def found(*names, position=None, after=0):
        moment = look.moment(position)
        with look.views.reading() as connection:
            crossings = crossed(connection, moment, [str(id_of(name)) for name in names], after=after)
        return [(each.position, each.check_in_id, [*map(float, each.shares), float(each.share)]) for each in crossings]

    return found


def check_in(name):
    return str(id_of(name))


def test_a_crossing_says_who_when_and_how_far(launch, look):
    position = launch.check_in("launch", "first", value="6")
    moment = look.moment()
    with look.views.reading() as connection:
        [each] = crossed(connection, moment, [str(id_of("launch"))])
    [fact] = look.views.log.recorded(after=position - 1)
    assert (each.key_result_id, each.check_in_id, each.actor) == (
        check_in("launch"),
        check_in("first"),
        str(launch.intent.actor),
    )
    assert (each.position, each.recorded_at) == (position, fact.recorded_at)
    assert (each.share, each.shares, each.progress) == (D("0.5"), (D("0.25"),), D("0.6"))


def test_a_corrected_check_in_reaches_what_it_says_now(launch, told):
    first = launch.check_in("launch", "first", value="6")
    second = launch.check_in("launch", "second", value="6")
    down = launch.correct("launch", "first", value="2")
    up = launch.correct("launch", "first", value="8")
    assert told("launch", position=second) == [(first, check_in("first"), [0.25, 0.5])]
    assert told("launch", position=down) == [(second, check_in("second"), [0.25, 0.5])]
    assert told("launch", position=up) == told("launch") == [(first, check_in("first"), [0.25, 0.5, 0.7])]


def test_a_check_in_corrected_to_another_day_keeps_its_place_in_order(launch, told):
    first = launch.check_in("launch", "first", value="3")
    second = launch.check_in("launch", "second", value="6", on=date(2024, 1, 8))
    moved = launch.correct("launch", "second", measured_on=date(2024, 1, 10))
    assert told("launch", position=moved - 1) == [(first, check_in("first"), [0.25])]
    assert told("launch") == [(first, check_in("first"), [0.25]), (second, check_in("second"), [0.5])]


def test_a_retracted_check_in_reached_nothing_and_stays_in_the_past(launch, told):
    first = launch.check_in("launch", "first", value="10")
    retracted = launch.retract("launch", "first")
    assert told("launch", position=retracted - 1) == [(first, check_in("first"), [0.25, 0.5, 0.7, 1])]
    assert told("launch") == []
    again = launch.check_in("launch", "second", value="10")
    assert told("launch") == [(again, check_in("second"), [0.25, 0.5, 0.7, 1])]


def test_a_target_moved_in_between_undoes_nothing(launch, told):
    first = launch.check_in("launch", "first", value="5")
    launch("KeyResult.TargetRevised", "launch", metric=A_FIFTH | {"relative": None, "baseline": "0", "target": "100"})
    second = launch.check_in("launch", "second", value="70")
    assert told("launch") == [(first, check_in("first"), [0.25, 0.5]), (second, check_in("second"), [0.7])]


def captured(launch, baseline, target, name):
    metric = A_FIFTH | {"baseline": baseline, "target": target}
    return launch("KeyResult.BaselineCaptured", "grow", metric=metric, check_in_id=id_of(name))


def test_from_a_captured_baseline_and_anew_when_that_was_wrong(launch, told):
    launch.key_result("grow", of="lead", metric=A_FIFTH)
    launch.check_in("grow", "first", value="100")
    captured(launch, "100", "120", "first")
    second = launch.check_in("grow", "second", value="110")
    assert told("grow") == [(second, check_in("second"), [0.25, 0.5])]
    launch.correct("grow", "first", value="109")
    captured(launch, "109", "130.8", "first")
    assert told("grow") == []
    assert told("grow", position=second) == [(second, check_in("second"), [0.25, 0.5])]


def test_nothing_while_objectives_have_inherited_it(launch, told):
    first = launch.check_in("launch", "first", value="5")
    launch.objective("heir")
    inherited = launch.inherit("heir", "launch")
    ended = launch("Alignment.Ended", "heir>launch")
    assert told("launch", position=inherited - 1) == [(first, check_in("first"), [0.25, 0.5])]
    assert told("launch", position=inherited) == []
    assert told("launch", position=ended) == [(first, check_in("first"), [0.25, 0.5])]


def test_an_heir_that_was_cancelled_has_inherited_nothing(launch, told):
    first = launch.check_in("launch", "first", value="5")
    launch.objective("heir")
    launch.inherit("heir", "launch")
    launch("Objective.Cancelled", "heir")
    assert told("launch") == [(first, check_in("first"), [0.25, 0.5])]


def test_nothing_is_reached_or_undone_once_the_cycle_is_sealed(launch, told):
    first = launch.check_in("launch", "first", value="5")
    launch("Cycle.Closed", "quarter", policy=DEFAULT)
    launch.check_in("launch", "late", value="10")
    launch.retract("launch", "first")
    assert told("launch") == [(first, check_in("first"), [0.25, 0.5])]


def test_many_key_results_are_read_together_each_as_alone(launch, told, monkeypatch):
    monkeypatch.setattr("projections.evaluation.key_results.BATCH", 2)
    names = [f"part {n}" for n in range(5)]
    for name in names:
        launch.key_result(name, of="lead")
    for week in range(4):
        launch.on(FIRST_DAY + timedelta(weeks=week))
        for n, name in enumerate(names):
            launch.check_in(name, value=week * n)
    together = told(*names)
    assert together == sorted(crossing for name in names for crossing in told(name))
    assert len({check_in_id for _, check_in_id, _ in together}) == len(together) == 9


def test_only_what_was_reported_after_a_position_is_told(launch, told):
    first = launch.check_in("launch", "first", value="5")
    launch.key_result("other", of="lead")
    other = launch.check_in("other", "on other", value="10")
    second = launch.check_in("launch", "second", value="7")
    assert told("launch", "other", after=first) == [
        (other, check_in("on other"), [0.25, 0.5, 0.7, 1]),
        (second, check_in("second"), [0.7]),
    ]
    assert told("launch", "other", after=other) == [(second, check_in("second"), [0.7])]
    assert told("launch", "other", after=second) == []
    assert told("launch", after=first, position=other) == []


def test_they_are_where_the_graph_first_has_that_much_progress(launch, told, look):
    """Without corrections, the graph of each check-in's position says independently how far it was by then."""
    chance, made = Random(7), []  # noqa: S311 - no secret
    for week in range(12):
        launch.on(FIRST_DAY + timedelta(weeks=week))
        if week % 4 == 3:
            launch("KeyResult.TargetRevised", "launch", metric=TO_TEN | {"target": str(chance.randint(6, 20))})
        day = launch.now.date() - timedelta(days=chance.choice((0, 0, 0, 10)))
        made.append(launch.check_in("launch", f"{week}", value=chance.randint(0, week + 1), on=day))
    progress = {position: look.key_result("launch", position).progress.value for position in made}
    first = [next((position for position in made if progress[position] >= share), None) for share in ALL]
    assert [(position, float(share)) for position, share in zip(first, ALL, strict=True) if position] == [
        (position, share) for position, _, shares in told("launch") for share in shares
    ]
    assert len(set(first)) > 2
