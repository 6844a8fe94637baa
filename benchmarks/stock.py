"""The baseline of the append benchmarks: the same check-ins with the plain eventsourcing library."""
# ruff: noqa: ARG002 - an event method has every field of its event as a parameter

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder

from okr_events.event_log.event_mapper import DateAsISO
from okr_events.json_types import JsonObject


class PlainKeyResult(Aggregate):
    class Defined(Aggregate.Created):
        title: str

    class CheckedIn(Aggregate.Event):
        check_in_id: UUID
        measured_on: date
        value: Decimal | None
        milestones: list[str] | None
        confidence: Decimal | None
        status: str | None
        note: str | None
        wins: list[str]
        blockers: list[JsonObject]
        next_steps: list[str]

    @event(Defined)
    def __init__(self, title: str) -> None:
        self.title = title
        self.check_ins: dict[str, JsonObject] = {}

    @event(CheckedIn)
    def check_in(
        self,
        check_in_id: UUID,
        measured_on: date,
        value: Decimal | None,
        milestones: list[str] | None,
        confidence: Decimal | None,
        status: str | None,
        note: str | None,
        wins: list[str],
        blockers: list[JsonObject],
        next_steps: list[str],
    ) -> None:
        self.check_ins[str(check_in_id)] = {"value": value, "version": 1, "retracted": False}


class PlainOKRs(Application[UUID]):
    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(DateAsISO())

    def define(self, title: str) -> UUID:
        key_result = PlainKeyResult(title)
        self.save(key_result)
        return key_result.id

    def check_in(self, id: UUID, fields: JsonObject) -> None:
        self.check_in_batch(id, [fields])

    def check_in_batch(self, id: UUID, check_ins: Sequence[JsonObject]) -> None:
        key_result: PlainKeyResult = self.repository.get(id)
        for fields in check_ins:
            key_result.check_in(**_event_fields(**fields))
        self.save(key_result)


def _event_fields(*, value: Decimal, confidence: Decimal, note: str | None = None) -> JsonObject:
    return {
        "check_in_id": uuid4(),
        "measured_on": date.today(),  # noqa: DTZ011 - any day
        "value": value,
        "milestones": None,
        "confidence": confidence,
        "status": None,
        "note": note,
        "wins": [],
        "blockers": [],
        "next_steps": [],
    }
