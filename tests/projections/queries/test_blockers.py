"""Blockers: how long each stands in the way, in whole days of the organisation's zone."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from projections.queries.blockers import serialize_blocker
from projections.store.lookups import fetch_rows_at
from projections.store.tables import BlockerRow
from tests.projections.event_recorder import id_of

TENTH = date(2024, 1, 10)


@pytest.fixture
def illness_reported(record):
    """A check-in at eight UTC on the tenth of January reports the blocker `ill` of `launch`."""
    record.objective("lead")
    record.key_result("launch", of="lead")
    record.at_day(TENTH, 8).check_in("launch", "first", status="at_risk", blockers=[blocker_event("ill")])
    record.conversation("launch", "key_result")
    return record


def blocker_event(name):
    return {"id": id_of(name), "kind": "capacity", "text": None, "owner": None}


@pytest.fixture
def blocker_rows(reader):
    def found(today=None, zone="UTC"):
        moment = replace(reader.moment(today=today), zone=ZoneInfo(zone))
        with reader.views.connect() as connection:
            rows = fetch_rows_at(connection, BlockerRow, moment.position)
        return [(each["id"], each["state"], each["age_days"]) for each in (serialize_blocker(row, moment) for row in rows)]

    return found


def resolve_blocker(tell, name, day):
    tell("Conversation.BlockerResolved", "about launch", blocker_id=id_of(name), resolved_on=day)


@pytest.mark.usefixtures("illness_reported")
def test_an_open_one_grows_older_by_the_day(blocker_rows):
    assert [blocker_rows(date(2024, 1, day)) for day in (10, 11, 31)] == [
        [(str(id_of("ill")), "open", age)] for age in (0, 1, 21)
    ]


@pytest.mark.usefixtures("illness_reported")
def test_a_day_begins_where_the_organisation_is(blocker_rows):
    ages = [blocker_rows(TENTH, zone)[0][2] for zone in ("America/Havana", "UTC", "Pacific/Auckland")]
    assert ages == [0, 0, 1]


@pytest.mark.parametrize(("day", "age"), [(12, 2), (10, 0), (9, 0)])
def test_a_resolved_one_keeps_its_age_and_none_is_below_0(illness_reported, blocker_rows, day, age):
    resolve_blocker(illness_reported, "ill", date(2024, 1, day))
    assert blocker_rows(date(2024, 3, 1)) == [(str(id_of("ill")), "resolved", age)]


def test_a_blocker_from_a_correction_is_as_old_as_its_check_in(illness_reported, blocker_rows):
    illness_reported.at_day(date(2024, 1, 15)).correct("launch", "first", blockers=[blocker_event("slow")])
    assert blocker_rows(date(2024, 1, 20)) == [(str(id_of("ill")), "withdrawn", None), (str(id_of("slow")), "open", 10)]


def test_what_was_resolved_stays_so_when_its_check_in_is_retracted(illness_reported, blocker_rows):
    resolve_blocker(illness_reported, "ill", TENTH)
    illness_reported.retract("launch", "first")
    assert blocker_rows(TENTH) == [(str(id_of("ill")), "resolved", 0)]
