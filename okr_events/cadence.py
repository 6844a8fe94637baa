"""Due days: when a cycle's key results ask for a check-in."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY = ("weekly", "biweekly", "monthly")


def due_days(*, every: str, weekday: str, starts_on: date, ends_on: date) -> list[date]:
    """The due days of a cycle, both ends included, rising.

    `biweekly` is every second such weekday from the first on or after `starts_on`; `monthly` the month's last such weekday.
    """
    ahead = (WEEKDAYS.index(weekday) - starts_on.weekday()) % 7
    first = starts_on + timedelta(days=ahead)
    weeks = [first + timedelta(weeks=n) for n in range((ends_on - first).days // 7 + 1)]
    if every == "weekly":
        return weeks
    if every == "biweekly":
        return weeks[::2]
    following = [*weeks[1:], weeks[-1] + timedelta(weeks=1)] if weeks else []
    return [day for day, later in zip(weeks, following, strict=True) if later.month != day.month]


def after(days: Sequence[date], defined_on: date) -> list[date]:
    """A key result's own due days: those after the day of its definition."""
    return [day for day in days if day > defined_on]


def periods(days: Sequence[date], *, starts_on: date) -> list[tuple[date, date]]:
    """The periods (previous due day, due day] as pairs; the first begins on `starts_on`, that day included."""
    return list(pairwise([starts_on - timedelta(days=1), *days])) if days else []


def overdue_since(days: Sequence[date], *, starts_on: date, grace_days: int, today: date) -> date | None:
    """The day after which a check-in is missing if none came: the due day before the last whose grace is over.

    Null while no grace is over.
    """
    past = [(previous, due) for previous, due in periods(days, starts_on=starts_on) if (today - due).days > grace_days]
    return past[-1][0] if past else None
