"""Due days: the days on which the key results of a cycle need a check-in."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from okr_events.domain.schedule.overdue import OverdueDays
from okr_events.json_types import JsonObject

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FREQUENCIES = ("weekly", "biweekly", "monthly")


@dataclass(frozen=True, slots=True)
class DueDays:
    """A cadence with its due days in a cycle, ascending; a check-in is on time until `grace_days` after one."""

    every: str
    weekday: str
    grace_days: int
    days: Sequence[date]

    @classmethod
    def from_cadence(cls, cadence: JsonObject, starts_on: date, ends_on: date) -> "DueDays":
        every, weekday = cadence["every"], cadence["weekday"]
        days = due_days(every=every, weekday=weekday, starts_on=starts_on, ends_on=ends_on)
        return cls(every, weekday, int(cadence["grace_days"]), days)

    def overdue(self, *, defined_on: date, today: date) -> OverdueDays:
        """The due days of a key result whose grace is over."""
        first, end = bisect_right(self.days, defined_on), bisect_left(self.days, today - timedelta(days=self.grace_days))
        return OverdueDays(self.days[first:end], self.grace_days)

    def as_dict(self) -> JsonObject:
        return {"every": self.every, "weekday": self.weekday, "grace_days": self.grace_days}


@lru_cache(maxsize=64)
def due_days(*, every: str, weekday: str, starts_on: date, ends_on: date) -> tuple[date, ...]:
    """The due days from `starts_on` to `ends_on`, both included, ascending.

    `biweekly` is every second such weekday from the first on or after `starts_on`; `monthly` is the last one of each month.
    """
    offset = (WEEKDAYS.index(weekday) - starts_on.weekday()) % 7
    weekly = tuple(starts_on + timedelta(days=n) for n in range(offset, (ends_on - starts_on).days + 1, 7))
    if every == "weekly":
        return weekly
    if every == "biweekly":
        return weekly[::2]
    return tuple(day for day in weekly if day.day + 7 > monthrange(day.year, day.month)[1])


def days_after_definition(days: Sequence[date], defined_on: date) -> list[date]:
    """The due days of a key result: those after the day of its definition."""
    return [day for day in days if day > defined_on]


def periods(days: Sequence[date], *, starts_on: date) -> list[tuple[date, date]]:
    """The periods (previous due day, due day] as pairs; the first period includes `starts_on`."""
    return list(pairwise([starts_on - timedelta(days=1), *days])) if days else []
