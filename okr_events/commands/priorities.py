"""Commands about strategic priorities."""

from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.priority import Priority
from okr_events.event_log.constraints import End, live_parent
from okr_events.event_log.idempotency import Answer


class PriorityCommands(RecordingApplication):
    def set_priority(self, intent: Intent, *, owner: UUID | None = None, **fields: Any) -> Answer:
        self._check_owner(owner)
        return self._answer(intent, Priority.set(owner=owner, **fields), status=201)

    def revise_priority(self, intent: Intent, id: UUID, **fields: Any) -> Answer:
        priority = self.load(Priority, id)
        owner = fields.get("owner")
        self._check_owner(owner)
        if owner not in (None, priority.owner):
            intent.because()
        with self._deciding(intent, priority):
            priority.revise(**fields)
        return self._answer(intent, priority)

    def retire_priority(self, intent: Intent, id: UUID) -> Answer:
        priority = self.load(Priority, id)
        intent.because()
        with self._deciding(intent, priority):
            priority.retire()
        return self._answer(intent, priority, constraints=[live_parent("priority", id), End(id)])
