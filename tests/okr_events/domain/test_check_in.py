"""Check-ins on a key result: facts in, command, facts out."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from okr_events.domain.check_ins import AfterCycleEnd, AlreadyRetracted, FutureDay, LastStatement
from okr_events.domain.errors import EmptyInput, KeyResultClosed, NotFound, WrongValue
from okr_events.domain.values import MAX_TEXT_LENGTH, AuthoredText, TooLong

D = Decimal
ADA, FIRST, SECOND = UUID(int=30), UUID(int=70), UUID(int=71)
TODAY, LAST_DAY = date(2026, 10, 9), date(2026, 12, 31)
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3", "measure": None}
STEPS = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}
CHECKED_IN = dict.fromkeys(("value", "milestones", "confidence", "status", "note")) | {
    "wins": [],
    "blockers": [],
    "next_steps": [],
}
CORRECTED = dict.fromkeys((*CHECKED_IN, "measured_on")) | {"withdrawn": []}
CANCELLED = ("KeyResult.Cancelled", {})


def defined_event(metric):
    place = {"objective_id": UUID(int=60), "cycle_id": UUID(int=61), "cycle_ends_on": LAST_DAY}
    fields = {"title": "Launch", "description": None, "weight": D(1), "owner": None, "due_on": LAST_DAY, "origin": None}
    return "KeyResult.Defined", place | fields | {"metric": metric}


def checked_in_event(id=FIRST, **fields):
    return "KeyResult.CheckedIn", CHECKED_IN | {"check_in_id": id, "measured_on": TODAY} | fields


def corrected_event(id=FIRST, **fields):
    return "KeyResult.CheckInCorrected", CORRECTED | {"check_in_id": id} | fields


def retracted_event(id=FIRST):
    return "KeyResult.CheckInRetracted", {"check_in_id": id}


DEFINED = defined_event(LAUNCHES)


def test_a_check_in_records_a_value(given, facts):
    launch = given(DEFINED)
    id = launch.check_in(today=TODAY, value=D(1))
    assert facts(launch) == [checked_in_event(id, value=D(1))]


def test_a_check_in_records_all_fields(given, facts):
    launch, note = given(DEFINED), AuthoredText(ADA, "Going well")
    fields = {"value": D(1), "confidence": D("0.7"), "status": "on_track", "note": note, "wins": [note], "next_steps": [note]}
    blockers = [{"id": uuid4(), "kind": "capacity", "text": note}]
    id = launch.check_in(today=TODAY, measured_on=TODAY - timedelta(3), **fields, blockers=blockers)
    assert facts(launch) == [checked_in_event(id, measured_on=TODAY - timedelta(3), **fields, blockers=blockers)]


@pytest.mark.parametrize("fields", [{"confidence": D(0)}, {"status": "at_risk"}, {"value": D(0)}])
def test_one_of_value_confidence_and_status_is_enough(given, facts, fields):
    launch = given(DEFINED)
    id = launch.check_in(today=TODAY, **fields)
    assert facts(launch) == [checked_in_event(id, **fields)]


@pytest.mark.parametrize("fields", [{}, {"note": AuthoredText(ADA, "Hello")}, {"wins": [AuthoredText(ADA, "Won")]}])
def test_a_bare_note_is_no_check_in(given, fields):
    with pytest.raises(EmptyInput):
        given(DEFINED).check_in(today=TODAY, **fields)


def test_milestones_name_the_steps_done_so_far(given, facts):
    concept = given(defined_event(STEPS))
    id = concept.check_in(today=TODAY, milestones=[])
    assert facts(concept) == [checked_in_event(id, milestones=[])]
    with pytest.raises(WrongValue):
        concept.check_in(today=TODAY, milestones=["sale"])


def test_a_check_in_measures_today_by_default(given, facts):
    launch = given(DEFINED)
    launch.check_in(today=TODAY, value=D(1))
    assert facts(launch)[0][1]["measured_on"] == TODAY


def test_a_check_in_after_the_cycle_measures_its_last_day(given, facts):
    launch = given(DEFINED)
    launch.check_in(today=LAST_DAY + timedelta(5), value=D(1))
    assert facts(launch)[0][1]["measured_on"] == LAST_DAY


def test_a_check_in_may_measure_a_day_before_the_cycle(given, facts):
    launch = given(DEFINED)
    launch.check_in(today=TODAY, measured_on=date(2020, 1, 1), value=D(0))
    assert facts(launch)[0][1]["measured_on"] == date(2020, 1, 1)


def test_a_check_in_never_measures_a_future_day(given):
    with pytest.raises(FutureDay) as refused:
        given(DEFINED).check_in(today=TODAY, measured_on=TODAY + timedelta(1), value=D(1))
    assert refused.value.pointer == "/measured_on"


def test_a_check_in_never_measures_a_day_after_the_cycle(given):
    launch, later = given(DEFINED, checked_in_event(value=D(1))), LAST_DAY + timedelta(5)
    with pytest.raises(AfterCycleEnd):
        launch.check_in(today=later, measured_on=LAST_DAY + timedelta(1), value=D(1))
    with pytest.raises(AfterCycleEnd):
        launch.correct_check_in(FIRST, today=later, measured_on=LAST_DAY + timedelta(1))


def test_a_text_has_a_maximum_length():
    assert AuthoredText(ADA, "x" * MAX_TEXT_LENGTH)
    with pytest.raises(TooLong):
        AuthoredText(ADA, "x" * (MAX_TEXT_LENGTH + 1))


def test_a_correction_replaces_the_given_fields(given, facts):
    launch = given(DEFINED, checked_in_event(value=D(1), confidence=D("0.5")))
    launch.correct_check_in(FIRST, today=TODAY, value=D(2))
    assert facts(launch) == [corrected_event(value=D(2))]
    stated = {"value": D(2), "milestones": None, "confidence": D("0.5"), "status": None, "measured_on": TODAY, "blockers": []}
    assert launch.get_check_in(FIRST) == {**stated, "version": 2, "retracted": False}


@pytest.mark.parametrize("withdrawn", [["confidence"], ["note"], ["confidence", "note"]])
def test_a_correction_withdraws_the_confidence_and_the_note(given, facts, withdrawn):
    launch = given(DEFINED, checked_in_event(value=D(1), confidence=D("0.5")))
    launch.correct_check_in(FIRST, today=TODAY, withdrawn=withdrawn)
    assert facts(launch) == [corrected_event(withdrawn=withdrawn)]
    assert launch.get_check_in(FIRST)["confidence"] == (None if "confidence" in withdrawn else D("0.5"))


def test_a_check_in_keeps_a_statement(given, facts):
    launch = given(DEFINED, checked_in_event(confidence=D("0.5")))
    with pytest.raises(LastStatement):
        launch.correct_check_in(FIRST, today=TODAY, withdrawn=["confidence"])
    launch.correct_check_in(FIRST, today=TODAY, status="at_risk", withdrawn=["confidence"])
    launch.correct_check_in(FIRST, today=TODAY, withdrawn=["note"])
    assert [fields["withdrawn"] for _, fields in facts(launch)] == [["confidence"], ["note"]]


def test_a_correction_without_a_value_keeps_it(given):
    launch = given(DEFINED, checked_in_event(value=D(1)), corrected_event(confidence=D(1)))
    assert launch.get_check_in(FIRST)["value"] == D(1)


def test_a_correction_needs_a_field(given):
    with pytest.raises(EmptyInput):
        given(DEFINED, checked_in_event(value=D(1))).correct_check_in(FIRST, today=TODAY, value=None)


def test_a_correction_fits_the_metric(given):
    with pytest.raises(WrongValue):
        given(DEFINED, checked_in_event(value=D(1))).correct_check_in(FIRST, today=TODAY, milestones=["launch"])


def test_a_retraction_withdraws_a_check_in(given, facts):
    launch = given(DEFINED, checked_in_event(value=D(1)))
    launch.retract_check_in(FIRST)
    assert facts(launch) == [retracted_event()]


@pytest.mark.parametrize("command", ["correct_check_in", "retract_check_in"])
def test_a_retracted_check_in_accepts_no_changes(given, command):
    launch, fields = given(DEFINED, checked_in_event(value=D(1)), retracted_event()), {"today": TODAY, "value": D(2)}
    with pytest.raises(AlreadyRetracted):
        getattr(launch, command)(FIRST, **(fields if command == "correct_check_in" else {}))


def test_an_unknown_check_in_is_not_corrected_or_retracted(given):
    launch = given(DEFINED, checked_in_event(value=D(1)))
    with pytest.raises(NotFound):
        launch.correct_check_in(SECOND, today=TODAY, value=D(2))
    with pytest.raises(NotFound):
        launch.retract_check_in(SECOND)


def test_a_cancelled_key_result_accepts_no_correction_or_retraction(given):
    launch = given(DEFINED, checked_in_event(value=D(1)), CANCELLED)
    with pytest.raises(KeyResultClosed):
        launch.correct_check_in(FIRST, today=TODAY, value=D(2))
    with pytest.raises(KeyResultClosed):
        launch.retract_check_in(FIRST)
