"""Moments: the position and the instant at which a read sees and evaluates the log, and how requests name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from okr_events.domain.errors import Invalid
from okr_events.domain.instants import parse_instant
from okr_events.domain.schedule.days import DAY_PATTERN, parse_day
from okr_events.domain.schedule.time_zones import zone_at
from okr_events.event_log.clock import MAX_DRIFT
from okr_events.event_log.hash_chain import EPOCH, MICROSECOND, Head, RecordedEvent, from_microseconds
from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject

FIRST_DAY, LAST_DAY = date(1, 1, 2), date(9999, 12, 30)
"""The first and last days whose midnight `datetime` can express in every time zone; days outside are clamped to them."""
DAY = timedelta(days=1)


class InvalidMoment(Invalid):
    code = "unreadable-moment"
    title = "The moment must be an instant with its offset (2026-07-01T12:00:00Z), a day (2026-06-30) or position:N."


class MomentInFuture(Invalid):
    code = "moment-ahead"
    title = "The moment must not be later than now."


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the log and the instant at which it is evaluated. If `final`, no later event can change the answer."""

    position: int
    evaluated_at: datetime
    effective_on: date
    final: bool
    as_of: str | None
    zone: tzinfo

    @property
    def today(self) -> date:
        return self.local_day(self.evaluated_at)

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def recorded_day(self, recorded_at: int) -> date:
        return self.local_day(from_microseconds(recorded_at))

    def as_dict(self) -> JsonObject:
        return {
            "as_of": self.as_of,
            "position": self.position,
            "evaluated_at": rfc3339(self.evaluated_at),
            "final": self.final,
            "effective_on": self.effective_on.isoformat(),
        }


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local_time(instant: str, zone: tzinfo) -> str:
    """An instant of an answer as people of a time zone write it: its time there with the offset."""
    return datetime.fromisoformat(instant).astimezone(zone).isoformat().replace("+00:00", "Z")


def local_day(instant: str, zone: tzinfo) -> str:
    """The day of an instant of an answer in a time zone."""
    return datetime.fromisoformat(instant).astimezone(zone).date().isoformat()


def format_recorded_at(microseconds: int) -> str:
    return rfc3339(from_microseconds(microseconds))


def _build_moment(position: int, instant: datetime, zone: tzinfo, *, final: bool = False, as_of: str | None = None) -> Moment:
    known = zone_at(zone, position)
    return Moment(position, instant, instant.astimezone(known).date(), final, as_of, known)


def moment_at_head(head: Head, zone: tzinfo, now: datetime, as_of: str | None = None) -> Moment:
    """Now: the later of the newest event's time and the start of today, so that one position and day give one answer."""
    instant = max(from_microseconds(head.time), day_start(now.astimezone(zone).date(), zone))
    return _build_moment(head.position, instant, zone, as_of=as_of)


def moment_at_position(log: LogRecorder, position: int, zone: tzinfo) -> Moment:
    """The log as it stood at a position, evaluated at that event's time. Raises `MomentInFuture`."""
    head = log.head_at(position)
    if head is None:
        raise MomentInFuture("/as_of", "The log has no such position.")
    return _build_moment(position, from_microseconds(head.time), zone, final=True, as_of=f"position:{position}")


def moment_of_event(recorded: RecordedEvent, zone: tzinfo) -> Moment:
    """The log as it stood at an event."""
    instant, as_of = from_microseconds(recorded.time), f"position:{recorded.position}"
    return _build_moment(recorded.position, instant, zone, final=True, as_of=as_of)


def dry_run_moment(position: int, recorded_at: int, zone: tzinfo) -> Moment:
    """The state after the events of a dry run, evaluated at the time that they would have been recorded."""
    return _build_moment(position, from_microseconds(recorded_at), zone)


