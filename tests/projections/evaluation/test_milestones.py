"""Milestones: which check-ins were the first to reach a share of the way to the target."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from okr_events.domain.metrics.metric import parse_metric
from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.domain.progress import Measurement
from projections.evaluation.milestones import find_crossings, find_milestones
from tests.projections.event_recorder import FIRST_DAY, ZERO_TO_TEN, id_of

D = Decimal
ALL_THRESHOLDS = (D("0.25"), D("0.5"), D("0.7"), D(1))
HUNDRED = parse_metric({"kind": "increase", "baseline": "0", "target": "100"})
DOWN = parse_metric({"kind": "decrease", "baseline": "30", "target": "20"})
FIFTY = parse_metric({"kind": "increase", "baseline": "0", "target": "50"})
STEPS = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}
A_FIFTH = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}


def check_in_row(value, metric=HUNDRED, day=1):
    return Measurement(date(2024, 1, day), None if value is None else D(value)), metric


def crossed_milestones(*reports):
    return [(number, shares) for number, _, shares in find_milestones(reports)]


def test_each_milestone_is_reached_once_by_the_first_check_in_that_gets_there():
    reports = [check_in_row(value) for value in ("10", "25", "49.999", "50", "30", "60", "71", "99", "100", "100")]
    assert crossed_milestones(*reports) == [
        (1, ALL_THRESHOLDS[:1]),
        (3, ALL_THRESHOLDS[1:2]),
        (6, ALL_THRESHOLDS[2:3]),
        (8, ALL_THRESHOLDS[3:]),
    ]
    assert [progress for _, progress, _ in find_milestones(reports)] == [D("0.25"), D("0.5"), D("0.71"), D(1)]


def test_one_check_in_reaches_several():
    assert crossed_milestones(check_in_row("60"), check_in_row("250")) == [(0, ALL_THRESHOLDS[:2]), (1, ALL_THRESHOLDS[2:])]
    assert [progress for _, progress, _ in find_milestones([check_in_row("250")])] == [D(1)]


def test_on_the_way_down_as_well():
    assert crossed_milestones(*(check_in_row(value, DOWN) for value in ("35", "28", "27.5", "25.1", "19"))) == [
        (2, ALL_THRESHOLDS[:1]),
        (4, ALL_THRESHOLDS[1:]),
    ]


def test_a_late_check_in_for_an_earlier_day_reaches_nothing():
    assert crossed_milestones(
        check_in_row("30", day=10), check_in_row("80", day=5), check_in_row(None, day=11), check_in_row("55", day=10)
    ) == [
        (0, ALL_THRESHOLDS[:1]),
        (3, ALL_THRESHOLDS[1:2]),
    ]


def test_each_check_in_is_measured_by_the_metric_of_its_time():
    assert crossed_milestones(check_in_row("30"), check_in_row("40", FIFTY)) == [
        (0, ALL_THRESHOLDS[:1]),
        (1, ALL_THRESHOLDS[1:3]),
    ]
    assert crossed_milestones(check_in_row("40", FIFTY), check_in_row("30", HUNDRED), check_in_row("69", HUNDRED)) == [
        (0, ALL_THRESHOLDS[:3])
    ]


def test_the_first_check_in_after_an_easier_target_reaches_its_milestones():
    assert crossed_milestones(check_in_row("30"), check_in_row(None, FIFTY)) == [
        (0, ALL_THRESHOLDS[:1]),
        (1, ALL_THRESHOLDS[1:2]),
    ]


def test_steps_and_what_is_done_or_not():
    steps, binary = parse_metric(STEPS), parse_metric({"kind": "binary"})
    done = [(Measurement(FIRST_DAY, milestones=names), steps) for names in ((), ("concept",), ("concept", "launch"))]
    assert crossed_milestones(*done) == [(1, ALL_THRESHOLDS[:1]), (2, ALL_THRESHOLDS[1:])]
    assert crossed_milestones(check_in_row("0", binary), check_in_row("1", binary), check_in_row("1", binary)) == [
        (1, ALL_THRESHOLDS)
    ]


@pytest.mark.parametrize("kind", ["at_least", "at_most", "between"])
def test_none_where_progress_goes_period_by_period(kind):
    metric = parse_metric({"kind": kind, "target": "10", "low": "5", "high": "15"})
    assert crossed_milestones(check_in_row("10", metric), check_in_row("10", metric, day=20)) == []


def test_none_before_there_is_a_value_or_a_baseline():
    assert crossed_milestones(check_in_row(None), check_in_row("110", parse_metric(A_FIFTH))) == []


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record.at_day(date(2024, 1, 10))


@pytest.fixture
def crossings(reader):
    """What was reached first, by which position and check-in, as it stands at a position."""

    def found(*names, position=None, after=0):
        moment = reader.moment(position)
        with reader.views.connect() as connection:
            crossings = find_crossings(connection, moment, [str(id_of(name)) for name in names], after=after)
        return [(each.position, each.check_in_id, [*map(float, each.shares), float(each.share)]) for each in crossings]

    return found


def check_in_id(name):
    return str(id_of(name))


def test_a_crossing_says_who_when_and_how_far(launch, reader):
    position = launch.check_in("launch", "first", value="6")
    moment = reader.moment()
    with reader.views.connect() as connection:
        [each] = find_crossings(connection, moment, [str(id_of("launch"))])
    [fact] = reader.views.log.events_after(after=position - 1)
    assert (each.key_result_id, each.check_in_id, each.actor) == (
        check_in_id("launch"),
        check_in_id("first"),
        str(launch.intent.actor),
    )
    assert (each.position, each.recorded_at) == (position, fact.recorded_at)
    assert (each.share, each.shares, each.progress) == (D("0.5"), (D("0.25"),), D("0.6"))


def test_a_corrected_check_in_reaches_what_it_says_now(launch, crossings):
    first = launch.check_in("launch", "first", value="6")
    second = launch.check_in("launch", "second", value="6")
    down = launch.correct("launch", "first", value="2")
    up = launch.correct("launch", "first", value="8")
    assert crossings("launch", position=second) == [(first, check_in_id("first"), [0.25, 0.5])]
    assert crossings("launch", position=down) == [(second, check_in_id("second"), [0.25, 0.5])]
    assert crossings("launch", position=up) == crossings("launch") == [(first, check_in_id("first"), [0.25, 0.5, 0.7])]


def test_a_check_in_corrected_to_another_day_keeps_its_place_in_order(launch, crossings):
    first = launch.check_in("launch", "first", value="3")
    second = launch.check_in("launch", "second", value="6", on=date(2024, 1, 8))
    moved = launch.correct("launch", "second", measured_on=date(2024, 1, 10))
    assert crossings("launch", position=moved - 1) == [(first, check_in_id("first"), [0.25])]
    assert crossings("launch") == [(first, check_in_id("first"), [0.25]), (second, check_in_id("second"), [0.5])]


def test_a_retracted_check_in_reached_nothing_and_stays_in_the_past(launch, crossings):
    first = launch.check_in("launch", "first", value="10")
    retracted = launch.retract("launch", "first")
    assert crossings("launch", position=retracted - 1) == [(first, check_in_id("first"), [0.25, 0.5, 0.7, 1])]
    assert crossings("launch") == []
    again = launch.check_in("launch", "second", value="10")
    assert crossings("launch") == [(again, check_in_id("second"), [0.25, 0.5, 0.7, 1])]


def test_a_target_moved_in_between_undoes_nothing(launch, crossings):
    first = launch.check_in("launch", "first", value="5")
    launch("KeyResult.TargetRevised", "launch", metric=A_FIFTH | {"relative": None, "baseline": "0", "target": "100"})
    second = launch.check_in("launch", "second", value="70")
    assert crossings("launch") == [(first, check_in_id("first"), [0.25, 0.5]), (second, check_in_id("second"), [0.7])]


def capture_baseline(launch, baseline, target, name):
    metric = A_FIFTH | {"baseline": baseline, "target": target}
    return launch("KeyResult.BaselineCaptured", "grow", metric=metric, check_in_id=id_of(name))


def test_from_a_captured_baseline_and_anew_when_that_was_wrong(launch, crossings):
    launch.key_result("grow", of="lead", metric=A_FIFTH)
    launch.check_in("grow", "first", value="100")
    capture_baseline(launch, "100", "120", "first")
    second = launch.check_in("grow", "second", value="110")
    assert crossings("grow") == [(second, check_in_id("second"), [0.25, 0.5])]
    launch.correct("grow", "first", value="109")
    capture_baseline(launch, "109", "130.8", "first")
    assert crossings("grow") == []
    assert crossings("grow", position=second) == [(second, check_in_id("second"), [0.25, 0.5])]


def test_nothing_while_objectives_have_inherited_it(launch, crossings):
    first = launch.check_in("launch", "first", value="5")
    launch.objective("heir")
    inherited = launch.inherit("heir", "launch")
    ended = launch("Alignment.Ended", "heir>launch")
    assert crossings("launch", position=inherited - 1) == [(first, check_in_id("first"), [0.25, 0.5])]
    assert crossings("launch", position=inherited) == []
    assert crossings("launch", position=ended) == [(first, check_in_id("first"), [0.25, 0.5])]


def test_an_heir_that_was_cancelled_has_inherited_nothing(launch, crossings):
    first = launch.check_in("launch", "first", value="5")
    launch.objective("heir")
    launch.inherit("heir", "launch")
    launch("Objective.Cancelled", "heir")
    assert crossings("launch") == [(first, check_in_id("first"), [0.25, 0.5])]


def test_nothing_is_reached_or_undone_once_the_cycle_is_sealed(launch, crossings):
    first = launch.check_in("launch", "first", value="5")
    launch("Cycle.Closed", "quarter", policy=DEFAULT_POLICY)
    launch.check_in("launch", "late", value="10")
    launch.retract("launch", "first")
    assert crossings("launch") == [(first, check_in_id("first"), [0.25, 0.5])]


def test_many_key_results_are_read_together_each_as_alone(launch, crossings, monkeypatch):
    monkeypatch.setattr("projections.store.batching.BATCH_SIZE", 2)
    names = [f"part {n}" for n in range(5)]
    for name in names:
        launch.key_result(name, of="lead")
    for week in range(4):
        launch.at_day(FIRST_DAY + timedelta(weeks=week))
        for n, name in enumerate(names):
            launch.check_in(name, value=week * n)
    together = crossings(*names)
    assert together == sorted(crossing for name in names for crossing in crossings(name))
    assert len({check_in_id for _, check_in_id, _ in together}) == len(together) == 9


def test_only_check_ins_after_a_position_count(launch, crossings):
    first = launch.check_in("launch", "first", value="5")
    launch.key_result("other", of="lead")
    other = launch.check_in("other", "on other", value="10")
    second = launch.check_in("launch", "second", value="7")
    assert crossings("launch", "other", after=first) == [
        (other, check_in_id("on other"), [0.25, 0.5, 0.7, 1]),
        (second, check_in_id("second"), [0.7]),
    ]
    assert crossings("launch", "other", after=other) == [(second, check_in_id("second"), [0.7])]
    assert crossings("launch", "other", after=second) == []
    assert crossings("launch", after=first, position=other) == []


def test_they_are_where_the_graph_first_has_that_much_progress(launch, crossings, reader):
    """Without corrections, the graph of each check-in's position says independently how far it was by then."""
    chance, made = Random(7), []  # noqa: S311 - no secret
    for week in range(12):
        launch.at_day(FIRST_DAY + timedelta(weeks=week))
        if week % 4 == 3:
            launch("KeyResult.TargetRevised", "launch", metric=ZERO_TO_TEN | {"target": str(chance.randint(6, 20))})
        day = launch.now.date() - timedelta(days=chance.choice((0, 0, 0, 10)))
        made.append(launch.check_in("launch", f"{week}", value=chance.randint(0, week + 1), on=day))
    progress = {position: reader.key_result("launch", position).progress.value for position in made}
    first = [next((position for position in made if progress[position] >= share), None) for share in ALL_THRESHOLDS]
    assert [(position, float(share)) for position, share in zip(first, ALL_THRESHOLDS, strict=True) if position] == [
        (position, share) for position, _, shares in crossings("launch") for share in shares
    ]
    assert len(set(first)) > 2
