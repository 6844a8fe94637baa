"""Replay: events of the log one by one, each with its sentence and its effect on the numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject
from projections.event_catalog import describe_event
from projections.impact.event_effects import GoalEffect, compute_effects
from projections.moment import Moment, moment_at_position
from projections.queries import event_filters
from projections.queries.fact_history import serialize_fact
from projections.store.column_values import Decrypt
from projections.text.names import NameHistory

BATCH_SIZE = 200


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """One event: its decrypted fact, its sentence, its effects, and the names of the affected goals at that time."""

    fact: JsonObject
    moment: Moment
    sentence: str
    effects: list[GoalEffect]
    names: dict[str, str]

    @property
    def measured_on(self) -> str | None:
        """The day that it speaks about, if that is not the day on which it was recorded."""
        day: str | None = self.fact["fields"].get("measured_on")
        return None if day == self.moment.today.isoformat() else day


@dataclass(frozen=True, slots=True)
class Replay:
    """Replays facts; `people` are names by id."""

    connection: Connection
    log: LogRecorder
    mapper: Mapper[UUID]
    people: Mapping[str, str]
    decrypt: Decrypt
    zone: tzinfo

    def steps(self, chosen: event_filters.Conditions, *, after: int, upto: int) -> Iterator[ReplayStep]:
        """The steps of chosen facts, in order; no transaction stays open between them."""
        history = NameHistory(self.connection, self.people)
        while positions := event_filters.find_positions(self.connection, chosen, after=after, upto=upto, limit=BATCH_SIZE):
            facts = self.decrypt([serialize_fact(recorded, self.mapper) for recorded in self.log.events_at(positions)])
            after = positions[-1]
            for fact in facts:
                step = self._build_step(history, fact)
                self.connection.rollback()
                yield step

    def _build_step(self, history: NameHistory, fact: JsonObject) -> ReplayStep:
        moment = moment_at_position(self.log, fact["position"], self.zone)
        names = history.names_at(moment.position)
        sentence = describe_event(fact, names, history.fields_before(fact))
        effects = compute_effects(self.connection, moment, fact)
        return ReplayStep(fact, moment, sentence, effects, {effect.id: names(effect.id) for effect in effects})
