"""Check-in adherence in total, by unit, by owner and by due day."""

from datetime import date

import pytest

from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def duties(record, person):
    """Two units: a key result with on-time, late and missed check-ins; another one reassigned after its first due day."""
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
    return tuple(part[name] for name in ("on_time", "late", "missed", "pending", "adherence"))


@pytest.mark.usefixtures("duties")
def test_duties_are_counted_in_total_by_unit_and_by_owner_on_the_due_day(report):
    told = report(today=date(2024, 1, 22))
    adherence, names = told["adherence"], told["names"]
    assert duty_states(adherence["total"]) == (4, 2, 0, 20, "0.6666666666666666666666666667")
    assert {names[each["unit_id"]]: duty_states(each) for each in adherence["units"]} == {
        "builders": (2, 1, 0, 10, "0.6666666666666666666666666667"),
        "sellers": (2, 1, 0, 10, "0.6666666666666666666666666667"),
    }
    assert {names[each["owner"]]: duty_states(each) for each in adherence["owners"]} == {
        "Ben": (3, 1, 0, 10, "0.75"),
        "Eve": (1, 1, 0, 10, "0.5"),
    }
    assert adherence["total"]["streak"] == {"current": 1, "longest": 1}


@pytest.mark.usefixtures("duties")
def test_each_due_day_is_listed_and_pending_until_its_grace_is_over(report):
    days = report(today=date(2024, 1, 29))["adherence"]["days"]
    assert [(each["day"], each["on_time"], each["late"], each["missed"], each["pending"]) for each in days[:5]] == [
        ("2024-01-05", 2, 0, 0, 0),
        ("2024-01-12", 0, 2, 0, 0),
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
