"""Reported health against computed health."""

from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def reported_key_results(record):
    """Key results halfway through the quarter, each with a value out of ten and perhaps a status."""
    record.objective("lead")
    record.at_day(date(2024, 2, 14))
    for n, (value, status) in enumerate([(5, "on_track"), (0, "on_track"), (3, "at_risk"), (9, "off_track"), (None, None)]):
        record.key_result(f"part {n}", of="lead")
        if value is not None:
            record.check_in(f"part {n}", value=value, status=status)
    record.key_result("silent", of="lead")
    record.check_in("silent", value=1)
    record.key_result("dropped", of="lead")
    record.check_in("dropped", value=0, status="on_track")
    record("KeyResult.Cancelled", "dropped")


@pytest.mark.usefixtures("reported_key_results")
def test_each_pair_of_reported_and_computed_health_is_counted(report):
    health = report(today=date(2024, 2, 15))["health"]
    nothing = dict.fromkeys(("on_track", "at_risk", "off_track", "pending"), 0)
    assert health["table"] == [
        {"reported": "on_track", **nothing, "on_track": 1, "off_track": 1},
        {"reported": "at_risk", **nothing, "at_risk": 1},
        {"reported": "off_track", **nothing, "on_track": 1},
        {"reported": None, **nothing, "off_track": 1, "pending": 1},
    ]


@pytest.mark.usefixtures("reported_key_results")
def test_mismatches_are_listed(report):
    mismatches = report(today=date(2024, 2, 15))["health"]["mismatches"]
    assert [(each["title"], each["reported"], each["computed"]) for each in mismatches] == [
        ("part 1", "on_track", "off_track"),
        ("part 3", "off_track", "on_track"),
    ]


@pytest.mark.usefixtures("reported_key_results")
def test_effective_health_is_counted(report):
    assert report(today=date(2024, 2, 15))["health"]["effective"] == {"at_risk": 1, "off_track": 2, "on_track": 2, "pending": 1}
    assert report(today=date(2024, 3, 31))["health"]["effective"] == {"outdated": 6}


@pytest.mark.usefixtures("reported_key_results")
def test_health_is_judged_on_the_last_day_of_the_cycle(report):
    on_last_day, later = (report(today=day) for day in (date(2024, 3, 31), date(2024, 5, 1)))
    assert later["health"] == on_last_day["health"]
    assert [later["findings"][part] for part in ("codes", "opened")] == [
        on_last_day["findings"][part] for part in ("codes", "opened")
    ]


@pytest.mark.usefixtures("reported_key_results")
def test_health_follows_the_values_at_the_position_of_the_report(record, report):
    record.at_day(date(2024, 4, 2)).check_in("part 1", value=8, status="on_track", on=date(2024, 3, 31))
    health = report(today=date(2024, 4, 3))["health"]
    assert health["effective"] == {"on_track": 1, "outdated": 5}
    assert {each["title"]: each["computed"] for each in health["mismatches"]}.get("part 1") is None


@pytest.mark.usefixtures("reported_key_results")
def test_scores_and_closing_are_left_out_of_health(record, report, score, reader):
    before = report(today=date(2024, 2, 15))
    score("part 0", Decimal("0.5"))
    record("Objective.Closed", "lead")
    after = report(today=date(2024, 2, 15))
    assert after["health"] == before["health"]
    assert after["findings"]["codes"] == before["findings"]["codes"]
    assert reader.key_result("part 0").health.effective == reader.objective("lead").health.effective == "closed"
