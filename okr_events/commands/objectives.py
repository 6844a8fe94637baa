"""Commands about objectives."""

from decimal import Decimal
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import Alignment
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import EmptyInput, UnknownId
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.event_log.closing_constraints import mark_objective_closed
from okr_events.event_log.constraints import Claim, Constraint, MarkEnded, Release, count_objective
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import NotEnded, cycle_not_sealed
from okr_events.event_log.scoring_constraints import AllScored, DropUnscored
from okr_events.json_types import Json


class ObjectiveCommands(RecordingApplication):
    def create_objective(
        self, intent: Intent, *, cycle_id: UUID, unit_id: UUID, owner: UUID | None = None, **fields: Json
    ) -> CommandResult:
        self.load_referenced(Cycle, cycle_id, "/cycle_id")
        self.load_referenced(Unit, unit_id, "/unit_id")
        self._check_owner(owner)
        objective = Objective.create(cycle_id=cycle_id, unit_id=unit_id, owner=owner, **fields)
        constraints: list[Constraint] = [cycle_not_sealed(cycle_id), count_objective(unit_id, cycle_id, objective.id)]
        if objective.state == "draft":
            constraints.append(Claim("draft", objective.id.hex, objective.id))
        return self._commit(intent, objective, status=201, constraints=constraints)

    def agree_objective(self, intent: Intent, id: UUID, *, agreed_by: list[UUID] | None = None) -> CommandResult:
        """Agree to a draft, in the name of `agreed_by` or else of the actor."""
        objective = self.load(Objective, id)
        people = agreed_by or [intent.actor]
        for index, person in enumerate(people):
            self._check_person(person, f"/agreed_by/{index}")
        with self._check_version(intent, objective):
            objective.agree(people)
        live = [cycle_not_sealed(objective.cycle_id), NotEnded((id,))]
        return self._commit(intent, objective, constraints=[*live, Release("draft", id)])

    def change_objective(self, intent: Intent, id: UUID, **fields: Json) -> CommandResult:
        objective = self.load(Objective, id)
        with self._check_version(intent, objective):
            objective.change(**fields)
        return self._commit(intent, objective, constraints=[cycle_not_sealed(objective.cycle_id)])

    def reassign_objective(self, intent: Intent, id: UUID, *, owner: UUID) -> CommandResult:
        objective = self.load(Objective, id)
        draft = self._reason_unless_draft(intent, id)
        self._check_owner(owner)
        with self._check_version(intent, objective):
            objective.reassign(owner)
        return self._commit(intent, objective, constraints=[cycle_not_sealed(objective.cycle_id), *draft])

    def cancel_objective(self, intent: Intent, id: UUID) -> CommandResult:
        objective = self.load(Objective, id)
        draft = self._reason_unless_draft(intent, id)
        with self._check_version(intent, objective):
            objective.cancel()
        live = [cycle_not_sealed(objective.cycle_id), NotEnded((id,))]
        ending: list[Constraint] = [MarkEnded(id), DropUnscored(objective.cycle_id, id), Release("draft", id)]
        return self._commit(intent, objective, constraints=[*live, *draft, *ending])

    def close_objective(self, intent: Intent, id: UUID, *, allow_unscored: bool = False) -> CommandResult:
        """Close the objective: it and its key results cannot be changed from then on."""
        objective = self.load(Objective, id)
        intent.require_reason()
        with self._check_version(intent, objective):
            objective.close()
        scored: list[Constraint] = [] if allow_unscored else [AllScored(objective.cycle_id, id)]
        live: list[Constraint] = [cycle_not_sealed(objective.cycle_id), NotEnded((id,))]
        return self._commit(intent, objective, constraints=live + scored + mark_objective_closed(id))

    def set_weights(
        self,
        intent: Intent,
        id: UUID,
        *,
        key_results: dict[UUID, Decimal] | None = None,
        alignments: dict[UUID, Decimal] | None = None,
    ) -> CommandResult:
        """Set the weights of key results of an objective and of links to it or to its key results, all or none."""
        objective = self.load(Objective, id)
        if not key_results and not alignments:
            raise EmptyInput("")
        draft = self._reason_unless_draft(intent, id)
        weights: list[tuple[KeyResult | Alignment, Decimal]] = [
            *((self._load_key_result(id, key), weight) for key, weight in (key_results or {}).items()),
            *((self._load_link(id, key), weight) for key, weight in (alignments or {}).items()),
        ]
        with self._check_version(intent, objective):
            objective.check_live()
            for part, weight in weights:
                part.reweight(weight)
            if any(part.pending_events for part, _ in weights):
                objective.set_weights()
        live = NotEnded((id, *(part.child_id for part, _ in weights if isinstance(part, Alignment))))
        return self._commit(
            intent, objective, *(part for part, _ in weights), constraints=[cycle_not_sealed(objective.cycle_id), *draft, live]
        )

    def _load_key_result(self, objective_id: UUID, id: UUID) -> KeyResult:
        key_result = self.load_referenced(KeyResult, id, f"/key_results/{id}")
        if key_result.objective_id != objective_id:
            raise UnknownId(f"/key_results/{id}", f"The objective has no key result with the id {id}.")
        return key_result

    def _load_link(self, objective_id: UUID, id: UUID) -> Alignment:
        alignment = self.load_referenced(Alignment, id, f"/alignments/{id}")
        parent = alignment.parent_id
        if alignment.parent_type == "key_result":
            parent = self.load(KeyResult, parent).objective_id
        if parent != objective_id:
            raise UnknownId(f"/alignments/{id}", f"Neither the objective nor its key results have a link with the id {id}.")
        return alignment
