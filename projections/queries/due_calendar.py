"""The due list as a calendar (RFC 5545): an all-day event for each due day of each live key result."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, vText
from icalendar.parser import Contentline, Parameters
from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.schedule.adherence import DutyState
from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.check_in_duties import CycleDuties, KeyResultDuties
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.queries.due_list import LIVE_CONDITIONS
from projections.store.batching import batches
from projections.store.lookups import fetch_recorded_times
from projections.store.tables import key_results, standings, valid_at
from projections.text import labels

PAST_RANGE, FUTURE_RANGE = timedelta(days=92), timedelta(days=366)
"""The days around today that the calendar covers."""
REFRESH_INTERVAL = timedelta(hours=6)
CALENDAR_END = b"END:VCALENDAR\r\n"
EMPTY_COMPONENT = b"\r\n".join(
    (
        *(b"BEGIN:VTIMEZONE", b"TZID:UTC", b"BEGIN:STANDARD", b"DTSTART:19700101T000000", b"TZOFFSETFROM:+0000"),
        *(b"TZOFFSETTO:+0000", b"END:STANDARD", b"END:VTIMEZONE", b""),
    )
)
"""A calendar must have a component (RFC 5545, section 3.6)."""
STATE_DESCRIPTIONS = {
    DutyState.ON_TIME: "Checked in on time.",
    DutyState.LATE: "Checked in late.",
    DutyState.MISSED: "No check-in came.",
    DutyState.PENDING: "Waits for a check-in.",
    DutyState.DONE: "Checked in ahead of the day.",
}
LastChange = tuple[str, int, datetime]
"""The title and the version of a key result, and when it last changed."""


def build_calendar(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], name: str, *chosen: ColumnElement[bool]
) -> bytes:
    """The calendar called `name`: the same bytes for the same state of the log on the same day."""
    events = bytearray()
    for cycle in rules:
        if not cycle.closed:
            duties = CycleDuties(connection, moment, cycle, *LIVE_CONDITIONS, *chosen).by_key_result
            changes = _last_changes(connection, moment, list(duties))
            for id in sorted(duties):
                events += _format_events(duties[id], moment.today, *changes[id]).encode()
    empty: bytes = _empty_calendar(name).to_ical()
    return empty.removesuffix(CALENDAR_END) + (events or EMPTY_COMPONENT) + CALENDAR_END


def _empty_calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//okr-events//due list//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", labels.single_line(name))
    calendar.add("X-WR-CALNAME", labels.single_line(name))
    calendar.add("REFRESH-INTERVAL", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    return calendar


def _format_events(key_result: KeyResultDuties, today: date, title: str, version: int, changed_at: datetime) -> str:
    """Line by line, since a company has tens of thousands and only the title needs escaping and folding."""
    duties = key_result.duties
    near = [
        (day, state)
        for day, state in zip(duties.days, duties.states, strict=True)
        if today - PAST_RANGE <= day <= today + FUTURE_RANGE
    ]
    stamp = f"DTSTAMP:{changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{version}"
    shared = f"{stamp}\r\n{_format_summary(title)}"
    return "".join(_format_event(key_result.id, day, state, shared) for day, state in near)


def _format_summary(title: str) -> str:
    summary = f"Check in: {labels.display_title({'title': title})}"
    line = Contentline.from_parts("SUMMARY", Parameters(), vText(summary))
    return str(line.to_ical().decode())


def _format_event(id: str, day: date, state: DutyState, shared: str) -> str:
    uid = f"UID:{id}-{day.isoformat()}@okr-events\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}"
    text = f"DESCRIPTION:{STATE_DESCRIPTIONS[state]}"
    return f"BEGIN:VEVENT\r\n{uid}\r\n{shared}\r\n{text}\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"


def _last_changes(connection: Connection, moment: Moment, ids: list[str]) -> dict[str, LastChange]:
    changes: dict[str, LastChange] = {}
    joined = (standings.c.id == key_results.c.id) & valid_at(standings, moment.position)
    versions = (key_results.c.version, key_results.c.from_position, standings.c.version, standings.c.from_position)
    for batch in batches(ids):
        query = select(key_results.c.id, key_results.c.title, *versions).join(standings, joined)
        rows = connection.execute(query.where(valid_at(key_results, moment.position), key_results.c.id.in_(batch))).all()
        positions = {id: max(changed_at, reported_at) for id, _, _, changed_at, _, reported_at in rows}
        times = fetch_recorded_times(connection, positions.values())
        for id, title, version, _, reported_version, _ in rows:
            changes[id] = (title, max(version, reported_version), from_microseconds(times[positions[id]]))
    return changes
