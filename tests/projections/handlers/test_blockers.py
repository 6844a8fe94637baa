"""Blockers: how long each stands in the way, in whole days of the organisation's zone."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from projections.handlers.blockers import page, told_of
from tests.projections.event_recorder import id_of

SOME = date(2024, 1, 10)


@pytest.fixture
def ill(tell):
    """On the tenth of January, at eight by UTC, somebody told of `ill` as in the way of `launch`."""
    tell.objective("lead")
    tell.key_result("launch", of="lead")
    tell.on(SOME, 8).check_in("launch", "first", status="at_risk", blockers=[stopped("ill")])
    tell.conversation("launch", "key_result")
    return tell


def stopped(name):
    return {"id": id_of(name), "kind": "capacity", "text": None, "owner": None}


@pytest.fixture
def told(look):
    def found(today=None, zone="UTC"):
        moment = replace(look.moment(today=today), zone=ZoneInfo(zone))
        with look.views.reading() as connection:
            rows = page(connection, moment.position, after=0, limit=9, chosen=())
        return [(each["id"], each["state"], each["age_days"]) for each in (told_of(row, moment) for row in rows)]

    return found


def resolve(tell, name, day):
    tell("Conversation.BlockerResolved", "about launch", blocker_id=id_of(name), resolved_on=day)


@pytest.mark.usefixtures("ill")
def test_an_open_one_grows_older_by_the_day(told):
    assert [told(date(2024, 1, day)) for day in (10, 11, 31)] == [[(str(id_of("ill")), "open", age)] for age in (0, 1, 21)]


@pytest.mark.usefixtures("ill")
def test_a_day_begins_where_the_organisation_is(told):
    ages = [told(SOME, zone)[0][2] for zone in ("America/Havana", "UTC", "Pacific/Auckland")]
    assert ages == [0, 0, 1]


@pytest.mark.parametrize(("day", "age"), [(12, 2), (10, 0), (9, 0)])
def test_a_resolved_one_keeps_its_age_and_none_is_below_0(ill, told, day, age):
    resolve(ill, "ill", date(2024, 1, day))
    assert told(date(2024, 3, 1)) == [(str(id_of("ill")), "resolved", age)]


def test_what_a_correction_tells_of_is_as_old_as_its_check_in(ill, told):
    ill.on(date(2024, 1, 15)).correct("launch", "first", blockers=[stopped("slow")])
    assert told(date(2024, 1, 20)) == [(str(id_of("ill")), "withdrawn", None), (str(id_of("slow")), "open", 10)]


def test_what_was_resolved_stays_so_when_its_check_in_is_retracted(ill, told):
    resolve(ill, "ill", SOME)
    ill.retract("launch", "first")
    assert told(SOME) == [(str(id_of("ill")), "resolved", 0)]
