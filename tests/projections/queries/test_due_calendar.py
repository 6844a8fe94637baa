"""Calendars see every change of a text: SEQUENCE and DTSTAMP rise with it, by events and by the passing of days."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from projections.evaluation.key_results import CycleRules
from projections.moment import day_start, moment_at_position
from projections.queries.due_calendar import build_calendar
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow
from tests.projections.check_in_stories import CheckInStory
from tests.projections.event_recorder import FIRST_DAY, id_of

DAY = timedelta(days=1)
FRIDAY = FIRST_DAY + timedelta(days=4)


@pytest.fixture
def events_at(views, store):
    """The calendar's events by UID, as they stand at a position and on a later day where one is given."""

    def read(position, zone, day=None):
        views.catch_up(60)
        moment = moment_at_position(store.log, position, zone)
        if day is not None:
            moment = replace(moment, evaluated_at=max(day_start(day, zone), moment.evaluated_at))
        with views.connect() as connection:
            rules = [CycleRules(row, moment) for row in fetch_rows_at(connection, CycleRow, position)]
            calendar = Calendar.from_ical(build_calendar(connection, moment, rules, "Check-ins"))
        return {str(event["UID"]): event for event in calendar.walk("VEVENT")}

    return read


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def zone(request):
    return ZoneInfo(request.param)


def text_of(event):
    return str(event["SUMMARY"]), str(event["DESCRIPTION"]), event.decoded("DTSTART"), event.decoded("DTEND")


def check_revisions(snapshots):
    """Nothing falls, and whatever changed has risen. DTSTAMP counts whole seconds."""
    changed = 0
    for before, after in pairwise(snapshots):
        for uid in before.keys() & after.keys():
            old, new = before[uid], after[uid]
            assert new["SEQUENCE"] >= old["SEQUENCE"]
            assert new.decoded("DTSTAMP") >= old.decoded("DTSTAMP")
            if text_of(old) != text_of(new):
                changed += 1
                assert new["SEQUENCE"] > old["SEQUENCE"], (text_of(old), text_of(new))
    return changed


@pytest.mark.parametrize("seed", [3, 4, 7, 10, 13])
def test_whatever_changes_a_text_raises_its_sequence(recorder, events_at, seed):
    story = CheckInStory(Random(seed))  # noqa: S311 - no secret
    story.record_story(recorder, 25)
    snapshots = []
    head = recorder.okrs.log_recorder.head().position
    first = head - len(story.facts) + 1
    for position in range(first, head + 1):
        snapshots.append(events_at(position, story.zone))
        following = min(position + 1, head)
        here, there = (moment_at_position(recorder.okrs.log_recorder, at, story.zone).today for at in (position, following))
        days = min((there - here).days, 4) if position < head else 12
        snapshots += [events_at(position, story.zone, here + n * DAY) for n in range(1, days + 1)]
    assert check_revisions(snapshots) > 3


@pytest.fixture
def defined(record):
    record.objective("lead")
    record.key_result("lead it", of="lead")
    return record


def first_event(events):
    return next(event for event in events.values() if event.decoded("DTSTART") == FRIDAY)


def test_a_text_changes_by_itself_when_the_grace_is_over(defined, events_at, zone):
    position = defined.okrs.log_recorder.head().position
    days = [FRIDAY + n * DAY for n in range(-1, 6)]
    events = [first_event(events_at(position, zone, day)) for day in days]
    assert [str(event["DESCRIPTION"]) for event in events] == ["Waits for a check-in."] * 5 + ["No check-in came."] * 2
    assert events[5]["SEQUENCE"] > events[4]["SEQUENCE"]
    assert events[5].decoded("DTSTAMP") == day_start(FRIDAY + 4 * DAY, zone)
    assert events[6]["SEQUENCE"] == events[5]["SEQUENCE"]


@pytest.mark.parametrize(
    ("topic", "name", "said"),
    [
        ("KeyResult.Renamed", "lead it", {"title": "Lead more"}),
        ("Unit.CadenceSet", "tech", {"cadence": {"grace_days": 1}}),
        ("KeyResult.CadenceSet", "lead it", {"cadence": {"grace_days": 1}}),
    ],
)
def test_an_event_that_can_change_a_text_raises_its_sequence(defined, events_at, zone, topic, name, said):
    before = defined.okrs.log_recorder.head().position
    after = defined.at_day(FRIDAY + 2 * DAY)(topic, name, **said)
    old, new = (first_event(events_at(position, zone, FRIDAY + 3 * DAY)) for position in (before, after))
    assert text_of(old) != text_of(new)
    assert new["SEQUENCE"] > old["SEQUENCE"]
    assert new.decoded("DTSTAMP") > old.decoded("DTSTAMP")


def test_an_all_day_event_ends_on_the_next_day(defined, events_at, zone):
    events = events_at(defined.okrs.log_recorder.head().position, zone)
    assert events
    assert str(id_of("lead it")) in next(iter(events))
    assert all(event.decoded("DTEND") == event.decoded("DTSTART") + DAY for event in events.values())
