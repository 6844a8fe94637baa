"""The duties of a story, worked out by walking a calendar day by day: nothing here asks how the views do it."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from okr_events.domain.schedule.due_dates import WEEKDAYS
from tests.okr_events.domain.schedule.duty_strategies import day_of, walked
from tests.projections.check_in_stories import PARTS, UNITS, Happened, Story

HOURS = 3 * 60
"""The minutes for which clocks that are put back may show a day once more, and some."""


class Walked:
    """What each key result owed on each due day, and who owed it: `owed[part, day]` is how it stands, and the owner."""

    def __init__(self, story: Story, many: int, today: date) -> None:
        self.story = story
        known = story.knew(many)
        closing = next((n for n, each in enumerate(known) if each.what == "close"), None)
        self.known = known if closing is None else known[: closing + 1]
        self.closed_on = None if closing is None else self._day(known[closing])
        self.today = self.closed_on or today
        self.owed = {(part, day): (state, self._owner(part, day)) for part in PARTS for day, state in self._states(part)}

    def tally(self, *, unit: str = "", owner: str = "anybody") -> dict[str, int]:
        found = Counter(state for _, state, _, _ in self._chosen(unit, owner) if state != "not_applicable")
        return {name: found[name] for name in ("on_time", "late", "missed", "pending")}

    def adherence(self, **whose: str) -> Fraction | None:
        found = self.tally(**whose)
        decided = found["on_time"] + found["late"] + found["missed"]
        return Fraction(found["on_time"], decided) if decided else None

    def streak(self, unit: str = "", owner: str = "anybody") -> tuple[int, int]:
        days: dict[date, set[str]] = {}
        for day, state, _, _ in self._chosen(unit, owner):
            if state not in {"pending", "not_applicable"}:
                days.setdefault(day, set()).add(state)
        longest = current = 0
        for day in sorted(days):
            current = current + 1 if days[day] == {"on_time"} else 0
            longest = max(longest, current)
        return current, longest

    def _chosen(self, unit: str, owner: str) -> list[tuple[date, str, str, str | None]]:
        rows = [(day, state, UNITS[PARTS[part]], who) for (part, day), (state, who) in self.owed.items()]
        return [row for row in rows if unit in {"", row[2]} and owner in {"anybody", row[3] or "nobody"}]

    def _day(self, each: Happened) -> date:
        return day_of(each.at, self.story.zone)

    def _about(self, what: str, whose: str) -> list[Happened]:
        return [each for each in self.known if (each.what, each.whose) == (what, whose)]

    def _states(self, part: str) -> list[tuple[date, str]]:
        defined = self._about("owner", part)
        if not defined:
            return []
        ends = [self._day(each) for each in (*self._about("cancel", part), *self._about("end", PARTS[part]))]
        gone = {each.said for each in self._about("retract", part)}
        reported_on = {self._day(each) for each in self._about("check_in", part) if each.said not in gone}
        ended_on = min([*ends, *([self.closed_on] if self.closed_on else [])], default=None)
        days, grace_days = self._due(part)
        about = {"ended_on": ended_on, "today": self.today, "reported_on": reported_on}
        return list(walked(days, grace_days, defined_on=self._day(defined[0]), **about).items())

    def _due(self, part: str) -> tuple[list[date], int]:
        cadence = {}
        for place in ("quarter", "tech", *(["team"] if UNITS[PARTS[part]] == "team" else []), part):
            said = self._about("cadence", place)
            cadence |= said[-1].said if said else {}
        starts_on, ends_on = self.story.starts_on, self.story.ends_on
        days = [starts_on + timedelta(n) for n in range((ends_on - starts_on).days + 1)]
        weekly = [day for day in days if WEEKDAYS[day.weekday()] == cadence["weekday"]]
        if cadence["every"] == "monthly":
            return [day for day in weekly if (day + timedelta(7)).month != day.month], cadence["grace_days"]
        return weekly[:: 2 if cadence["every"] == "biweekly" else 1], cadence["grace_days"]

    def _owner(self, part: str, due: date) -> str | None:
        """The last one to whom it was given while the day was not over, nor came once more."""
        given = self._about("owner", part)
        return [each.said for each in given if self._not_over(each.at, due) or each is given[0]][-1]

    def _not_over(self, at: int, due: date) -> bool:
        return any(day_of(at + minute * 60_000_000, self.story.zone) <= due for minute in range(HOURS))
