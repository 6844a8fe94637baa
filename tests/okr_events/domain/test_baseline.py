"""Baselines captured from check-ins, for targets that are relative to them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from okr_events.domain.errors import WrongValue

D = Decimal
FIRST, SECOND = UUID(int=70), UUID(int=71)
TODAY, LAST_DAY = date(2026, 10, 9), date(2026, 12, 31)
WAITING = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}
EMPTY_CHECK_IN = dict.fromkeys(("measured_on", "milestones", "confidence", "status", "note", "wins", "blockers", "next_steps"))
LOCATION = {"objective_id": UUID(int=60), "cycle_id": UUID(int=61), "cycle_ends_on": LAST_DAY}
SHARE = {"title": "Share", "description": None, "weight": D(1), "owner": None, "due_on": LAST_DAY, "origin": None}
DEFINED = ("KeyResult.Defined", LOCATION | SHARE | {"metric": WAITING})


def checked_in(id, value):
    fields = {"check_in_id": id, "measured_on": TODAY, "value": value}
    return "KeyResult.CheckedIn", EMPTY_CHECK_IN | dict.fromkeys(("wins", "blockers", "next_steps"), ()) | fields


def captured(baseline, target, id):
    return "KeyResult.BaselineCaptured", {"metric": WAITING | {"baseline": baseline, "target": target}, "check_in_id": id}


RETRACTED = ("KeyResult.CheckInRetracted", {"check_in_id": FIRST})
CAPTURED = (DEFINED, checked_in(FIRST, D(15)), captured("15", "18", FIRST))


def test_the_first_value_becomes_the_baseline(given, facts):
    share = given(DEFINED)
    id = share.check_in(today=TODAY, value=D(15))
    assert facts(share)[1:] == [captured("15", "18", id)]


def test_a_check_in_without_a_value_captures_nothing(given, facts):
    share = given(DEFINED)
    share.check_in(today=TODAY, confidence=D(1))
    share.check_in(today=TODAY, value=D(10))
    assert [name for name, _ in facts(share)] == ["KeyResult.CheckedIn", "KeyResult.CheckedIn", "KeyResult.BaselineCaptured"]


def test_the_next_value_captures_nothing(given, facts):
    share = given(*CAPTURED)
    share.check_in(today=TODAY, value=D(16))
    assert [name for name, _ in facts(share)] == ["KeyResult.CheckedIn"]


def test_a_given_baseline_is_not_captured(given, facts):
    share = given(("KeyResult.Defined", LOCATION | SHARE | {"metric": WAITING | {"baseline": "10", "target": "12"}}))
    share.check_in(today=TODAY, value=D(11))
    assert [name for name, _ in facts(share)] == ["KeyResult.CheckedIn"]


def test_a_baseline_of_0_is_refused(given):
    with pytest.raises(WrongValue) as refused:
        given(DEFINED).check_in(today=TODAY, value=D(0))
    assert refused.value.pointer == "/value"
    with pytest.raises(WrongValue):
        given(*CAPTURED).correct_check_in(FIRST, today=TODAY, value=D(0))


def test_once_captured_a_value_may_be_0(given):
    assert given(*CAPTURED).check_in(today=TODAY, value=D(0))


def test_correcting_the_check_in_of_the_baseline_captures_it_again(given, facts):
    share = given(*CAPTURED)
    share.correct_check_in(FIRST, today=TODAY, value=D(20))
    assert facts(share)[1:] == [captured("20", "24", FIRST)]


def test_correcting_another_check_in_or_another_field_captures_nothing(given, facts):
    share = given(*CAPTURED, checked_in(SECOND, D(16)))
    share.correct_check_in(SECOND, today=TODAY, value=D(17))
    share.correct_check_in(FIRST, today=TODAY, confidence=D(1))
    assert [name for name, _ in facts(share)] == ["KeyResult.CheckInCorrected"] * 2


def test_a_correction_with_the_first_value_provides_the_baseline(given, facts):
    share = given(DEFINED, checked_in(FIRST, None))
    share.correct_check_in(FIRST, today=TODAY, value=D(10))
    assert facts(share)[1:] == [captured("10", "12", FIRST)]


def test_after_a_retraction_the_next_value_is_the_baseline(given, facts):
    share = given(*CAPTURED, checked_in(SECOND, D(10)))
    share.retract_check_in(FIRST)
    assert facts(share)[1:] == [captured("10", "12", SECOND)]


def test_without_another_value_the_baseline_is_withdrawn(given, facts):
    share = given(*CAPTURED, checked_in(SECOND, None))
    share.retract_check_in(FIRST)
    assert facts(share)[1:] == [captured(None, None, None)]


def test_a_value_after_the_withdrawal_is_captured(given, facts):
    share = given(*CAPTURED, RETRACTED, captured(None, None, None))
    id = share.check_in(today=TODAY, value=D(5))
    assert facts(share)[1:] == [captured("5", "6", id)]


def test_retracting_another_check_in_leaves_the_baseline(given, facts):
    share = given(*CAPTURED, checked_in(SECOND, D(10)))
    share.retract_check_in(SECOND)
    assert [name for name, _ in facts(share)] == ["KeyResult.CheckInRetracted"]


def absolute_metric(baseline, target="20"):
    return {"kind": "increase", "baseline": baseline, "target": target, "measure": None}


def test_a_target_revised_before_there_is_a_baseline_still_captures_one(given, facts):
    share = given(DEFINED, ("KeyResult.TargetRevised", {"metric": absolute_metric(None)}))
    id = share.check_in(today=TODAY, value=D(0))
    assert facts(share)[1:] == [("KeyResult.BaselineCaptured", {"metric": absolute_metric("0"), "check_in_id": id})]


def test_an_absolute_target_takes_a_corrected_baseline_of_0(given, facts):
    revised = ("KeyResult.TargetRevised", {"metric": absolute_metric("15")})
    share = given(*CAPTURED, revised)
    share.correct_check_in(FIRST, today=TODAY, value=D(0))
    assert facts(share)[1:] == [("KeyResult.BaselineCaptured", {"metric": absolute_metric("0"), "check_in_id": FIRST})]
