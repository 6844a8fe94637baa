"""Commands about cycles."""

from typing import Any
from uuid import UUID

from okr_events.commands.recording import RecordingApplication
from okr_events.cycle import Cycle
from okr_events.intent import Intent
from okr_events.log.answers import Answer
from okr_events.log.constraints import Claim, limits_of


class CycleCommands(RecordingApplication):
    def create_cycle(
        self, intent: Intent, *, parent_id: UUID | None = None, policy: dict[str, Any] | None = None, **fields: Any
    ) -> Answer:
        parent = self.named(Cycle, parent_id, "/parent_id") if parent_id else None
        cycle = Cycle.create(parent=parent, policy_parts=policy, **fields)
        name = Claim("cycle", cycle.name.casefold(), cycle.id)
        return self._answer(intent, cycle, status=201, constraints=[name, *limits_of(cycle.id, cycle.policy)])

    def activate_cycle(self, intent: Intent, id: UUID) -> Answer:
        cycle = self.load(Cycle, id)
        with self._deciding(intent, cycle):
            cycle.activate()
        return self._answer(intent, cycle)

    def change_policy(self, intent: Intent, id: UUID, *, policy: dict[str, Any]) -> Answer:
        cycle = self.load(Cycle, id)
        if cycle.state != "draft":
            intent.because()
        with self._deciding(intent, cycle):
            cycle.change_policy(policy)
        return self._answer(intent, cycle, constraints=limits_of(id, cycle.policy))
