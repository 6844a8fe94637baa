"""Commands about cycles."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.cycle import Cycle
from okr_events.event_log.closing_constraints import Close
from okr_events.event_log.constraints import Claim, Constraint, Keep, limits_of, open_cycle
from okr_events.event_log.idempotency import Answer
from okr_events.event_log.scoring_constraints import AllScored


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

    def close_cycle(self, intent: Intent, id: UUID, *, allow_unscored: bool = False) -> Answer:
        """Close the cycle: from then on nothing changes its numbers."""
        cycle = self.load(Cycle, id)
        intent.because()
        with self._deciding(intent, cycle):
            cycle.close()
        scored: list[Constraint] = [] if allow_unscored else [AllScored(id)]
        return self._answer(intent, cycle, constraints=[open_cycle(id), *scored, Close(id)])

    def seal_cycle(self, intent: Intent, id: UUID, *, position: int, format: int, report: bytes) -> Answer:
        """Keep the report of a closed cycle, canonical JSON as of its closing's position, and record its digest; once."""
        cycle = self.load(Cycle, id)
        digest = sha256(report).hexdigest()
        cycle.seal(position=position, format=format, digest=digest)
        return self._answer(intent, cycle, constraints=[Keep(id, digest, report)])

    def change_policy(self, intent: Intent, id: UUID, *, policy: dict[str, Any]) -> Answer:
        cycle = self.load(Cycle, id)
        if cycle.state != "draft":
            intent.because()
        with self._deciding(intent, cycle):
            cycle.change_policy(policy)
        return self._answer(intent, cycle, constraints=limits_of(id, cycle.policy))
