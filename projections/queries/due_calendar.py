"""The due list as a calendar (RFC 5545): an all-day event for each due day of each live key result."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, vText
from icalendar.parser import Contentline, Parameters
from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.schedule.adherence import Duty
from okr_events.event_log.hash_chain import instant
from projections.evaluation.check_in_duties import Owed, Reckoning
from projections.evaluation.key_results import CycleRules, batches
from projections.moment import Moment
from projections.queries.due_list import GOING_ON
from projections.store.tables import at, facts, key_results, standings
from projections.text import words

BACK, AHEAD = timedelta(days=92), timedelta(days=366)
"""How far from today the calendar reaches."""
REFRESH = timedelta(hours=6)
END = b"END:VCALENDAR\r\n"
NOTHING_DUE = b"\r\n".join(
    (
        *(b"BEGIN:VTIMEZONE", b"TZID:UTC", b"BEGIN:STANDARD", b"DTSTART:19700101T000000", b"TZOFFSETFROM:+0000"),
        *(b"TZOFFSETTO:+0000", b"END:STANDARD", b"END:VTIMEZONE", b""),
    )
)
"""A calendar has at least one component (RFC 5545, section 3.6)."""
STATES = {
    Duty.ON_TIME: "Checked in on time.",
    Duty.LATE: "Checked in late.",
    Duty.MISSED: "No check-in came.",
    Duty.PENDING: "Waits for a check-in.",
}


def written(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], name: str, *chosen: ColumnElement[bool]
) -> bytes:
    """The calendar called `name`: the same bytes for the same state of the log on the same day."""
    events = bytearray()
    for each in rules:
        if not each.closed:
            owed = Reckoning(connection, moment, each, *GOING_ON, *chosen).owed
            touched = _touched(connection, moment, list(owed))
            for id in sorted(owed):
                events += _events(owed[id], moment.today, *touched[id]).encode()
    empty: bytes = _empty(name).to_ical()
    return empty.removesuffix(END) + (events or NOTHING_DUE) + END


def _empty(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//okr-events//due list//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", words.plain(name))
    calendar.add("X-WR-CALNAME", words.plain(name))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    return calendar


def _events(owed: Owed, today: date, row: Any, changed_at: datetime) -> str:
    """Written line by line: of a whole company there are tens of thousands, and only the title has to be escaped and folded."""
    duties = owed.duties
    near = [(day, state) for day, state in zip(duties.days, duties.states, strict=True) if today - BACK <= day <= today + AHEAD]
    stamp = f"DTSTAMP:{changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{max(row.version, row.reported)}"
    same = f"{stamp}\r\n{_summary(row.title)}"
    return "".join(_event(row.id, day, state, same) for day, state in near)


def _summary(title: str) -> str:
    said = f"Check in: {words.titled({'title': title})}"
    line: Any = Contentline.from_parts("SUMMARY", Parameters(), vText(said))
    return str(line.to_ical().decode())


def _event(id: str, day: date, state: Duty, same: str) -> str:
    uid = f"UID:{id}-{day.isoformat()}@okr-events\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}"
    return f"BEGIN:VEVENT\r\n{uid}\r\n{same}\r\nDESCRIPTION:{STATES[state]}\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"


def _touched(connection: Connection, moment: Moment, ids: list[str]) -> dict[str, tuple[Any, datetime]]:
    """Key results with the version that they have, and when something last happened to them."""
    found: dict[str, tuple[Any, datetime]] = {}
    both = (standings.c.id == key_results.c.id) & at(standings, moment.position)
    columns = (key_results.c.id, key_results.c.title, key_results.c.version, key_results.c.from_position)
    more = (standings.c.version.label("reported"), standings.c.from_position.label("reported_at"))
    for some in batches(ids):
        query = select(*columns, *more).join(standings, both)
        rows = connection.execute(query.where(at(key_results, moment.position), key_results.c.id.in_(some))).all()
        places = {row.id: max(row.from_position, row.reported_at) for row in rows}
        when = select(facts.c.position, facts.c.recorded_at).where(facts.c.position.in_(places.values()))
        times = {row.position: row.recorded_at for row in connection.execute(when)}
        found |= {row.id: (row, instant(times[places[row.id]])) for row in rows}
    return found
