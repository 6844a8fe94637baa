"""Commands about cycles."""

from hashlib import sha256
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import NameTaken
from okr_events.domain.names import name_key
from okr_events.event_log.closing_constraints import MarkClosed
from okr_events.event_log.constraints import Claim, Constraint, StoreSealedReport, policy_limits
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import cycle_not_sealed
from okr_events.event_log.scoring_constraints import AllScored
from okr_events.json_types import Json, JsonObject


class CycleCommands(RecordingApplication):
    def create_cycle(
        self, intent: Intent, *, parent_id: UUID | None = None, policy: JsonObject | None = None, **fields: Json
    ) -> CommandResult:
        parent = self.load_referenced(Cycle, parent_id, "/parent_id") if parent_id else None
        cycle = Cycle.create(parent=parent, policy_parts=policy, **fields)
        taken = NameTaken(f"A cycle called {cycle.name} exists already.")
        name = Claim("cycle", name_key(cycle.name), cycle.id, taken)
        return self._commit(intent, cycle, status=201, constraints=[name, *policy_limits(cycle.id, cycle.policy)])

    def activate_cycle(self, intent: Intent, id: UUID) -> CommandResult:
        cycle = self.load(Cycle, id)
        with self._check_version(intent, cycle):
            cycle.activate()
        return self._commit(intent, cycle)

    def close_cycle(self, intent: Intent, id: UUID, *, allow_unscored: bool = False) -> CommandResult:
        """Close the cycle, which freezes its numbers."""
        cycle = self.load(Cycle, id)
        intent.require_reason()
        with self._check_version(intent, cycle):
            cycle.close()
        scored: list[Constraint] = [] if allow_unscored else [AllScored(id)]
        return self._commit(intent, cycle, constraints=[cycle_not_sealed(id), *scored, MarkClosed(id)])

    def seal_cycle(self, intent: Intent, id: UUID, *, position: int, format: int, rules: int, report: bytes) -> CommandResult:
        """Store the report of a closed cycle, canonical JSON as of `position`, and record its digest; only once."""
        cycle = self.load(Cycle, id)
        digest = sha256(report).hexdigest()
        cycle.seal(position=position, format=format, rules=rules, digest=digest)
        return self._commit(intent, cycle, constraints=[StoreSealedReport(id, digest, report)])

    def change_policy(self, intent: Intent, id: UUID, *, policy: JsonObject) -> CommandResult:
        cycle = self.load(Cycle, id)
        if cycle.state != "draft":
            intent.require_reason()
        with self._check_version(intent, cycle):
            cycle.change_policy(policy)
        return self._commit(intent, cycle, constraints=policy_limits(id, cycle.policy))
