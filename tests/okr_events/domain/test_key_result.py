"""Key results: facts in, command, facts out. `test_check_in.py` has the check-ins."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from okr_events.domain.errors import EmptyInput, KeyResultClosed, NotRevisable, ObjectiveEnded, WrongMetric
from okr_events.domain.key_result import DueOutsideCycle, KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.scoring import NoSuggestedScore

D = Decimal
ADA = UUID(int=30)
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3", "measure": None}
LOCATION = {"objective_id": UUID(int=60), "cycle_id": UUID(int=61), "cycle_ends_on": QUARTER[1]}
DEFINITION = {"title": "Launch", "description": None, "metric": LAUNCHES, "weight": D(1), "owner": None}
DEFINITION |= {"due_on": QUARTER[1], "origin": None}
DEFINED = ("KeyResult.Defined", LOCATION | DEFINITION)
CANCELLED = ("KeyResult.Cancelled", {})


def scored_event(score, **fields):
    judged = {"score": D(score), "suggested": None, "suggested_at": None, "decision": None, "root_cause": None}
    return "KeyResult.Scored", judged | fields


@pytest.fixture
def objective():
    return Objective.create(cycle_id=LOCATION["cycle_id"], unit_id=UUID(int=2), title="Lead")


def test_a_key_result_weighs_1_and_is_due_when_the_cycle_ends(objective, facts):
    launch = KeyResult.define(objective, cycle_span=QUARTER, title="Launch", metric=LAUNCHES)
    assert facts(launch) == [("KeyResult.Defined", LOCATION | DEFINITION | {"objective_id": objective.id})]


def test_a_relative_target_is_stored_with_its_absolute_value(objective, facts):
    metric = {"kind": "increase", "baseline": "15.0", "relative": "0.20"}
    [(_, fields)] = facts(KeyResult.define(objective, cycle_span=QUARTER, title="Share", metric=metric))
    assert fields["metric"] == {"kind": "increase", "baseline": "15", "target": "18", "relative": "0.2", "measure": None}


def test_an_inconsistent_metric_defines_no_key_result(objective):
    with pytest.raises(WrongMetric):
        KeyResult.define(objective, cycle_span=QUARTER, title="Launch", metric=LAUNCHES | {"target": "0"})


@pytest.mark.parametrize("due_on", [date(2026, 9, 30), date(2027, 1, 1)])
def test_a_deadline_lies_within_the_cycle(given, objective, due_on):
    with pytest.raises(DueOutsideCycle):
        KeyResult.define(objective, cycle_span=QUARTER, title="Launch", metric=LAUNCHES, due_on=due_on)
    with pytest.raises(DueOutsideCycle):
        given(DEFINED).change(cycle_span=QUARTER, due_on=due_on)


def test_a_cancelled_objective_gets_no_key_result(objective):
    objective.cancel()
    with pytest.raises(ObjectiveEnded):
        KeyResult.define(objective, cycle_span=QUARTER, title="Launch", metric=LAUNCHES)


def test_each_changed_field_records_an_event(given, facts):
    launch = given(DEFINED)
    launch.change(cycle_span=QUARTER, title="Sell", description="Why", due_on=QUARTER[0], weight=D(2))
    assert facts(launch) == [
        ("KeyResult.Renamed", {"title": "Sell"}),
        ("KeyResult.Described", {"description": "Why"}),
        ("KeyResult.DeadlineMoved", {"due_on": QUARTER[0]}),
        ("KeyResult.Reweighted", {"weight": D(2)}),
    ]


def test_unchanged_fields_record_no_event(given, facts):
    launch = given(DEFINED, ("KeyResult.Reassigned", {"owner": ADA}))
    launch.change(cycle_span=QUARTER, title="Launch", due_on=QUARTER[1], weight=D("1.00"))
    launch.reassign(ADA)
    launch.revise_target(target=D(3))
    assert facts(launch) == []


def test_a_change_needs_a_field(given):
    with pytest.raises(EmptyInput):
        given(DEFINED).change(cycle_span=QUARTER)


def test_a_key_result_gets_an_owner(given, facts):
    launch = given(DEFINED)
    launch.reassign(ADA)
    assert facts(launch) == [("KeyResult.Reassigned", {"owner": ADA})]


def test_a_revised_target_is_recorded_with_the_whole_metric(given, facts):
    launch = given(DEFINED)
    launch.revise_target(target=D(4))
    assert facts(launch) == [("KeyResult.TargetRevised", {"metric": LAUNCHES | {"target": "4"}})]


def test_a_binary_metric_has_no_target_to_revise(given):
    done = given(("KeyResult.Defined", LOCATION | DEFINITION | {"metric": {"kind": "binary"}}))
    with pytest.raises(NotRevisable):
        done.revise_target(target=D(1))


def test_a_score_may_differ_from_the_suggested_one(given, facts):
    launch = given(DEFINED)
    launch.record_score(score=D("0.8"), suggested=D("0.66"), suggested_at=12, decision="keep")
    assert facts(launch) == [scored_event("0.8", suggested=D("0.66"), suggested_at=12, decision="keep")]


def test_the_suggested_score_is_the_default(given, facts):
    launch = given(DEFINED)
    launch.record_score(suggested=D("0.66"), suggested_at=12)
    assert facts(launch) == [scored_event("0.66", suggested=D("0.66"), suggested_at=12)]


def test_a_second_score_corrects_the_first_even_when_that_was_0(given, facts):
    launch = given(DEFINED, scored_event(0))
    launch.record_score(score=D("0.1"))
    assert facts(launch) == [("KeyResult.ScoreCorrected", scored_event("0.1")[1])]


def test_a_score_is_required_without_a_suggested_one(given):
    with pytest.raises(NoSuggestedScore) as refused:
        given(DEFINED).record_score()
    assert refused.value.pointer == "/score"


def test_a_key_result_is_cancelled(given, facts):
    launch = given(DEFINED)
    launch.cancel()
    assert facts(launch) == [CANCELLED]


@pytest.mark.parametrize(
    "command",
    [
        lambda kr: kr.change(cycle_span=QUARTER, title="Sell"),
        lambda kr: kr.reweight(D(2)),
        lambda kr: kr.reassign(ADA),
        lambda kr: kr.revise_target(target=D(4)),
        lambda kr: kr.record_score(score=D(1)),
        lambda kr: kr.check_in(today=QUARTER[0], value=D(1)),
        lambda kr: kr.cancel(),
    ],
    ids=["change", "weight", "owner", "target", "score", "check-in", "cancel"],
)
def test_a_cancelled_key_result_accepts_no_changes(given, command):
    with pytest.raises(KeyResultClosed):
        command(given(DEFINED, CANCELLED))
