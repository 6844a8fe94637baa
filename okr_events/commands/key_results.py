"""Commands about key results."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retried
from okr_events.domain.carry_over import OwnCycle, carried
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.policy import own_cadence
from okr_events.event_log.constraints import Constraint, End, Live, Unmoved, key_result_of, live_parent, open_cycle
from okr_events.event_log.idempotency import Answer
from okr_events.event_log.scoring_constraints import Scored, Unscored


class KeyResultCommands(RecordingApplication):
    def define_key_result(self, intent: Intent, objective_id: UUID, *, owner: UUID | None = None, **fields: Any) -> Answer:
        objective = self.load(Objective, objective_id)
        self._check_owner(owner)
        span = self._span(objective.cycle_id)
        with self._deciding(intent, objective):
            key_result = KeyResult.define(objective, cycle_span=span, owner=owner, **fields)
        return self._answer(intent, key_result, status=201, constraints=_placing(key_result))

    @retried
    def carry_over(
        self,
        intent: Intent,
        id: UUID,
        *,
        objective_id: UUID,
        title: str | None = None,
        target: Decimal | None = None,
        owner: UUID | None = None,
        due_on: date | None = None,
    ) -> Answer:
        """Define a key result in an objective of another cycle that goes on from where this one stands."""
        origin = self.load(KeyResult, id)
        objective = self.named(Objective, objective_id, "/objective_id")
        if objective.cycle_id == origin.cycle_id:
            raise OwnCycle("/objective_id")
        self._check_owner(owner or origin.owner)
        with self._deciding(intent, origin):
            key_result = KeyResult.define(
                objective,
                cycle_span=self._span(objective.cycle_id),
                title=title or origin.title,
                description=origin.description,
                metric=carried(origin.measured_by, origin.in_force, target).as_dict(),
                weight=origin.weight,
                owner=owner or origin.owner,
                due_on=due_on,
                origin=id,
            )
        return self._answer(intent, key_result, status=201, constraints=[Unmoved(id, origin.version), *_placing(key_result)])

    def change_key_result(self, intent: Intent, id: UUID, **fields: Any) -> Answer:
        key_result = self.load(KeyResult, id)
        reweighted = fields.get("weight") not in (None, key_result.weight)
        draft = self._because_agreed(intent, key_result.objective_id) if reweighted else []
        with self._deciding(intent, key_result):
            key_result.change(cycle_span=self._span(key_result.cycle_id), **fields)
        return self._answer_open(intent, key_result, constraints=draft)

    def revise_target(self, intent: Intent, id: UUID, **fields: Decimal | None) -> Answer:
        key_result = self.load(KeyResult, id)
        draft = self._because_agreed(intent, key_result.objective_id)
        with self._deciding(intent, key_result):
            key_result.revise_target(**fields)
        return self._answer_open(intent, key_result, constraints=draft)

    def set_key_result_cadence(self, intent: Intent, id: UUID, **parts: Any) -> Answer:
        key_result = self.load(KeyResult, id)
        with self._deciding(intent, key_result):
            key_result.set_cadence(own_cadence(**parts))
        return self._answer_open(intent, key_result)

    def reassign_key_result(self, intent: Intent, id: UUID, *, owner: UUID) -> Answer:
        key_result = self.load(KeyResult, id)
        draft = self._because_agreed(intent, key_result.objective_id)
        self._check_owner(owner)
        with self._deciding(intent, key_result):
            key_result.reassign(owner)
        return self._answer_open(intent, key_result, constraints=draft)

    def score_key_result(
        self,
        intent: Intent,
        id: UUID,
        *,
        score: Decimal | None = None,
        suggested: Decimal | None = None,
        suggested_at: int | None = None,
        decision: str | None = None,
        root_cause: str | None = None,
    ) -> Answer:
        """`suggested` is the clamped progress that the caller read at the position `suggested_at`."""
        key_result = self.load(KeyResult, id)
        if score not in (None, suggested) or key_result.score is not None:
            intent.because()
        with self._deciding(intent, key_result):
            key_result.score_it(
                score=score,
                suggested=suggested,
                suggested_at=suggested_at,
                decision=decision,
                root_cause=intent.words(root_cause),
            )
        return self._answer_live(intent, key_result, constraints=[Scored(id)])

    def cancel_key_result(self, intent: Intent, id: UUID) -> Answer:
        key_result = self.load(KeyResult, id)
        draft = self._because_agreed(intent, key_result.objective_id)
        with self._deciding(intent, key_result):
            key_result.cancel()
        return self._answer_open(intent, key_result, constraints=[*draft, live_parent("key_result", id), End(id)])

    def name_contributor(
        self, intent: Intent, id: UUID, *, person_id: UUID, contribution: str | None = None, **fields: Any
    ) -> Answer:
        key_result = self.load(KeyResult, id)
        self._check_person(person_id, "/person_id")
        with self._deciding(intent, key_result):
            key_result.name_contributor(person_id, contribution=intent.words(contribution), **fields)
        return self._answer_open(intent, key_result, status=201)

    def release_contributor(self, intent: Intent, id: UUID, person_id: UUID) -> Answer:
        key_result = self.load(KeyResult, id)
        with self._deciding(intent, key_result):
            key_result.release_contributor(person_id)
        return self._answer_open(intent, key_result)

    def start_initiative(self, intent: Intent, key_result_id: UUID, *, owner: UUID | None = None, **fields: Any) -> Answer:
        key_result = self.load(KeyResult, key_result_id)
        self._check_owner(owner)
        with self._deciding(intent, key_result):
            initiative = Initiative.start(key_result, owner=owner, **fields)
        live = [open_cycle(key_result.cycle_id), Live((key_result.objective_id,)), live_parent("key_result", key_result_id)]
        return self._answer(intent, initiative, status=201, constraints=live)

    def complete_initiative(self, intent: Intent, id: UUID) -> Answer:
        initiative = self.load(Initiative, id)
        with self._deciding(intent, initiative):
            initiative.complete(self.today())
        return self._answer(intent, initiative)


def _placing(key_result: KeyResult) -> list[Constraint]:
    """A new key result in its objective: both it and its cycle are open, there is room for one more, and it wants a score."""
    objective, cycle, id = key_result.objective_id, key_result.cycle_id, key_result.id
    live = [open_cycle(cycle), Live((objective,))]
    return [*live, key_result_of(objective, cycle, id), Unscored(cycle, objective, id)]
