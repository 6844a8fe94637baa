"""Replay: a stretch of the log, event by event, each with its sentence and what it did to the numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.event_log.recorder import Recording
from projections.impact.event_effects import Turn, turns
from projections.moment import Moment, at_position
from projections.queries import event_filters
from projections.queries.fact_history import told
from projections.text.event_descriptions import sentence
from projections.text.names import Naming

BATCH = 200
Open = Callable[[Any], Any]
"""Opens the sealed words inside."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event: the fact with its words opened, its sentence, its turns, and what their goals were called then."""

    fact: Mapping[str, Any]
    moment: Moment
    sentence: str
    turns: list[Turn]
    called: dict[str, str]

    @property
    def measured_on(self) -> str | None:
        """The day that it speaks of, where that is another than the day on which it was recorded."""
        day: str | None = self.fact["fields"].get("measured_on")
        return None if day == self.moment.today.isoformat() else day


@dataclass(frozen=True, slots=True)
class Replay:
    """What is replayed: chosen facts after one position and up to another."""

    connection: Connection
    log: Recording
    mapper: Mapper[UUID]
    people: Mapping[str, str]
    open: Open
    zone: Any

    def steps(self, chosen: event_filters.Chosen, *, after: int, upto: int) -> Iterator[Step]:
        """The steps in order; no transaction is open while somebody looks at one."""
        naming = Naming(self.connection, self.people)
        while found := event_filters.positions(self.connection, chosen, after=after, upto=upto, limit=BATCH):
            facts = self.open([told(recorded, self.mapper) for recorded in self.log.at(found)])
            after = found[-1]
            for fact in facts:
                step = self._step(naming, fact)
                self.connection.rollback()
                yield step

    def _step(self, naming: Naming, fact: Mapping[str, Any]) -> Step:
        moment = at_position(self.log, fact["position"], self.zone)
        called = naming.at(moment.position)
        line = sentence(fact, called, naming.before(fact))
        turned = turns(self.connection, moment, fact)
        return Step(fact, moment, line, turned, {turn.id: called(turn.id) for turn in turned})
