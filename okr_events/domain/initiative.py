"""Initiatives: work that should move a key result, without effect on its progress."""

from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.base_events import FieldsChanged
from okr_events.domain.errors import Refused
from okr_events.domain.key_result import KeyResult
from okr_events.domain.values import new_id


class InitiativeDone(Refused):
    code = "initiative-done"
    title = "The initiative is already completed."


class Initiative(Aggregate):
    TOPIC = "Initiative"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Initiative.Started"
        key_result_id: UUID
        title: str
        owner: UUID | None
        due_on: date | None

    class Completed(FieldsChanged):
        TOPIC = "Initiative.Completed"
        done_on: date

    @classmethod
    def start(cls, key_result: KeyResult, *, title: str, owner: UUID | None = None, due_on: date | None = None) -> "Initiative":
        key_result.check_open()
        return cls(key_result_id=key_result.id, title=title, owner=owner, due_on=due_on)

    def complete(self, today: date) -> None:
        if self.done_on:
            raise InitiativeDone
        self.trigger_event(self.Completed, done_on=today)

    @event(Created)
    def __init__(self, key_result_id: UUID, title: str, owner: UUID | None, due_on: date | None) -> None:
        self.key_result_id = key_result_id
        self.title = title
        self.owner = owner
        self.due_on = due_on
        self.done_on: date | None = None
