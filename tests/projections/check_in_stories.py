"""Stories of check-ins, owners and cadences drawn at random, told to a log as facts with times of their own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from okr_events.domain.policy import DEFAULT
from okr_events.domain.schedule.due_dates import EVERY, WEEKDAYS
from tests.okr_events.domain.schedule.duty_strategies import TURNS, day_of, micro
from tests.projections.event_recorder import SAID, Teller, id_of

DAY = 86_400_000_000
APARTS = (1, 1, 59_000_000, DAY // 24, DAY, 3 * DAY, 9 * DAY)
PARTS = {"a": "aims", "b": "builds", "c": "builds"}
UNITS = {"aims": "tech", "builds": "team"}
OWNERS = ("Ada", "Ben", None)
NOTHING = SAID | {"wins": [], "blockers": [], "next_steps": []}
PLACE = {"vision": None, "mission": None, "time_zone": None}
GOAL = {"description": None, "owner": None, "commitment": "aspirational", "urgent": False, "important": False}
PART = {"description": None, "metric": {"kind": "binary"}, "weight": 1, "origin": None}
TURNED = {"check_in": 30, "retract": 3, "correct": 3, "reassign": 6, "own": 3, "unit": 4, "policy": 2, "cancel": 1, "end": 1}
TURNED |= {"close": 1}


@dataclass(frozen=True)
class Happened:
    at: int
    what: str
    whose: str
    said: Any


class Story:
    """`happened` is what matters of it, in order; `places` says how much of that is known after so many facts."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        name, self.turn = chance.choice(TURNS)
        self.zone = ZoneInfo(name)
        self.now = micro(self.turn) - chance.choice([0, 1, 5, 12]) * DAY
        self.starts_on = self.day - timedelta(chance.choice([-3, 0, 20]))
        self.ends_on = self.starts_on + timedelta(chance.choice([2, 25, 60]))
        self.happened: list[Happened] = []
        self.facts: list[Any] = []
        self.check_ins: list[tuple[str, str]] = []

    @property
    def day(self) -> date:
        return day_of(self.now, self.zone)

    def tell(self, tell: Teller, many: int) -> None:
        self.teller = tell
        self._begin()
        for _ in range(many):
            self._pass()
            getattr(self, f"_{self.chance.choices(list(TURNED), list(TURNED.values()))[0]}")()
        times = [time for time, _ in self.facts]
        tell.okrs.append([fact for _, fact in self.facts], envelopes=[tell.intent.envelope] * len(times), times=times)

    def knew(self, many: int) -> list[Happened]:
        """What had happened after so many facts."""
        return [each for each in self.happened if each.at <= self.facts[many - 1][0]]

    def _pass(self) -> None:
        """Time goes by, sometimes up to where the clocks are set, or to right before."""
        turn = micro(self.turn) - self.chance.choice([1, 3])
        self.now = turn if self.now < turn and self.chance.random() < 0.2 else self.now + self.chance.choice(APARTS)

    def _say(self, topic: str, name: str, what: str = "", about: Any = None, /, **said: Any) -> None:
        self.now += 1
        self.teller.now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.now)
        self.facts.append((self.now, self.teller.fact(topic, name, **said)))
        if what:
            self.happened.append(Happened(self.now, what, name, about))

    def _cadence(self) -> dict[str, Any]:
        whole: dict[str, Any] = {"every": self.chance.choice(EVERY), "weekday": self.chance.choice(WEEKDAYS)}
        whole |= {"grace_days": self.chance.choice([0, 1, 3, 8])}
        return {name: part for name, part in whole.items() if self.chance.random() < 0.6}

    def _begin(self) -> None:
        self._say("Unit.Created", "tech", name="tech", level="company", parent_id=None, **PLACE)
        self._say("Unit.Created", "team", name="team", level="team", parent_id=id_of("tech"), **PLACE)
        span = {"starts_on": self.starts_on, "ends_on": self.ends_on, "parent_id": None}
        self._ruled("Cycle.Created", name="quarter", **span)
        of = {"cycle_id": id_of("quarter"), "progress_driver": "key_results", "draft": False}
        for goal, unit in UNITS.items():
            self._say("Objective.Created", goal, title=goal, unit_id=id_of(unit), **GOAL, **of)
        for part, goal in PARTS.items():
            self._pass()
            owner, above = self.chance.choice(OWNERS), {"objective_id": id_of(goal), "cycle_id": id_of("quarter")}
            days = {"cycle_ends_on": self.ends_on, "due_on": self.ends_on}
            given = id_of(owner) if owner else None
            self._say("KeyResult.Defined", part, "owner", owner, title=part, owner=given, **above, **days, **PART)

    def _ruled(self, topic: str, **said: Any) -> None:
        cadence = DEFAULT["cadence"] | self._cadence()
        self.policy = {**DEFAULT, "cadence": cadence}
        self._say(topic, "quarter", "cadence", cadence, policy=self.policy, **said)

    def _over(self, what: str, whose: str) -> bool:
        return any((each.what, each.whose) in {(what, whose), ("close", "quarter")} for each in self.happened)

    def _check_in(self) -> None:
        part = self.chance.choice(list(PARTS))
        name = f"{part} {len(self.facts)}"
        self.check_ins.append((part, name))
        said = {**NOTHING, "measured_on": self.day, "status": "on_track"}
        self._say("KeyResult.CheckedIn", part, "check_in", name, check_in_id=id_of(name), **said)

    def _retract(self) -> None:
        if self.check_ins:
            part, name = self.check_ins.pop()
            self._say("KeyResult.CheckInRetracted", part, "retract", name, check_in_id=id_of(name))

    def _correct(self) -> None:
        if self.check_ins:
            part, name = self.check_ins[-1]
            self._say("KeyResult.CheckInCorrected", part, check_in_id=id_of(name), **SAID | {"status": "at_risk"})

    def _reassign(self) -> None:
        part, owner = self.chance.choice(list(PARTS)), self.chance.choice(["Ada", "Ben"])
        if not self._over("cancel", part):
            self._say("KeyResult.Reassigned", part, "owner", owner, owner=id_of(owner))

    def _own(self) -> None:
        part, parts = self.chance.choice(list(PARTS)), self._cadence()
        if not self._over("cancel", part):
            self._say("KeyResult.CadenceSet", part, "cadence", parts, cadence=parts)

    def _unit(self) -> None:
        parts = self._cadence()
        self._say("Unit.CadenceSet", self.chance.choice(["tech", "team"]), "cadence", parts, cadence=parts)

    def _policy(self) -> None:
        if not self._over("close", "quarter"):
            self._ruled("Cycle.PolicyChanged")

    def _cancel(self) -> None:
        part = self.chance.choice(list(PARTS))
        if not self._over("cancel", part):
            self._say("KeyResult.Cancelled", part, "cancel")

    def _end(self) -> None:
        if not self._over("end", "builds"):
            self._say(self.chance.choice(["Objective.Cancelled", "Objective.Closed"]), "builds", "end")

    def _close(self) -> None:
        if not self._over("close", "quarter"):
            self._say("Cycle.Closed", "quarter", "close", policy=self.policy)
