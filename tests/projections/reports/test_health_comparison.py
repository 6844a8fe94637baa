"""Reported health against computed health."""

from datetime import date

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
