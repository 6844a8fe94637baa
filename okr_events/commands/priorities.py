"""Commands about strategic priorities."""

from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.priority import Priority
from okr_events.event_log.constraints import MarkEnded
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import parent_not_ended
from okr_events.json_types import Json


class PriorityCommands(RecordingApplication):
    def set_priority(self, intent: Intent, *, owner: UUID | None = None, **fields: Json) -> CommandResult:
        self._check_owner(owner)
        return self._commit(intent, Priority.set(owner=owner, **fields), status=201)

    def revise_priority(self, intent: Intent, id: UUID, **fields: Json) -> CommandResult:
        priority = self.load(Priority, id)
        owner = fields.get("owner", priority.owner)
        if owner != priority.owner:
            self._check_owner(owner)
            intent.require_reason()
        with self._check_version(intent, priority):
            priority.revise(**fields)
        return self._commit(intent, priority)

    def retire_priority(self, intent: Intent, id: UUID) -> CommandResult:
        priority = self.load(Priority, id)
        intent.require_reason()
        with self._check_version(intent, priority):
            priority.retire()
        return self._commit(intent, priority, constraints=[parent_not_ended("priority", id), MarkEnded(id)])
