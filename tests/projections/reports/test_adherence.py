"""Check-in adherence in total, by unit, by owner and by due day."""

from datetime import date
from decimal import Decimal

import pytest

from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def duties(record, person):
    """Two units: a key result with days on time and one missed; another one reassigned after its first due day."""
    ben, eve = person("Ben"), person("Eve")
    record.objective("build", unit="builders")
    record.objective("sell", unit="sellers")
    record.key_result("build it", of="build", owner=ben)
    record.key_result("sell it", of="sell", owner=ben)
    record.at_day(date(2024, 1, 4)).check_in("build it", value=1)
    record.check_in("sell it", value=1)
    record.at_day(date(2024, 1, 8))("KeyResult.Reassigned", "sell it", owner=eve, reason="She knows them")
    record.at_day(date(2024, 1, 16)).check_in("build it", value=2)
    record.at_day(date(2024, 1, 17)).check_in("sell it", value=2)
    return record


def duty_states(part):
    return tuple(part[name] for name in ("on_time", "late", "missed", "pending", "done", "adherence"))


@pytest.mark.usefixtures("duties")
def test_duties_are_counted_in_total_by_unit_and_by_owner_on_the_due_day(report):
    told = report(today=date(2024, 1, 22))
    adherence, names = told["adherence"], told["names"]
    assert duty_states(adherence["total"]) == (4, 0, 2, 20, 0, "0.6666666666666666666666666667")
    assert {names[each["unit_id"]]: duty_states(each) for each in adherence["units"]} == {
        "builders": (2, 0, 1, 10, 0, "0.6666666666666666666666666667"),
        "sellers": (2, 0, 1, 10, 0, "0.6666666666666666666666666667"),
    }
    assert {names[each["owner"]]: duty_states(each) for each in adherence["owners"]} == {
        "Ben": (3, 0, 1, 10, 0, "0.75"),
        "Eve": (1, 0, 1, 10, 0, "0.5"),
    }
    assert adherence["total"]["streak"] == {"current": 1, "longest": 1}


@pytest.mark.usefixtures("duties")
def test_a_duty_answered_ahead_of_its_day_is_done(report):
    days = report(today=date(2024, 1, 17))["adherence"]["days"]
    assert [(each["day"], each["pending"], each["done"]) for each in days[2:4]] == [("2024-01-19", 0, 2), ("2024-01-26", 2, 0)]


def test_nothing_falls_due_for_what_has_a_score(duties, report, score):
    duties.at_day(date(2024, 1, 18))
    score("build it", Decimal("0.5"))
    told = report(today=date(2024, 1, 22))["adherence"]
    assert duty_states(told["total"]) == (3, 0, 2, 10, 0, "0.6")


@pytest.mark.usefixtures("duties")
def test_each_due_day_is_listed_and_pending_until_its_grace_is_over(report):
    days = report(today=date(2024, 1, 29))["adherence"]["days"]
    assert [(each["day"], each["on_time"], each["late"], each["missed"], each["pending"]) for each in days[:5]] == [
        ("2024-01-05", 2, 0, 0, 0),
        ("2024-01-12", 0, 0, 2, 0),
        ("2024-01-19", 2, 0, 0, 0),
        ("2024-01-26", 0, 0, 0, 2),
        ("2024-02-02", 0, 0, 0, 2),
    ]
    days = report(today=date(2024, 1, 30))["adherence"]["days"]
    assert (days[3]["missed"], days[3]["pending"]) == (2, 0)


@pytest.mark.usefixtures("duties")
def test_a_unit_includes_the_duties_of_the_units_below_it(report):
    units = report(unit="products", today=date(2024, 1, 22))["adherence"]["units"]
    assert [each["unit_id"] for each in units] == [str(id_of("builders"))]
