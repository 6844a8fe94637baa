"""Which check-in is in force, and why others do not count."""

from datetime import date

import pytest

from projections.explanations import check_in_statements
from tests.projections.event_recorder import LAST_DAY, id_of

DAYS = [date(2024, 1, day) for day in (5, 12, 19, 26)]


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


def uncounted_check_ins(found):
    return [(each["value"], each["because"], each["positions"]) for each in found["value"]["uncounted"]["items"]]


def test_the_last_by_day_and_position_is_in_force_and_the_others_have_a_reason(launch, explain):
    said = [launch.at_day(day).check_in("launch", f"number {n}", value=n) for n, day in enumerate(DAYS)]
    withdrawn = launch.retract("launch", "number 2")
    found = explain("launch", on=DAYS[2])
    check_in = found["value"]["check_in"]
    assert (found["value"]["value"], check_in["id"], check_in["position"]) == ("1", str(id_of("number 1")), said[1])
    assert (check_in["measured_on"], check_in["after_end"], check_in["corrections"]) == ("2024-01-12", False, [])
    assert check_in["recorded_at"] == "2024-01-12T12:00:00Z"
    assert check_in["author"] == str(launch.intent.actor)
    assert uncounted_check_ins(found) == [
        ("3", "measured_later", [said[3]]),
        ("2", "retracted", [said[2], withdrawn]),
        ("0", "superseded", [said[0]]),
    ]


def test_a_corrected_check_in_shows_where_it_was_corrected(launch, explain):
    said = launch.check_in("launch", "first", value=2)
    noted = launch.correct("launch", "first", confidence="0.5")
    corrected = launch.correct("launch", "first", value=4)
    found = explain("launch")
    assert found["progress"]["with_numbers"] == "(4 - 0) / (10 - 0)"
    assert found["progress"]["inputs"]["v"]["positions"] == [said, corrected]
    assert found["value"]["check_in"]["corrections"] == [noted, corrected]
    assert found["confidence"]["value"] == "0.5"
    assert found["confidence"]["positions"] == [said, noted]
    before = explain("launch", corrected - 1)
    assert (before["progress"]["value"], before["value"]["check_in"]["corrections"]) == ("0.2", [noted])


def test_a_check_in_recorded_after_the_cycle_says_so(launch, explain):
    launch.at_day(LAST_DAY.replace(month=4, day=2)).check_in("launch", value=1, on=LAST_DAY)
    assert explain("launch")["value"]["check_in"]["after_end"] is True


def test_confidence_is_the_last_one_stated(launch, explain):
    first = launch.at_day(DAYS[0]).check_in("launch", value=1, confidence="0.7")
    launch.at_day(DAYS[1]).check_in("launch", value=2)
    found = explain("launch")["confidence"]
    assert (found["value"], found["measured_on"], found["positions"]) == ("0.7", "2024-01-05", [first])
    assert found["check_in"]["position"] == first


def test_a_check_in_without_a_value_is_no_candidate(launch, explain):
    launch.check_in("launch", status="on_track")
    found = explain("launch")
    assert (found["value"]["check_in"], uncounted_check_ins(found)) == (None, [])


def test_the_newest_uncounted_check_ins_are_listed(launch, explain, monkeypatch):
    monkeypatch.setattr(check_in_statements, "MAX_UNCOUNTED", 2)
    for n in range(5):
        launch.check_in("launch", value=n)
    found = explain("launch")["value"]
    assert [each["value"] for each in found["uncounted"]["items"]] == ["3", "2"]
    assert (found["value"], found["uncounted"]["left_out"]) == ("4", 2)


def test_in_a_period_the_last_value_decides(launch, explain):
    launch("KeyResult.TargetRevised", "launch", metric={"kind": "at_least", "target": "5", "measure": None})
    early, late, alone = (
        launch.at_day(day).check_in("launch", value=n) for n, day in ((1, DAYS[0]), (9, DAYS[0]), (2, DAYS[1]))
    )
    found = explain("launch")
    assert found["progress"]["with_numbers"] == "1 / 2"
    assert found["progress"]["inputs"]["met"]["positions"] == [late, alone]
    assert uncounted_check_ins(found) == [("1", "superseded", [early])]
    outside = launch.at_day(DAYS[2]).check_in("launch", value=9, on=date(2023, 12, 31))
    assert uncounted_check_ins(explain("launch"))[0] == ("9", "no_period", [outside])


def test_the_check_in_of_the_baseline_is_marked(launch, explain):
    metric = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}
    launch.key_result("sell", of="lead", metric=metric)
    first = launch.check_in("sell", "first", value=50)
    captured = {**metric, "baseline": "50", "target": "60"}
    taken = launch("KeyResult.BaselineCaptured", "sell", metric=captured, check_in_id=id_of("first"))
    found = explain("sell")
    assert (uncounted_check_ins(found), found["progress"]["positions"]) == ([], [first - 1, first, taken])
    launch.check_in("sell", value=54)
    assert uncounted_check_ins(explain("sell")) == [("50", "baseline", [first])]
