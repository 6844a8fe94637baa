"""The due list as a calendar (RFC 5545): an all-day event for each due day of each live key result."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
from projections.store.tables import facts, key_results, standings, valid_at
from projections.text import words

PAST_RANGE, FUTURE_RANGE = timedelta(days=92), timedelta(days=366)
"""How far from today the calendar reaches."""
REFRESH_INTERVAL = timedelta(hours=6)
CALENDAR_END = b"END:VCALENDAR\r\n"
EMPTY_COMPONENT = b"\r\n".join(
    (
        *(b"BEGIN:VTIMEZONE", b"TZID:UTC", b"BEGIN:STANDARD", b"DTSTART:19700101T000000", b"TZOFFSETFROM:+0000"),
        *(b"TZOFFSETTO:+0000", b"END:STANDARD", b"END:VTIMEZONE", b""),
    )
)
"""A calendar has at least one component (RFC 5545, section 3.6)."""
STATE_DESCRIPTIONS = {
    DutyState.ON_TIME: "Checked in on time.",
    DutyState.LATE: "Checked in late.",
    DutyState.MISSED: "No check-in came.",
    DutyState.PENDING: "Waits for a check-in.",
}


def build_calendar(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], name: str, *chosen: ColumnElement[bool]
) -> bytes:
    """The calendar called `name`: the same bytes for the same state of the log on the same day."""
    events = bytearray()
    for each in rules:
        if not each.closed:
            owed = CycleDuties(connection, moment, each, *LIVE_CONDITIONS, *chosen).by_key_result
            touched = _last_changes(connection, moment, list(owed))
            for id in sorted(owed):
                events += _format_events(owed[id], moment.today, *touched[id]).encode()
    empty: bytes = _empty_calendar(name).to_ical()
    return empty.removesuffix(CALENDAR_END) + (events or EMPTY_COMPONENT) + CALENDAR_END


def _empty_calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//okr-events//due list//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", words.single_line(name))
    calendar.add("X-WR-CALNAME", words.single_line(name))
    calendar.add("REFRESH-INTERVAL", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    return calendar


def _format_events(owed: KeyResultDuties, today: date, row: Any, changed_at: datetime) -> str:
    """Written line by line: of a whole company there are tens of thousands, and only the title has to be escaped and folded."""
    duties = owed.duties
    near = [
        (day, state)
        for day, state in zip(duties.days, duties.states, strict=True)
        if today - PAST_RANGE <= day <= today + FUTURE_RANGE
    ]
    stamp = f"DTSTAMP:{changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{max(row.version, row.reported)}"
    same = f"{stamp}\r\n{_format_summary(row.title)}"
    return "".join(_format_event(row.id, day, state, same) for day, state in near)


def _format_summary(title: str) -> str:
    said = f"Check in: {words.display_title({'title': title})}"
    line: Any = Contentline.from_parts("SUMMARY", Parameters(), vText(said))
    return str(line.to_ical().decode())


def _format_event(id: str, day: date, state: DutyState, same: str) -> str:
    uid = f"UID:{id}-{day.isoformat()}@okr-events\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}"
    return f"BEGIN:VEVENT\r\n{uid}\r\n{same}\r\nDESCRIPTION:{STATE_DESCRIPTIONS[state]}\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"


def _last_changes(connection: Connection, moment: Moment, ids: list[str]) -> dict[str, tuple[Any, datetime]]:
    """Key results with the version that they have, and when something last happened to them."""
    found: dict[str, tuple[Any, datetime]] = {}
    both = (standings.c.id == key_results.c.id) & valid_at(standings, moment.position)
    columns = (key_results.c.id, key_results.c.title, key_results.c.version, key_results.c.from_position)
    more = (standings.c.version.label("reported"), standings.c.from_position.label("reported_at"))
    for some in batches(ids):
        query = select(*columns, *more).join(standings, both)
        rows = connection.execute(query.where(valid_at(key_results, moment.position), key_results.c.id.in_(some))).all()
        places = {row.id: max(row.from_position, row.reported_at) for row in rows}
        when = select(facts.c.position, facts.c.recorded_at).where(facts.c.position.in_(places.values()))
        times = {row.position: row.recorded_at for row in connection.execute(when)}
        found |= {row.id: (row, from_microseconds(times[places[row.id]])) for row in rows}
    return found
