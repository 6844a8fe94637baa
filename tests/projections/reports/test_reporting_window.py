"""The reporting window of a retrospective, and its header."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def window_positions(report):
    """The positions of the start and of the end."""

    def read(**asked):
        told = report(**asked)["span"]
        return told["start"]["position"], told["end"]["position"]

    return read


@pytest.fixture
def second_quarter(record):
    """The second quarter, agreed in March and begun."""
    record.at_day(date(2024, 3, 20))
    record.cycle("spring", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    record("Cycle.Activated", "spring")
    return record


def test_it_begins_with_all_that_was_recorded_before_the_cycles_first_instant(second_quarter, window_positions, report):
    second_quarter.at_day(LAST_DAY, 23)
    last = second_quarter.objective("lead", cycle="spring")
    second_quarter.at_day(date(2024, 4, 1), 0)
    head = second_quarter.objective("build", cycle="spring")
    assert window_positions(cycle="spring") == (last, head)
    assert report(cycle="spring")["span"]["start"]["at"] == "2024-04-01T00:00:00Z"


def test_a_cycle_activated_later_begins_with_that(record, window_positions, report):
    record.cycle("late")
    record.objective("lead", cycle="late")
    begun = record.at_day(date(2024, 1, 15))("Cycle.Activated", "late")
    head = record.objective("build", cycle="late")
    assert window_positions(cycle="late") == (begun, head)
    assert report(cycle="late")["span"]["start"]["at"] == "2024-01-15T12:00:00Z"


def test_a_cycle_that_has_not_begun_has_nothing_between_start_and_end(second_quarter, window_positions, report):
    head = second_quarter.objective("lead", cycle="spring")
    assert window_positions(cycle="spring") == (head, head)
    assert report(cycle="spring")["moved"]["count"] == 0


def test_a_closed_cycle_ends_right_before_its_closing(second_quarter, window_positions, report):
    last = second_quarter.at_day(date(2024, 7, 3)).objective("lead", cycle="spring")
    closing = second_quarter("Cycle.Closed", "spring", policy=DEFAULT_POLICY, reason="It is over")
    second_quarter.objective("build")
    assert window_positions(cycle="spring") == (last - 1, last)
    told = report(cycle="spring")
    assert (told["cycle"]["state"], told["cycle"]["name"], told["span"]["end"]["at"][:10]) == (
        "closed",
        "spring",
        "2024-07-03",
    )
    assert told["position"] == closing + 1


def test_the_first_day_begins_where_the_organisation_is(okrs, reader, report_builder, second_quarter):
    """In Auckland the first of April begins at noon of the day before in UTC."""
    reader.zone = report_builder.reader.zone = ZoneInfo("Pacific/Auckland")
    second_quarter.at_day(LAST_DAY, 10)
    last = second_quarter.objective("lead", cycle="spring")
    second_quarter.at_day(LAST_DAY, 11)
    second_quarter.objective("build", cycle="spring")
    told = report_builder.build(cycle="spring")
    assert (told["span"]["start"], okrs.log_recorder.head().position) == (
        {"position": last, "at": "2024-03-31T11:00:00Z"},
        last + 1,
    )
    assert [item["subject"]["title"] for item in told["moved"]["items"]] == ["build"]


def test_the_header_has_the_cycle_the_unit_the_position_the_root_and_the_policy(record, views, report, goal):
    goal("lead", Decimal(1), unit="products")
    told = report(unit="products")
    head = views.catch_up(60)
    assert told["unit"] == {"id": str(id_of("products")), "name": "products", "level": "department"}
    assert told["cycle"] == {
        "id": str(id_of("quarter")),
        "name": "quarter",
        "starts_on": "2024-01-01",
        "ends_on": "2024-03-31",
        "state": "active",
        "seal": None,
    }
    assert (told["report"], told["position"]) == ("retrospective", head.position)
    assert told["ledger_root"] == views.log.compute_root(head.position).hex()
    assert told["policy"] == DEFAULT_POLICY
    assert told["effective_on"] == record.now.date().isoformat()
