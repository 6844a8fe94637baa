"""Random stories of check-ins, owners and cadences, recorded in a log as facts with times of their own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS
from tests.okr_events.domain.schedule.duty_strategies import CLOCK_CHANGES, day_of, to_microseconds
from tests.projections.event_recorder import CHECK_IN_DEFAULTS, EventRecorder, id_of

DAY = 86_400_000_000
TIME_STEPS = (1, 1, 59_000_000, DAY // 24, DAY, 3 * DAY, 9 * DAY)
OBJECTIVES_BY_KEY_RESULT = {"a": "aims", "b": "builds", "c": "builds"}
UNITS_BY_OBJECTIVE = {"aims": "tech", "builds": "team"}
OWNERS = ("Ada", "Ben", None)
EMPTY_CHECK_IN = CHECK_IN_DEFAULTS | {"wins": [], "blockers": [], "next_steps": []}
UNIT_FIELDS = {"vision": None, "mission": None, "time_zone": None}
OBJECTIVE_FIELDS = {"description": None, "owner": None, "commitment": "aspirational", "urgent": False, "important": False}
KEY_RESULT_FIELDS = {"description": None, "metric": {"kind": "binary"}, "weight": 1, "origin": None}
ACTION_WEIGHTS = {
    "check_in": 30,
    "retract": 3,
    "correct": 3,
    "reassign": 6,
    "own": 3,
    "unit": 4,
    "policy": 2,
    "cancel": 1,
    "score": 1,
    "end": 1,
}
ACTION_WEIGHTS |= {"close": 1}


@dataclass(frozen=True)
class StoryFact:
    recorded_at: int
    kind: str
    subject: str
    value: Any


class CheckInStory:
    """`happened` is what matters of it, in order; `places` says how much of that is known after so many facts."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        name, self.clock_change = chance.choice(CLOCK_CHANGES)
        self.zone = ZoneInfo(name)
        self.now = to_microseconds(self.clock_change) - chance.choice([0, 1, 5, 12]) * DAY
        self.starts_on = self.day - timedelta(chance.choice([-3, 0, 20]))
        self.ends_on = self.starts_on + timedelta(chance.choice([2, 25, 60]))
        self.relevant_facts: list[StoryFact] = []
        self.facts: list[Any] = []
        self.check_ins: list[tuple[str, str]] = []

    @property
    def day(self) -> date:
        return day_of(self.now, self.zone)

    def record_story(self, tell: EventRecorder, many: int) -> None:
        self.recorder = tell
        self._create_organisation()
        for _ in range(many):
            self._advance_clock()
            getattr(self, f"_{self.chance.choices(list(ACTION_WEIGHTS), list(ACTION_WEIGHTS.values()))[0]}")()
        times = [time for time, _ in self.facts]
        tell.okrs.append([fact for _, fact in self.facts], envelopes=[tell.intent.envelope] * len(times), times=times)

    def facts_until(self, many: int) -> list[StoryFact]:
        """What had happened after so many facts."""
        return [each for each in self.relevant_facts if each.recorded_at <= self.facts[many - 1][0]]

    def _advance_clock(self) -> None:
        """Time goes by, sometimes up to where the clocks are set, or to right before."""
        turn = to_microseconds(self.clock_change) - self.chance.choice([1, 3])
        self.now = turn if self.now < turn and self.chance.random() < 0.2 else self.now + self.chance.choice(TIME_STEPS)

    def _add_fact(self, topic: str, name: str, what: str = "", about: Any = None, /, **said: Any) -> None:
        self.now += 1
        self.recorder.now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.now)
        self.facts.append((self.now, self.recorder.create_event(topic, name, **said)))
        if what:
            self.relevant_facts.append(StoryFact(self.now, what, name, about))

    def _cadence(self) -> dict[str, Any]:
        whole: dict[str, Any] = {"every": self.chance.choice(FREQUENCIES), "weekday": self.chance.choice(WEEKDAYS)}
        whole |= {"grace_days": self.chance.choice([0, 1, 3, 8])}
        return {name: part for name, part in whole.items() if self.chance.random() < 0.6}

    def _create_organisation(self) -> None:
        self._add_fact("Unit.Created", "tech", name="tech", level="company", parent_id=None, **UNIT_FIELDS)
        self._add_fact("Unit.Created", "team", name="team", level="team", parent_id=id_of("tech"), **UNIT_FIELDS)
        span = {"starts_on": self.starts_on, "ends_on": self.ends_on, "parent_id": None}
        self._set_policy("Cycle.Created", name="quarter", **span)
        of = {"cycle_id": id_of("quarter"), "progress_driver": "key_results", "draft": False}
        for goal, unit in UNITS_BY_OBJECTIVE.items():
            self._add_fact("Objective.Created", goal, title=goal, unit_id=id_of(unit), **OBJECTIVE_FIELDS, **of)
        for part, goal in OBJECTIVES_BY_KEY_RESULT.items():
            self._advance_clock()
            owner, above = self.chance.choice(OWNERS), {"objective_id": id_of(goal), "cycle_id": id_of("quarter")}
            days = {"cycle_ends_on": self.ends_on, "due_on": self.ends_on}
            given = id_of(owner) if owner else None
            self._add_fact(
                "KeyResult.Defined", part, "owner", owner, title=part, owner=given, **above, **days, **KEY_RESULT_FIELDS
            )

    def _set_policy(self, topic: str, **said: Any) -> None:
        cadence = DEFAULT_POLICY["cadence"] | self._cadence()
        self.policy = {**DEFAULT_POLICY, "cadence": cadence}
        self._add_fact(topic, "quarter", "cadence", cadence, policy=self.policy, **said)

    def _has_ended(self, what: str, subject: str) -> bool:
        return any((each.kind, each.subject) in {(what, subject), ("close", "quarter")} for each in self.relevant_facts)

    def _check_in(self) -> None:
        part = self.chance.choice(list(OBJECTIVES_BY_KEY_RESULT))
        name = f"{part} {len(self.facts)}"
        self.check_ins.append((part, name))
        said = {**EMPTY_CHECK_IN, "measured_on": self.day, "status": "on_track"}
        self._add_fact("KeyResult.CheckedIn", part, "check_in", name, check_in_id=id_of(name), **said)

    def _retract(self) -> None:
        if self.check_ins:
            part, name = self.check_ins.pop()
            self._add_fact("KeyResult.CheckInRetracted", part, "retract", name, check_in_id=id_of(name))

    def _correct(self) -> None:
        if self.check_ins:
            part, name = self.check_ins[-1]
            self._add_fact(
                "KeyResult.CheckInCorrected",
                part,
                check_in_id=id_of(name),
                **CHECK_IN_DEFAULTS | {"status": "at_risk", "withdrawn": []},
            )

    def _reassign(self) -> None:
        part, owner = self.chance.choice(list(OBJECTIVES_BY_KEY_RESULT)), self.chance.choice(["Ada", "Ben"])
        if not self._has_ended("cancel", part):
            self._add_fact("KeyResult.Reassigned", part, "owner", owner, owner=id_of(owner))

    def _own(self) -> None:
        part, parts = self.chance.choice(list(OBJECTIVES_BY_KEY_RESULT)), self._cadence()
        if not self._has_ended("cancel", part):
            self._add_fact("KeyResult.CadenceSet", part, "cadence", parts, cadence=parts)

    def _unit(self) -> None:
        parts = self._cadence()
        self._add_fact("Unit.CadenceSet", self.chance.choice(["tech", "team"]), "cadence", parts, cadence=parts)

    def _policy(self) -> None:
        if not self._has_ended("close", "quarter"):
            self._set_policy("Cycle.PolicyChanged")

    def _cancel(self) -> None:
        part = self.chance.choice(list(OBJECTIVES_BY_KEY_RESULT))
        if not self._has_ended("cancel", part):
            self._add_fact("KeyResult.Cancelled", part, "cancel")

    def _score(self) -> None:
        part = self.chance.choice(list(OBJECTIVES_BY_KEY_RESULT))
        if not self._has_ended("cancel", part):
            said = {"suggested": None, "suggested_at": None, "decision": None, "root_cause": None}
            self._add_fact("KeyResult.Scored", part, "score", score=Decimal("0.5"), **said)

    def _end(self) -> None:
        if not self._has_ended("end", "builds"):
            self._add_fact(self.chance.choice(["Objective.Cancelled", "Objective.Closed"]), "builds", "end")

    def _close(self) -> None:
        if not self._has_ended("close", "quarter"):
            self._add_fact("Cycle.Closed", "quarter", "close", policy=self.policy)
