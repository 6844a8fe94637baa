"""The duties of a story, worked out by walking a calendar day by day: nothing here asks how the views do it."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from okr_events.domain.schedule.due_days import WEEKDAYS
from tests.okr_events.domain.schedule.duty_strategies import day_of, states_by_due_day
from tests.projections.check_in_stories import OBJECTIVES_BY_KEY_RESULT, UNITS_BY_OBJECTIVE, CheckInStory, StoryFact

REPEATED_MINUTES = 3 * 60
"""The minutes for which clocks that are put back may show a day once more, and some."""


class CalendarDuties:
    """The duties of key results: `owed[part, day]` is the state and the owner on a due day."""

    def __init__(self, story: CheckInStory, many: int, today: date) -> None:
        self.story = story
        known = story.facts_until(many)
        closing = next((n for n, each in enumerate(known) if each.kind == "close"), None)
        self.known_facts = known if closing is None else known[: closing + 1]
        self.closed_on = None if closing is None else self._day(known[closing])
        self.today = self.closed_on or today
        self.states = {
            (part, day): (state, self._owner(part, day))
            for part in OBJECTIVES_BY_KEY_RESULT
            for day, state in self._states(part)
        }

    def tally(self, *, unit: str = "", owner: str = "anybody") -> dict[str, int]:
        found = Counter(state for _, state, _, _ in self._select_rows(unit, owner) if state != "not_applicable")
        return {name: found[name] for name in ("on_time", "late", "missed", "pending", "done")}

    def adherence(self, **which: str) -> Fraction | None:
        found = self.tally(**which)
        decided = found["on_time"] + found["late"] + found["missed"]
        return Fraction(found["on_time"], decided) if decided else None

    def streak(self, unit: str = "", owner: str = "anybody") -> tuple[int, int]:
        days: dict[date, set[str]] = {}
        for day, state, _, _ in self._select_rows(unit, owner):
            if state not in {"pending", "done", "not_applicable"}:
                days.setdefault(day, set()).add(state)
        longest = current = 0
        for day in sorted(days):
            current = current + 1 if days[day] == {"on_time"} else 0
            longest = max(longest, current)
        return current, longest

    def _select_rows(self, unit: str, owner: str) -> list[tuple[date, str, str, str | None]]:
        rows = [
            (day, state, UNITS_BY_OBJECTIVE[OBJECTIVES_BY_KEY_RESULT[part]], who)
            for (part, day), (state, who) in self.states.items()
        ]
        return [row for row in rows if unit in {"", row[2]} and owner in {"anybody", row[3] or "nobody"}]

    def _day(self, each: StoryFact) -> date:
        return day_of(each.recorded_at, self.story.zone)

    def _facts_of_kind(self, what: str, subject: str) -> list[StoryFact]:
        return [each for each in self.known_facts if (each.kind, each.subject) == (what, subject)]

    def _states(self, part: str) -> list[tuple[date, str]]:
        defined = self._facts_of_kind("owner", part)
        if not defined:
            return []
        ends = [
            self._day(each)
            for each in (
                *self._facts_of_kind("cancel", part),
                *self._facts_of_kind("score", part),
                *self._facts_of_kind("end", OBJECTIVES_BY_KEY_RESULT[part]),
            )
        ]
        gone = {each.value for each in self._facts_of_kind("retract", part)}
        reported_on = [self._day(each) for each in self._facts_of_kind("check_in", part) if each.value not in gone]
        ended_on = min([*ends, *([self.closed_on] if self.closed_on else [])], default=None)
        days, grace_days = self._due_days(part)
        about = {"ended_on": ended_on, "today": self.today, "reported_on": reported_on}
        return list(states_by_due_day(days, grace_days, defined_on=self._day(defined[0]), **about).items())

    def _due_days(self, part: str) -> tuple[list[date], int]:
        cadence = {}
        for place in (
            "quarter",
            "tech",
            *(["team"] if UNITS_BY_OBJECTIVE[OBJECTIVES_BY_KEY_RESULT[part]] == "team" else []),
            part,
        ):
            said = self._facts_of_kind("cadence", place)
            cadence |= said[-1].value if said else {}
        starts_on, ends_on = self.story.starts_on, self.story.ends_on
        days = [starts_on + timedelta(n) for n in range((ends_on - starts_on).days + 1)]
        weekly = [day for day in days if WEEKDAYS[day.weekday()] == cadence["weekday"]]
        if cadence["every"] == "monthly":
            return [day for day in weekly if (day + timedelta(7)).month != day.month], cadence["grace_days"]
        return weekly[:: 2 if cadence["every"] == "biweekly" else 1], cadence["grace_days"]

    def _owner(self, part: str, due: date) -> str | None:
        """The last one to whom it was given while the day was not over, nor came once more."""
        given = self._facts_of_kind("owner", part)
        return [each.value for each in given if self._is_before_end(each.recorded_at, due) or each is given[0]][-1]

    def _is_before_end(self, at: int, due: date) -> bool:
        return any(day_of(at + minute * 60_000_000, self.story.zone) <= due for minute in range(REPEATED_MINUTES))