def parse(as_of: str | None, effective_on: date | None, *, log: LogRecorder, head: Head, zone: tzinfo) -> Moment:
    """The moment that `as_of` and `effective_on` name; by default now. Raises `InvalidMoment`, `MomentInFuture`."""
    now = datetime.now(UTC)
    moment = _resolve_moment(as_of, log, head, zone, now) if as_of else moment_at_head(head, zone, now)
    return replace(moment, effective_on=effective_on) if effective_on else moment


def last_position_before(text: str, *, log: LogRecorder, head: Head, zone: tzinfo) -> int:
    """The last position before an instant, the start of a day or `position:N`. Raises `InvalidMoment`, `MomentInFuture`."""
    if re.fullmatch(DAY_PATTERN, text):
        text = _format_day_start(text, zone)
    moment = parse(text, None, log=log, head=head, zone=zone)
    if text.startswith("position:"):
        return moment.position - 1
    return log.position_at(max(moment.evaluated_at, EPOCH + MICROSECOND) - MICROSECOND)


def _format_day_start(day: str, zone: tzinfo) -> str:
    try:
        return rfc3339(day_start(parse_day(day), zone))
    except (ValueError, OverflowError):
        raise InvalidMoment("/as_of") from None


def _resolve_moment(as_of: str, log: LogRecorder, head: Head, zone: tzinfo, now: datetime) -> Moment:
    if match := re.fullmatch(r"position:([1-9][0-9]{0,17})", as_of):
        if int(match[1]) > head.position:
            raise MomentInFuture("/as_of", "The log has no such position.")
        return moment_at_position(log, int(match[1]), zone)
    instant = _parse_instant(as_of, zone, now.astimezone(zone).date())
    if instant is None:
        return moment_at_head(head, zone, now, as_of)
    newest = from_microseconds(head.time)
    if instant > max(now, newest):
        raise MomentInFuture("/as_of")
    settled = newest if newest - now <= MAX_DRIFT * MICROSECOND else now
    return _build_moment(min(log.position_at(instant), head.position), instant, zone, final=instant <= settled, as_of=as_of)


def _parse_instant(as_of: str, zone: tzinfo, today: date) -> datetime | None:
    """An instant, or the end of a past day; null for today, which means now."""
    try:
        if re.fullmatch(DAY_PATTERN, as_of):
            day = parse_day(as_of)
            return None if day == today else day_start(day + DAY, zone) - MICROSECOND
        return parse_instant(as_of.replace(" ", "+")).astimezone(zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidMoment("/as_of") from None


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day, in UTC, where hours that a zone repeats or skips stay distinct."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time(), zone).astimezone(UTC)


def day_end(day: date, zone: tzinfo) -> datetime:
    """The last instant of a day, in UTC."""
    return day_start(min(day, LAST_DAY - DAY) + DAY, zone) - MICROSECOND


def moment_at_day_start(day: date, moment: Moment, log: LogRecorder) -> Moment:
    """The log up to `moment` as it stood when a day began."""
    return _moment_on_day(day, moment, log, day_start(day, moment.zone), before=MICROSECOND)


def moment_at_day_end(day: date, moment: Moment, log: LogRecorder) -> Moment:
    """The log up to `moment` as it stood when a day ended."""
    return _moment_on_day(day, moment, log, day_end(day, moment.zone), before=timedelta())


def _moment_on_day(day: date, moment: Moment, log: LogRecorder, instant: datetime, *, before: timedelta) -> Moment:
    position = min(moment.position, log.position_at(instant - before))
    return replace(moment, position=position, evaluated_at=instant, effective_on=day)


def positions_at_day_ends(days: Sequence[date], moment: Moment, log: LogRecorder) -> list[int]:
    """The position of `moment_at_day_end` for each of these ascending days, without looking between days that have the same."""

    @cache
    def position(index: int) -> int:
        return moment_at_day_end(days[index], moment, log).position

    def between(first: int, last: int) -> list[int]:
        if last == first + 1 or position(first) == position(last):
            return [position(first)] * (last - first) + [position(last)]
        middle = (first + last) // 2
        return between(first, middle)[:-1] + between(middle, last)

    return between(0, len(days) - 1) if days else []
