"""The due list as a calendar (RFC 5545): an all-day event for each due day of each live key result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, vText
from icalendar.parser import Contentline, Parameters
from sqlalchemy import ColumnElement, Connection, func, select

from okr_events.domain.schedule.adherence import DutyState
from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.check_in_duties import CycleDuties, KeyResultDuties
from projections.evaluation.key_results import CycleRules
from projections.moment import DAY, Moment, day_start
from projections.queries.due_list import LIVE_CONDITIONS
from projections.store.batching import batches
from projections.store.lookups import fetch_recorded_times
from projections.store.tables import key_results, objectives, standings, units, valid_at
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
STATES_OF_A_DAY = 3
"""Before a due day, until its grace is over, and after it: only then do texts change without an event."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a calendar needs to see that the text of an event is a new one: both rise with every change."""

    sequence: int
    stamp: str


@dataclass(frozen=True, slots=True)
class LastChange:
    """The title of a key result, and the last event that could change its texts or days."""

    title: str
    position: int
    recorded_at: datetime

    def revision(self, day: date, grace_days: int, moment: Moment) -> Revision:
        """The revision of a due day's text: it changes by events, on the day itself and when its grace is over."""
        passed = [turn for turn in (day, day + (grace_days + 1) * DAY) if turn <= moment.today]
        begun = _local_midnight(passed[-1], moment.zone) if passed else self.recorded_at
        stamp = f"{max(self.recorded_at, begun).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return Revision(STATES_OF_A_DAY * self.position + len(passed), stamp)


@lru_cache(maxsize=4096)
def _local_midnight(day: date, zone: ZoneInfo) -> datetime:
    return day_start(day, zone)


def build_calendar(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], name: str, *chosen: ColumnElement[bool]
) -> bytes:
    """The calendar called `name`: the same bytes for the same state of the log on the same day."""
    events = bytearray()
    for cycle in rules:
        if not cycle.closed:
            duties = CycleDuties(connection, moment, cycle, *LIVE_CONDITIONS, *chosen).by_key_result
            changes = _last_changes(connection, moment, cycle, list(duties))
            for id in sorted(duties):
                events += _format_events(duties[id], moment, changes[id]).encode()
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


def _format_events(key_result: KeyResultDuties, moment: Moment, change: LastChange) -> str:
    """Line by line, since a company has tens of thousands and only the title needs escaping and folding."""
    duties, summary = key_result.duties, _format_summary(change.title)
    near = [
        (day, state)
        for day, state in zip(duties.days, duties.states, strict=True)
        if moment.today - PAST_RANGE <= day <= moment.today + FUTURE_RANGE
    ]
    revisions = {day: change.revision(day, key_result.grace_days, moment) for day, _ in near}
    return "".join(_format_event(key_result.id, day, state, revisions[day], summary) for day, state in near)


def _format_summary(title: str) -> str:
    summary = f"Check in: {labels.display_title({'title': title})}"
    line = Contentline.from_parts("SUMMARY", Parameters(), vText(summary))
    return str(line.to_ical().decode())


def _format_event(id: str, day: date, state: DutyState, revision: Revision, summary: str) -> str:
    uid = f"UID:{id}-{day.isoformat()}@okr-events\r\nDTSTAMP:{revision.stamp}\r\nSEQUENCE:{revision.sequence}"
    span = f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nDTEND;VALUE=DATE:{day + DAY:%Y%m%d}"
    text = f"DESCRIPTION:{STATE_DESCRIPTIONS[state]}"
    return f"BEGIN:VEVENT\r\n{uid}\r\n{span}\r\n{summary}\r\n{text}\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"


def _last_changes(connection: Connection, moment: Moment, cycle: CycleRules, ids: list[str]) -> dict[str, LastChange]:
    """The last change of what states and days depend on: the goals, the standing, the policy, and the cadences of units."""
    changes: dict[str, LastChange] = {}
    at = moment.position
    units_changed_at = connection.scalar(select(func.max(units.c.from_position)).where(valid_at(units, at))) or 0
    shared = max(cycle.row.from_position, units_changed_at)
    standing = (standings.c.id == key_results.c.id) & valid_at(standings, at)
    objective = (objectives.c.id == key_results.c.objective_id) & valid_at(objectives, at)
    positions = [table.c.from_position for table in (key_results, standings, objectives)]
    for batch in batches(ids):
        query = select(key_results.c.id, key_results.c.title, *positions).join(standings, standing).join(objectives, objective)
        rows = connection.execute(query.where(valid_at(key_results, at), key_results.c.id.in_(batch))).all()
        last = {id: max(shared, *changed_at) for id, _, *changed_at in rows}
        times = fetch_recorded_times(connection, last.values())
        for id, title, *_ in rows:
            changes[id] = LastChange(title, last[id], from_microseconds(times[last[id]]))
    return changes
