"""The effects of one event, compared with all numbers of the log before and after it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from projections.evaluation.goal_graph import GoalGraph
from projections.event_catalog import event_names
from projections.impact.event_effects import Numbers, compute_effects, goal_numbers
from projections.moment import moment_at_position
from projections.queries.fact_history import serialize_fact as told_of
from tests.projections.event_recorder import FIRST_DAY, id_of

UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def replay_effects(views, okrs):
    """For each fact: its type, its effects, and the differences in a graph of all goals."""

    def walk(after=0):
        views.catch_up(60)
        with views.connect() as connection:
            for recorded in okrs.log_recorder.events_after(after=after):
                moment = moment_at_position(okrs.log_recorder, recorded.position, UTC_ZONE)
                fact = told_of(recorded, okrs.mapper)
                around = (replace(moment, position=recorded.position - back) for back in (1, 0))
                before, now = (goal_numbers(GoalGraph.for_cycle(connection, each, None)) for each in around)
                changed = {id: (before[id], now[id]) for id in before.keys() & now.keys() if before[id] != now[id]}
                yield recorded.topic, compute_effects(connection, moment, fact), changed

    return walk


@pytest.fixture
def objective_chain(record):
    """Three objectives above each other, the lowest with a key result that another objective inherits."""
    for name in ("top", "middle", "low", "heir"):
        record.objective(name, progress_driver="both")
        record.key_result(f"{name} it", of=name)
    for child, parent in (("low", "middle"), ("middle", "top")):
        record.link(child, parent)
    record.inherit("heir", "low it")
    return record


def record_weeks_of_changes(tell):
    for week in range(3):
        tell.at_day(FIRST_DAY + timedelta(weeks=week))
        tell.check_in("heir it", f"report {week}", value=week + 1, status="on_track" if week else "off_track")
        tell.check_in("low it", confidence="0.5", status="at_risk")
    tell.correct("heir it", "report 2", value=9, reason="A slip")
    tell.retract("heir it", "report 2")
    tell("KeyResult.TargetRevised", "middle it", metric={"kind": "increase", "baseline": "0", "target": "20"})
    tell("KeyResult.Reweighted", "low it", weight=Decimal(3))
    tell("Alignment.Reweighted", "low>middle", weight=Decimal(4))
    tell("Objective.ProgressDriverChanged", "middle", progress_driver="alignments")
    tell.at_day(FIRST_DAY + timedelta(weeks=5))
    tell("Unit.CadenceSet", "tech", cadence={"grace_days": 40})
    tell("KeyResult.CadenceSet", "low it", cadence={"grace_days": 1})
    tell("Unit.CadenceSet", "tech", cadence={})
    tell("KeyResult.CadenceSet", "low it", cadence={})
    policy = {**DEFAULT_POLICY, "cadence": {**DEFAULT_POLICY["cadence"], "grace_days": 60}}
    tell("Cycle.PolicyChanged", "quarter", policy=policy)
    for name in ("low it", "middle it", "top it"):
        tell("KeyResult.Scored", name, score=Decimal("0.5"), suggested=None, suggested_at=None, decision=None, root_cause=None)
    tell("KeyResult.DeadlineMoved", "low it", due_on=date(2024, 2, 1))
    tell("Objective.Renamed", "low", title="Lower")
    tell.link_as_guide("heir", "top", "horizontal")
    tell("Alignment.Confirmed", "heir~top", agreed_capacity=None, agreement=None)
    tell("Objective.Closed", "heir")
    tell("KeyResult.Cancelled", "top it")
    tell("Alignment.Ended", "middle>top")
    tell("Objective.Cancelled", "low")


def test_effects_are_all_differences(objective_chain, replay_effects):
    record_weeks_of_changes(objective_chain)
    moved = set()
    for name, found, changed in replay_effects():
        assert {turn.id: (turn.before, turn.after) for turn in found} == changed, name
        if changed:
            moved.add(name)
    assert {"KeyResult.CheckedIn", "Alignment.Ended", "Cycle.PolicyChanged", "KeyResult.Scored"} <= moved
    assert {"Unit.CadenceSet", "KeyResult.CadenceSet"} <= moved
    assert {"Objective.Cancelled", "Objective.Closed"} <= moved
    assert moved <= set(event_names(lambda entry: entry.moves))


def test_effects_are_all_differences_in_the_sample_history(sample_history, replay_effects):
    assert sample_history
    for name, found, changed in replay_effects():
        assert {turn.id: (turn.before, turn.after) for turn in found} == changed, name


def test_the_key_result_precedes_the_goals_above_it(objective_chain, replay_effects):
    last = objective_chain.check_in("heir it", value=5)
    ((_, found, _),) = replay_effects(after=last - 1)
    assert [turn.id for turn in found] == [str(id_of(name)) for name in ("heir it", "heir", "low it", "low", "middle", "top")]
    assert found[0].before == Numbers(None, "pending")
    assert found[0].after.progress == "0.5"
