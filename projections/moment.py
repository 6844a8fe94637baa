"""Moments: the instant and the position that a read is asked about, and how time-dependent things are evaluated."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from okr_events.domain.errors import Invalid
from okr_events.event_log.hash_chain import EPOCH, MICROSECOND, Head, from_microseconds
from okr_events.event_log.recorder import LogRecorder

FIRST_DAY, LAST_DAY = date(1, 1, 2), date(9999, 12, 30)
"""The days whose beginning there is in every time zone; the two outside begin with them."""
DAY = timedelta(days=1)


class InvalidMoment(Invalid):
    code = "unreadable-moment"
    title = "An instant with its offset, such as 2026-07-01T12:00:00Z; a day, such as 2026-06-30; or position:N."


class MomentInFuture(Invalid):
    code = "moment-ahead"
    title = "A moment later than now cannot be read."


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the log and the instant at which it is evaluated; `final` when no later event can change the answer."""

    position: int
    evaluated_at: datetime
    effective_on: date
    final: bool
    as_of: str | None
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.local_day(self.evaluated_at)

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def recorded_day(self, recorded_at: int) -> date:
        return self.local_day(from_microseconds(recorded_at))

    def as_dict(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "position": self.position,
            "evaluated_at": rfc3339(self.evaluated_at),
            "final": self.final,
            "effective_on": self.effective_on.isoformat(),
        }


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_at_head(head: Head, zone: ZoneInfo, now: datetime) -> Moment:
    """Now: the later of the newest event's time and the start of today, so that one position and day give the same answer."""
    evaluated_at = max(from_microseconds(head.recorded_at), day_start(now.astimezone(zone).date(), zone))
    return Moment(head.position, evaluated_at, evaluated_at.astimezone(zone).date(), final=False, as_of=None, zone=zone)


def moment_at_position(log: LogRecorder, position: int, zone: ZoneInfo) -> Moment:
    """The log as it stood at a position, evaluated when that was recorded."""
    there = log.head_at(position)
    if there is None:
        raise MomentInFuture("/as_of", "The log has no such position.")
    recorded_at = from_microseconds(there.recorded_at)
    day = recorded_at.astimezone(zone).date()
    return Moment(position, recorded_at, day, final=True, as_of=f"position:{position}", zone=zone)


def parse(as_of: str | None, effective_on: date | None, *, log: LogRecorder, head: Head, zone: ZoneInfo) -> Moment:
    """The moment that a read's `as_of` and `effective_on` name. Raises `UnreadableMoment`, `MomentAhead`."""
    now = datetime.now(UTC)
    moment = _resolve_moment(as_of, log, head, zone, now) if as_of else moment_at_head(head, zone, now)
    return replace(moment, effective_on=effective_on) if effective_on else moment


def last_position_before(text: str, *, log: LogRecorder, head: Head, zone: ZoneInfo) -> int:
    """The last position before what a text names: an instant, the beginning of a day, or position:N.

    Raises `UnreadableMoment`, `MomentAhead`.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        text = _format_day_start(text, zone)
    moment = parse(text, None, log=log, head=head, zone=zone)
    if text.startswith("position:"):
        return moment.position - 1
    return log.position_at(max(moment.evaluated_at, EPOCH + MICROSECOND) - MICROSECOND)


def _format_day_start(day: str, zone: ZoneInfo) -> str:
    try:
        return rfc3339(day_start(date.fromisoformat(day), zone))
    except (ValueError, OverflowError):
        raise InvalidMoment("/as_of") from None


def _resolve_moment(as_of: str, log: LogRecorder, head: Head, zone: ZoneInfo, now: datetime) -> Moment:
    if place := re.fullmatch(r"position:([1-9][0-9]{0,17})", as_of):
        if int(place[1]) > head.position:
            raise MomentInFuture("/as_of", "The log has no such position.")
        return moment_at_position(log, int(place[1]), zone)
    asked = _parse_instant(as_of, zone, now.astimezone(zone).date())
    if asked is None:
        return replace(moment_at_head(head, zone, now), as_of=as_of)
    newest = from_microseconds(head.recorded_at)
    if asked > max(now, newest):
        raise MomentInFuture("/as_of")
    position = min(log.position_at(asked), head.position)
    return Moment(position, asked, asked.astimezone(zone).date(), final=asked <= newest, as_of=as_of, zone=zone)


def _parse_instant(as_of: str, zone: ZoneInfo, today: date) -> datetime | None:
    """The instant meant: itself, the end of a past day, or null for today, which means now."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", as_of):
            day = date.fromisoformat(as_of)
            return None if day == today else day_start(day + DAY, zone) - MICROSECOND
        moment = datetime.fromisoformat(as_of.replace(" ", "+"))
        if moment.tzinfo:
            return moment.astimezone(zone).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidMoment("/as_of")


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC: hours that a zone has twice or not at all are told apart only there."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time(), zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day, in UTC."""
    return day_start(min(day, LAST_DAY - DAY) + DAY, zone) - MICROSECOND


def moment_at_day_start(day: date, moment: Moment, log: LogRecorder) -> Moment:
    """A moment's log as it stood when a day began."""
    evaluated_at = day_start(day, moment.zone)
    position = min(moment.position, log.position_at(evaluated_at - MICROSECOND))
    return replace(moment, position=position, evaluated_at=evaluated_at, effective_on=day)


def moment_at_day_end(day: date, moment: Moment, log: LogRecorder) -> Moment:
    """What a moment's log knew of a day by the day's end."""
    evaluated_at = day_end(day, moment.zone)
    position = min(moment.position, log.position_at(evaluated_at))
    return replace(moment, position=position, evaluated_at=evaluated_at, effective_on=day)


def dry_run_moment(position: int, recorded_at: int, zone: ZoneInfo) -> Moment:
    """The state after events that were not recorded, evaluated when they would have been."""
    evaluated_at = from_microseconds(recorded_at)
    return Moment(position, evaluated_at, evaluated_at.astimezone(zone).date(), final=False, as_of=None, zone=zone)
