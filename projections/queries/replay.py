"""Replay: a stretch of the log, event by event, each with its sentence and what it did to the numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.event_log.recorder import LogRecorder
from projections.event_catalog import describe_event
from projections.impact.event_effects import GoalEffect, compute_effects
from projections.moment import Moment, moment_at_position
from projections.queries import event_filters
from projections.queries.fact_history import serialize_fact
from projections.text.names import NameHistory

BATCH_SIZE = 200
Decrypt = Callable[[Any], Any]
"""Opens the sealed words inside."""


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """One event: the fact with its words opened, its sentence, its turns, and what their goals were called then."""

    fact: Mapping[str, Any]
    moment: Moment
    sentence: str
    effects: list[GoalEffect]
    names: dict[str, str]

    @property
    def measured_on(self) -> str | None:
        """The day that it speaks of, where that is another than the day on which it was recorded."""
        day: str | None = self.fact["fields"].get("measured_on")
        return None if day == self.moment.today.isoformat() else day


@dataclass(frozen=True, slots=True)
class Replay:
    """What is replayed: chosen facts after one position and up to another."""

    connection: Connection
    log: LogRecorder
    mapper: Mapper[UUID]
    people: Mapping[str, str]
    decrypt: Decrypt
    zone: Any

    def steps(self, chosen: event_filters.Conditions, *, after: int, upto: int) -> Iterator[ReplayStep]:
        """The steps in order; no transaction is open while somebody looks at one."""
        naming = NameHistory(self.connection, self.people)
        while found := event_filters.find_positions(self.connection, chosen, after=after, upto=upto, limit=BATCH_SIZE):
            facts = self.decrypt([serialize_fact(recorded, self.mapper) for recorded in self.log.events_at(found)])
            after = found[-1]
            for fact in facts:
                step = self._build_step(naming, fact)
                self.connection.rollback()
                yield step

    def _build_step(self, naming: NameHistory, fact: Mapping[str, Any]) -> ReplayStep:
        moment = moment_at_position(self.log, fact["position"], self.zone)
        called = naming.names_at(moment.position)
        line = describe_event(fact, called, naming.fields_before(fact))
        turned = compute_effects(self.connection, moment, fact)
        return ReplayStep(fact, moment, line, turned, {turn.id: called(turn.id) for turn in turned})
