"""Records events straight into a log of January to March 2024, without checking any rule."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from eventsourcing.domain import Aggregate

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.domain.values import AuthoredText
from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from okr_events.event_log.hash_chain import to_microseconds

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 3, 31)
"""A Monday and a Sunday."""
ZERO_TO_TEN = {"kind": "increase", "baseline": "0", "target": "10", "measure": None}
CHECK_IN_DEFAULTS = dict.fromkeys(
    ("measured_on", "value", "milestones", "confidence", "status", "note", "wins", "blockers", "next_steps")
)


def id_of(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


class EventRecorder:
    """Records facts without asking any rule. Things go by their names; `now` is when the log takes them in."""

    def __init__(self, okrs: OKRApplication, intent: Intent) -> None:
        self.okrs = okrs
        self.intent = intent
        self.now = datetime.combine(FIRST_DAY, time(12), UTC)
        self.versions = Counter[UUID]()

    def at_day(self, day: date, hour: int = 12) -> "EventRecorder":
        self.now = datetime.combine(day, time(hour), UTC)
        return self

    def __call__(self, topic: str, name: str, /, *, reason: str | None = None, **said: Any) -> int:
        """Record one fact and give its position."""
        return self.append_events([self.create_event(topic, name, **said)], reason)

    def create_event(self, topic: str, name: str, /, **said: Any) -> Any:
        """The next fact of what goes by this name, unrecorded."""
        id = id_of(name)
        self.versions[id] += 1
        if issubclass(CLASSES_BY_NAME[topic], Aggregate.Created):
            said["originator_topic"] = topic.partition(".")[0]
        return CLASSES_BY_NAME[topic](originator_id=id, originator_version=self.versions[id], timestamp=self.now, **said)

    def append_events(self, facts: list[Any], reason: str | None = None) -> int:
        """Record facts together and give the position of the first."""
        envelopes = [replace(self.intent, reason=reason).envelope for _ in facts]
        return self.okrs.append(facts, envelopes=envelopes, times=[to_microseconds(self.now)] * len(facts))[0]

    def unit(self, name: str, *, below: str | None = None, level: str = "team") -> int:
        place = {"level": level, "parent_id": id_of(below)} if below else {"level": "company", "parent_id": None}
        return self("Unit.Created", name, name=name, vision=None, mission=None, time_zone=None, **place)

    def cycle(self, name: str = "quarter", **said: Any) -> int:
        usual = {"name": name, "starts_on": FIRST_DAY, "ends_on": LAST_DAY, "parent_id": None, "policy": DEFAULT_POLICY}
        return self("Cycle.Created", name, **{**usual, **said})

    def objective(self, name: str, *, unit: str = "tech", cycle: str = "quarter", **said: Any) -> int:
        usual = {"title": name, "description": None, "owner": None, "commitment": "aspirational", "urgent": False}
        usual |= {"important": False, "progress_driver": "key_results", "draft": False}
        return self("Objective.Created", name, unit_id=id_of(unit), cycle_id=id_of(cycle), **{**usual, **said})

    def key_result(self, name: str, *, of: str, cycle: str = "quarter", weight: Any = 1, **said: Any) -> int:
        place = {"objective_id": id_of(of), "cycle_id": id_of(cycle), "cycle_ends_on": LAST_DAY}
        usual = {"title": name, "description": None, "metric": ZERO_TO_TEN, "owner": None, "due_on": LAST_DAY, "origin": None}
        return self("KeyResult.Defined", name, **place, weight=Decimal(weight), **{**usual, **said})

    def check_in(self, key_result: str, name: str = "", *, on: date | None = None, **said: Any) -> int:
        """`name` tells check-ins apart; by default it is that of the key result and the number of its fact."""
        name = name or f"{key_result} {self.versions[id_of(key_result)]}"
        usual = CHECK_IN_DEFAULTS | {"measured_on": on or self.now.date(), "wins": [], "blockers": [], "next_steps": []}
        return self("KeyResult.CheckedIn", key_result, check_in_id=id_of(name), **{**usual, **_with_decimals(said)})

    def correct(self, key_result: str, name: str, **said: Any) -> int:
        return self(
            "KeyResult.CheckInCorrected",
            key_result,
            check_in_id=id_of(name),
            **{**CHECK_IN_DEFAULTS, "withdrawn": [], **_with_decimals(said)},
        )

    def retract(self, key_result: str, name: str) -> int:
        return self("KeyResult.CheckInRetracted", key_result, check_in_id=id_of(name))

    def conversation(self, subject: str, kind: str) -> int:
        return self("Conversation.Opened", f"about {subject}", subject_type=kind, subject_id=id_of(subject))

    def comment(self, subject: str, name: str, kind: str = "question") -> int:
        text = AuthoredText(self.intent.actor, name)
        return self("Conversation.Commented", f"about {subject}", comment_id=id_of(name), kind=kind, text=text)

    def answer(self, subject: str, name: str, *, to: str) -> int:
        said = {"comment_id": id_of(name), "kind": "feedback", "text": AuthoredText(self.intent.actor, name)}
        return self("Conversation.Answered", f"about {subject}", answers_to=id_of(to), **said)

    def link(self, child: str, parent: str, weight: Any = 1, **said: Any) -> int:
        usual = {"parent_type": "objective", "kind": "vertical", "weight": Decimal(weight), "capacity": None}
        ends = {"child_id": id_of(child), "parent_id": id_of(parent)}
        return self("Alignment.Linked", f"{child}>{parent}", **ends, **{**usual, **said})

    def link_as_guide(self, child: str, parent: str, kind: str = "directional") -> int:
        """The child takes the parent as a guide, or depends on it."""
        said = {"parent_type": "objective", "kind": kind, "weight": None, "capacity": None}
        return self("Alignment.Linked", f"{child}~{parent}", child_id=id_of(child), parent_id=id_of(parent), **said)

    def inherit(self, child: str, key_result: str, weight: Any = 1) -> int:
        """The child takes a key result for its objective."""
        return self.link(child, key_result, weight, parent_type="key_result", kind="explicit")


def _with_decimals(said: dict[str, Any]) -> dict[str, Any]:
    numbers = ("value", "confidence")
    return {name: Decimal(value) if name in numbers and value is not None else value for name, value in said.items()}
