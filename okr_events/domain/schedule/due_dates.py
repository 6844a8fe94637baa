"""Due days: when a cycle's key results ask for a check-in."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FREQUENCIES = ("weekly", "biweekly", "monthly")


@dataclass(frozen=True, slots=True)
class DueDays:
    """A cadence in a cycle: the days on which key results ask for a check-in, rising, and for how many more it may come."""

    every: str
    weekday: str
    grace_days: int
    days: Sequence[date]

    @classmethod
    def from_cadence(cls, cadence: Mapping[str, Any], starts_on: date, ends_on: date) -> "DueDays":
        every, weekday = cadence["every"], cadence["weekday"]
        days = due_days(every=every, weekday=weekday, starts_on=starts_on, ends_on=ends_on)
        return cls(every, weekday, int(cadence["grace_days"]), days)

    def as_dict(self) -> dict[str, Any]:
        """The cadence."""
        return {"every": self.every, "weekday": self.weekday, "grace_days": self.grace_days}


def due_days(*, every: str, weekday: str, starts_on: date, ends_on: date) -> list[date]:
    """The due days of a cycle, both ends included, rising.

    `biweekly` is every second such weekday from the first on or after `starts_on`; `monthly` the month's last such weekday.
    """
    ahead = (WEEKDAYS.index(weekday) - starts_on.weekday()) % 7
    weeks = [starts_on + timedelta(days=n) for n in range(ahead, (ends_on - starts_on).days + 1, 7)]
    if every == "weekly":
        return weeks
    if every == "biweekly":
        return weeks[::2]
    return [day for day in weeks if day.day + 7 > monthrange(day.year, day.month)[1]]


def days_after_definition(days: Sequence[date], defined_on: date) -> list[date]:
    """A key result's own due days: those after the day of its definition."""
    return [day for day in days if day > defined_on]


def periods(days: Sequence[date], *, starts_on: date) -> list[tuple[date, date]]:
    """The periods (previous due day, due day] as pairs; the first begins on `starts_on`, that day included."""
    return list(pairwise([starts_on - timedelta(days=1), *days])) if days else []


def missing_since(days: Sequence[date], *, defined_on: date, grace_days: int, today: date) -> date | None:
    """The day after which a check-in is missing if none came: the due day before the last whose grace is over.

    Null while no grace is over; the first day there is when that was the key result's first due day.
    """
    over = last_overdue_day(days, defined_on=defined_on, grace_days=grace_days, today=today)
    if over is None:
        return None
    last = bisect_left(days, over)
    return days[last - 1] if last and days[last - 1] > defined_on else date.min


def last_overdue_day(days: Sequence[date], *, defined_on: date, grace_days: int, today: date) -> date | None:
    """The last due day of a key result whose grace is over; null while there is none."""
    last = bisect_right(days, today - timedelta(days=grace_days + 1)) - 1
    return None if last < 0 or days[last] <= defined_on else days[last]
