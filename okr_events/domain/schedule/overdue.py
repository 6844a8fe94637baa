"""Overdue days: the due days of a key result whose grace is over, and whether they make it outdated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from okr_events.domain.schedule.answers import answer_due_days


@dataclass(frozen=True, slots=True)
class OverdueDays:
    """The due days of a key result whose grace is over, ascending."""

    days: Sequence[date]
    grace_days: int

    def is_outdated(self, reported_on: Sequence[date]) -> bool:
        """Whether the last one was missed and nothing was recorded since.

        `reported_on` are the days of the key result's check-ins, in the order of recording.
        """
        if not self.days or any(day > self.days[-1] for day in reported_on):
            return False
        return not self.is_answered(reported_on)

    def is_answered(self, reported_on: Sequence[date]) -> bool:
        """Whether a check-in answers the last one; one check-in alone answers no day before the last two."""
        days = self.days if len(reported_on) > 1 else self.days[-2:]
        due, reported = [day.toordinal() for day in days], [day.toordinal() for day in reported_on]
        return len(due) - 1 in answer_due_days(due, reported, grace_days=self.grace_days)

    def needs_earlier_reports(self, last_reported: date) -> bool:
        """Whether the last check-in alone does not tell if the last day was missed.

        It may answer the day before that, if the grace of that day still ran and no earlier check-in answers it.
        """
        if len(self.days) < 2 or last_reported > self.days[-1]:  # noqa: PLR2004 - two days compete
            return False
        before, last = self.days[-2:]
        return last_reported <= before + timedelta(days=self.grace_days) and last_reported - before >= last - last_reported
