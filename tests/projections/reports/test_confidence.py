"""The mean confidence in force on each due day, and the calibration of confidence against scores."""

from datetime import date
from decimal import Decimal

import pytest

from tests.projections.event_recorder import LAST_DAY

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
D = Decimal


@pytest.fixture
def confidence_over_time(report):
    """The number of stated confidences on each due day, and their mean."""

    def read_section(today=LAST_DAY, **whose):
        found = report(today=today, **whose)["confidence"]["over_time"]
        return {date.fromisoformat(each["day"]): (each["stated"], each["mean"]) for each in found}

    return read_section


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


def test_every_past_due_day_has_the_mean_of_the_last_statements(launch, confidence_over_time):
    launch.key_result("sell", of="lead")
    launch.at_day(date(2024, 1, 5)).check_in("launch", confidence="0.4")
    launch.at_day(date(2024, 1, 12)).check_in("sell", confidence="0.9")
    launch.at_day(date(2024, 1, 13)).check_in("launch", confidence=1)
    launch.at_day(date(2024, 1, 14)).check_in("launch", value=3)
    assert confidence_over_time(date(2024, 1, 20)) == {
        date(2024, 1, 5): (1, "0.4"),
        date(2024, 1, 12): (2, "0.65"),
        date(2024, 1, 19): (2, "0.95"),
    }


def test_a_later_effective_day_adds_no_future_due_day(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 5)).check_in("launch", confidence="0.4")
    assert confidence_over_time(date(2024, 1, 7), on=date(2024, 3, 1)) == {date(2024, 1, 5): (1, "0.4")}


def test_without_statements_there_is_no_mean(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 5)).check_in("launch", value=1)
    assert confidence_over_time(date(2024, 1, 5)) == {date(2024, 1, 5): (0, None)}


def test_the_measured_day_counts_first_then_the_position(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 4)).check_in("launch", confidence="0.8")
    launch.check_in("launch", confidence="0.7", on=date(2024, 1, 3))
    assert confidence_over_time(date(2024, 1, 5)) == {date(2024, 1, 5): (1, "0.8")}
    launch.check_in("launch", confidence="0.6")
    assert confidence_over_time(date(2024, 1, 5)) == {date(2024, 1, 5): (1, "0.6")}


def test_a_report_of_an_earlier_day_changes_no_due_day_before_it_was_recorded(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 4)).check_in("launch", confidence="0.8")
    launch.at_day(date(2024, 1, 15)).check_in("launch", confidence="0.2", on=date(2024, 1, 10))
    assert [mean for _, mean in confidence_over_time(date(2024, 1, 19)).values()] == ["0.8", "0.8", "0.2"]


def test_a_retracted_check_in_counts_until_its_retraction(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 4)).check_in("launch", "first", confidence="0.8")
    launch.at_day(date(2024, 1, 11)).check_in("launch", "second", confidence="0.2")
    launch.at_day(date(2024, 1, 15)).retract("launch", "second")
    launch.at_day(date(2024, 1, 22)).retract("launch", "first")
    assert list(confidence_over_time(date(2024, 1, 26)).values()) == [(1, "0.8"), (1, "0.2"), (1, "0.8"), (0, None)]


def test_a_correction_counts_from_its_recording_on(launch, confidence_over_time):
    launch.at_day(date(2024, 1, 4)).check_in("launch", "first", confidence="0.8")
    launch.at_day(date(2024, 1, 10)).correct("launch", "first", confidence="0.1")
    launch.at_day(date(2024, 1, 15)).correct("launch", "first", value=3)
    assert [mean for _, mean in confidence_over_time(date(2024, 1, 19)).values()] == ["0.8", "0.1", "0.1"]


def test_cancelled_key_results_are_excluded(launch, confidence_over_time):
    launch.key_result("sell", of="lead")
    launch.at_day(date(2024, 1, 4)).check_in("launch", confidence="0.8")
    launch.check_in("sell", confidence="0.2")
    launch.at_day(date(2024, 1, 15))("KeyResult.Cancelled", "sell")
    assert [stated for stated, _ in confidence_over_time(date(2024, 1, 19)).values()] == [1, 1, 1]


@pytest.fixture
def calibration(record, score, report):
    """The calibration of pairs of confidence and score; null for a missing one."""

    def read_section(*pairs):
        record.objective("lead")
        for n, (sure, scored) in enumerate(pairs):
            record.key_result(f"part {n}", of="lead")
            if sure is not None:
                record.check_in(f"part {n}", confidence=sure)
            if scored is not None:
                score(f"part {n}", D(scored))
        return report()["confidence"]["calibration"]

    return read_section


def test_confidence_is_compared_with_the_score_where_there_are_both(calibration):
    read_section = calibration(("0.9", "0.5"), ("0.2", "0.4"), (None, "0.7"), ("0.3", None))
    assert [read_section[name] for name in ("compared", "mean_absolute_error", "mean_difference")] == [2, "0.3", "0.1"]


def test_where_nothing_can_be_compared_there_is_no_error(calibration):
    read_section = calibration((None, "0.7"), ("0.3", None))
    assert [read_section[name] for name in ("compared", "mean_absolute_error", "mean_difference")] == [0, None, None]


def test_bands_of_confidence_take_their_lower_bound_in_and_the_last_takes_1(calibration):
    bands = calibration(("0", "0.1"), ("0.2", "0.3"), ("0.19", "0.5"), ("0.8", "1"), ("1", "0.9"))["bands"]
    assert [(band["from"], band["to"], band["compared"], band["confidence"], band["score"]) for band in bands] == [
        ("0", "0.2", 2, "0.095", "0.3"),
        ("0.2", "0.4", 1, "0.2", "0.3"),
        ("0.4", "0.6", 0, None, None),
        ("0.6", "0.8", 0, None, None),
        ("0.8", "1", 2, "0.9", "0.95"),
    ]
