"""Commands about objectives."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import Alignment
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import NothingSaid, Unknown
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.event_log.closing_constraints import closing
from okr_events.event_log.constraints import Claim, Constraint, End, Live, Release, objective_of, open_cycle
from okr_events.event_log.idempotency import Answer
from okr_events.event_log.scoring_constraints import AllScored, Unjudged


class ObjectiveCommands(RecordingApplication):
    def create_objective(
        self, intent: Intent, *, cycle_id: UUID, unit_id: UUID, owner: UUID | None = None, **fields: Any
    ) -> Answer:
        self.named(Cycle, cycle_id, "/cycle_id")
        self.named(Unit, unit_id, "/unit_id")
        self._check_owner(owner)
        objective = Objective.create(cycle_id=cycle_id, unit_id=unit_id, owner=owner, **fields)
        place: list[Constraint] = [open_cycle(cycle_id), objective_of(unit_id, cycle_id, objective.id)]
        if objective.state == "draft":
            place.append(Claim("draft", objective.id.hex, objective.id))
        return self._answer(intent, objective, status=201, constraints=place)

    def agree_objective(self, intent: Intent, id: UUID, *, agreed_by: list[UUID] | None = None) -> Answer:
        """The people named agree to a draft; without names it is who asks."""
        objective = self.load(Objective, id)
        people = agreed_by or [intent.actor]
        for index, person in enumerate(people):
            self._check_person(person, f"/agreed_by/{index}")
        with self._deciding(intent, objective):
            objective.agree(people)
        return self._answer(intent, objective, constraints=[open_cycle(objective.cycle_id), Live((id,)), Release("draft", id)])

    def change_objective(self, intent: Intent, id: UUID, **fields: Any) -> Answer:
        objective = self.load(Objective, id)
        with self._deciding(intent, objective):
            objective.change(**fields)
        return self._answer(intent, objective, constraints=[open_cycle(objective.cycle_id)])

    def reassign_objective(self, intent: Intent, id: UUID, *, owner: UUID) -> Answer:
        objective = self.load(Objective, id)
        draft = self._because_agreed(intent, id)
        self._check_owner(owner)
        with self._deciding(intent, objective):
            objective.reassign(owner)
        return self._answer(intent, objective, constraints=[open_cycle(objective.cycle_id), *draft])

    def cancel_objective(self, intent: Intent, id: UUID) -> Answer:
        objective = self.load(Objective, id)
        draft = self._because_agreed(intent, id)
        with self._deciding(intent, objective):
            objective.cancel()
        live = [open_cycle(objective.cycle_id), Live((id,))]
        over: list[Constraint] = [End(id), Unjudged(objective.cycle_id, id), Release("draft", id)]
        return self._answer(intent, objective, constraints=[*live, *draft, *over])

    def close_objective(self, intent: Intent, id: UUID, *, allow_unscored: bool = False) -> Answer:
        """Its work is over and judged: from then on it and its key results take no more changes."""
        objective = self.load(Objective, id)
        intent.because()
        with self._deciding(intent, objective):
            objective.close()
        scored: list[Constraint] = [] if allow_unscored else [AllScored(objective.cycle_id, id)]
        live: list[Constraint] = [open_cycle(objective.cycle_id), Live((id,))]
        return self._answer(intent, objective, constraints=live + scored + closing(id))

    def set_weights(
        self,
        intent: Intent,
        id: UUID,
        *,
        key_results: dict[UUID, Decimal] | None = None,
        alignments: dict[UUID, Decimal] | None = None,
    ) -> Answer:
        """Set the weights of an objective's key results, and of the links to it and to them, all or none."""
        objective = self.load(Objective, id)
        if not key_results and not alignments:
            raise NothingSaid("")
        draft = self._because_agreed(intent, id)
        weighed: list[tuple[KeyResult | Alignment, Decimal]] = [
            *((self._key_result_of(id, key), weight) for key, weight in (key_results or {}).items()),
            *((self._link_to(id, key), weight) for key, weight in (alignments or {}).items()),
        ]
        with self._deciding(intent, objective):
            objective.check_live()
            for part, weight in weighed:
                part.reweight(weight)
            if any(part.pending_events for part, _ in weighed):
                objective.set_weights()
        live = Live((id, *(part.child_id for part, _ in weighed if isinstance(part, Alignment))))
        return self._answer(
            intent, objective, *(part for part, _ in weighed), constraints=[open_cycle(objective.cycle_id), *draft, live]
        )

    def _key_result_of(self, objective_id: UUID, id: UUID) -> KeyResult:
        key_result = self.named(KeyResult, id, f"/key_results/{id}")
        if key_result.objective_id != objective_id:
            raise Unknown(f"/key_results/{id}", "It is not a key result of this objective.")
        return key_result

    def _link_to(self, objective_id: UUID, id: UUID) -> Alignment:
        alignment = self.named(Alignment, id, f"/alignments/{id}")
        parent = alignment.parent_id
        if alignment.parent_type == "key_result":
            parent = self.load(KeyResult, parent).objective_id
        if parent != objective_id:
            raise Unknown(f"/alignments/{id}", "It is not a link to this objective, nor to a key result of it.")
        return alignment
