"""Check-ins: events in, versions of check-ins and standings out."""

import json
from datetime import date, timedelta

import pytest

from projections.store.tables import check_ins, standings
from tests.projections.event_recorder import id_of

TENTH = date(2024, 1, 10)
DAY_BEFORE, DAY_AFTER = TENTH - timedelta(1), TENTH + timedelta(1)
STEPS = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}


@pytest.fixture
def launch(record):
    """A teller of check-ins on the key result `launch`, from the tenth of January on."""
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record.at_day(TENTH)


@pytest.fixture
def effective_values(rows):
    """What is in force, by name."""

    def now(*names):
        row = rows(standings, "launch")[-1]
        return tuple(row[name] for name in names)

    return now


def effective_names(standing):
    value, confidence, status, latest = standing("value", "confidence", "status", "latest")
    return value, confidence, status, latest and json.loads(latest)["id"]


def latest_check_in(name):
    return str(id_of(name))


def test_a_check_in_is_a_row_and_moves_what_is_in_force(launch, rows, effective_values):
    position = launch.check_in("launch", "a", value="2.50", confidence="0.7", status="at_risk", milestones=None)
    (row,) = rows(check_ins, "a")
    assert (row["from_position"], row["created"], row["version"], row["retracted"]) == (position, position, 1, 0)
    assert (row["value"], row["confidence"], row["status"], row["measured_on"]) == ("2.5", "0.7", "at_risk", "2024-01-10")
    assert row["key_result_id"] == str(id_of("launch"))
    assert row["author"] == str(launch.intent.actor)
    assert effective_names(effective_values) == ("2.5", "0.7", "at_risk", latest_check_in("a"))
    assert effective_values("version") == (2,)


def test_what_a_check_in_leaves_out_stays_in_force(launch, effective_values):
    launch.check_in("launch", "a", value=1, confidence="0.7", status="at_risk")
    launch.check_in("launch", "b", confidence="0.9")
    assert effective_names(effective_values) == ("1", "0.9", "at_risk", latest_check_in("b"))


def test_the_day_that_a_check_in_speaks_about_decides_not_when_it_came(launch, effective_values):
    launch.check_in("launch", "a", value=1, status="at_risk")
    launch.check_in("launch", "b", value=2, confidence="0.2", status="on_track", on=DAY_BEFORE)
    assert effective_names(effective_values) == ("1", "0.2", "at_risk", latest_check_in("a"))


def test_of_one_day_the_last_recorded_counts(launch, effective_values):
    for number in range(3):
        launch.check_in("launch", f"{number}", value=number, status="on_track")
    assert effective_names(effective_values) == ("2", None, "on_track", latest_check_in("2"))


def test_a_value_of_nothing_is_a_value(launch, effective_values):
    launch.check_in("launch", "a", value=5)
    launch.check_in("launch", "b", value=0)
    assert effective_names(effective_values) == ("0", None, None, latest_check_in("b"))


def test_no_steps_done_is_a_report_too(launch, record, rows):
    record.key_result("steps", of="lead", metric=STEPS)
    launch.check_in("steps", "a", milestones=["concept"])
    launch.check_in("steps", "b", milestones=[])
    row = rows(standings, "steps")[-1]
    assert (row["milestones"], row["value"], row["value_on"]) == ("[]", None, "2024-01-10")
    assert json.loads(row["latest"])["milestones"] == []


def test_a_correction_replaces_what_it_names_and_keeps_its_place(launch, rows, effective_values):
    launch.check_in("launch", "a", value=1, confidence="0.7")
    launch.check_in("launch", "b", value=2)
    position = launch.correct("launch", "a", value=9, reason="A slip")
    original, corrected = rows(check_ins, "a")
    assert (original["value"], corrected["value"], corrected["confidence"]) == ("1", "9", "0.7")
    assert (original["to_position"], corrected["from_position"]) == (position, position)
    assert (corrected["version"], corrected["created"], corrected["measured_on"]) == (2, original["created"], "2024-01-10")
    assert corrected["changed_by"] == corrected["author"] == str(launch.intent.actor)
    assert "slip" not in corrected["reason"]
    assert effective_names(effective_values) == ("2", "0.7", None, latest_check_in("b"))


def test_a_correction_of_what_is_in_force_moves_it(launch, effective_values):
    launch.check_in("launch", "a", value=1)
    launch.check_in("launch", "b", value=2)
    launch.correct("launch", "b", value=3)
    assert effective_names(effective_values) == ("3", None, None, latest_check_in("b"))


def test_a_correction_can_state_what_was_left_out(launch, effective_values):
    launch.check_in("launch", "a", value=1)
    launch.correct("launch", "a", status="off_track", confidence="0.1")
    assert effective_names(effective_values) == ("1", "0.1", "off_track", latest_check_in("a"))


@pytest.mark.parametrize(("day", "value"), [(DAY_BEFORE, "2"), (DAY_AFTER, "1")])
def test_a_corrected_day_moves_a_check_in(launch, effective_values, day, value):
    launch.check_in("launch", "a", value=1)
    launch.check_in("launch", "b", value=2)
    launch.correct("launch", "a", measured_on=day)
    assert effective_values("value") == (value,)


def test_a_check_in_moved_to_anothers_day_comes_before_what_was_recorded_later(launch, effective_values):
    launch.check_in("launch", "a", value=1, on=DAY_BEFORE)
    launch.check_in("launch", "b", value=2, on=TENTH)
    launch.correct("launch", "a", measured_on=TENTH)
    assert effective_values("value") == ("2",)


def test_a_retraction_brings_back_what_was_in_force_before(launch, rows, effective_values):
    launch.check_in("launch", "a", value=1, status="on_track")
    launch.check_in("launch", "b", value=2, confidence="0.5")
    launch.retract("launch", "b")
    assert effective_names(effective_values) == ("1", None, "on_track", latest_check_in("a"))
    assert [row["retracted"] for row in rows(check_ins, "b")] == [0, 1]


def test_when_all_is_retracted_nothing_is_in_force(launch, effective_values):
    launch.check_in("launch", "a", value=1, status="on_track")
    launch.retract("launch", "a")
    assert effective_names(effective_values) == (None, None, None, None)
    assert effective_values("reported_at", "value_on", "version") == (None, None, 3)


def test_the_past_keeps_what_was_in_force_then(launch, rows):
    launch.check_in("launch", "a", value=1)
    launch.correct("launch", "a", value=2)
    launch.retract("launch", "a")
    assert [row["value"] for row in rows(standings, "launch")] == [None, "1", "2", None]


def test_reports_and_corrections_in_one_batch_give_what_they_give_one_by_one(launch, open_views, read_all_rows, store):
    for number in range(4):
        launch.check_in("launch", f"{number}", value=number)
        launch.correct("launch", f"{number}", value=number + 10)
        launch.retract("launch", f"{number}") if number % 2 else None
    at_once, one_by_one = open_views("at_once"), open_views("one_by_one", chunk=1)
    assert at_once.catch_up(60) == one_by_one.catch_up(60) == store.log.head()
    assert read_all_rows(at_once) == read_all_rows(one_by_one)
