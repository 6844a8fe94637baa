"""Commands about key results."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retry_on_conflict
from okr_events.domain.carry_over import SameCycle, carry_over_metric
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.policy import validate_own_cadence
from okr_events.event_log.constraints import Constraint, MarkEnded, count_key_result
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import NotEnded, VersionUnchanged, cycle_not_sealed, parent_not_ended
from okr_events.event_log.scoring_constraints import MarkScored, RequireScore
from okr_events.json_types import Json


class KeyResultCommands(RecordingApplication):
    def define_key_result(
        self, intent: Intent, objective_id: UUID, *, owner: UUID | None = None, **fields: Json
    ) -> CommandResult:
        objective = self.load(Objective, objective_id)
        self._check_owner(owner)
        span = self.load(Cycle, objective.cycle_id).span
        with self._check_version(intent, objective):
            key_result = KeyResult.define(objective, cycle_span=span, owner=owner, **fields)
        return self._commit(intent, key_result, status=201, constraints=_new_key_result_constraints(key_result))

    @retry_on_conflict
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
    ) -> CommandResult:
        """Define a key result in an objective of another cycle that continues from the last value of this one."""
        origin = self.load(KeyResult, id)
        objective = self.load_referenced(Objective, objective_id, "/objective_id")
        if objective.cycle_id == origin.cycle_id:
            raise SameCycle("/objective_id")
        self._check_owner(owner or origin.owner)
        with self._check_version(intent, origin):
            key_result = KeyResult.define(
                objective,
                cycle_span=self.load(Cycle, objective.cycle_id).span,
                title=title or origin.title,
                description=origin.description,
                metric=carry_over_metric(origin.parsed_metric, origin.latest_measurement, target).as_dict(),
                weight=origin.weight,
                owner=owner or origin.owner,
                due_on=due_on,
                origin=id,
            )
        return self._commit(
            intent,
            key_result,
            status=201,
            constraints=[VersionUnchanged(id, origin.version), *_new_key_result_constraints(key_result)],
        )

    def change_key_result(self, intent: Intent, id: UUID, **fields: Json) -> CommandResult:
        key_result = self.load(KeyResult, id)
        reweighted = fields.get("weight") not in (None, key_result.weight)
        draft = self._reason_unless_draft(intent, key_result.objective_id) if reweighted else []
        with self._check_version(intent, key_result):
            key_result.change(cycle_span=self.load(Cycle, key_result.cycle_id).span, **fields)
        return self._commit_open(intent, key_result, *draft)

    def revise_target(self, intent: Intent, id: UUID, **fields: Decimal | None) -> CommandResult:
        key_result = self.load(KeyResult, id)
        draft = self._reason_unless_draft(intent, key_result.objective_id)
        with self._check_version(intent, key_result):
            key_result.revise_target(**fields)
        return self._commit_open(intent, key_result, *draft)

    def set_key_result_cadence(self, intent: Intent, id: UUID, **parts: Json) -> CommandResult:
        key_result = self.load(KeyResult, id)
        with self._check_version(intent, key_result):
            key_result.set_cadence(validate_own_cadence(**parts))
        return self._commit_open(intent, key_result)

    def reassign_key_result(self, intent: Intent, id: UUID, *, owner: UUID) -> CommandResult:
        key_result = self.load(KeyResult, id)
        draft = self._reason_unless_draft(intent, key_result.objective_id)
        self._check_owner(owner)
        with self._check_version(intent, key_result):
            key_result.reassign(owner)
        return self._commit_open(intent, key_result, *draft)

    def score_key_result(
        self,
        intent: Intent,
        id: UUID,
        *,
        score: Decimal | None = None,
        suggested: Decimal | None = None,
        root_cause: str | None = None,
        **fields: Json,
    ) -> CommandResult:
        """`suggested` is the clamped progress that the caller read at the position `suggested_at`."""
        key_result = self.load(KeyResult, id)
        if score not in (None, suggested) or key_result.score is not None:
            intent.require_reason()
        with self._check_version(intent, key_result):
            cause = intent.authored_text(root_cause)
            key_result.record_score(score=score, suggested=suggested, root_cause=cause, **fields)
        return self._commit(intent, key_result, constraints=[NotEnded((key_result.objective_id,)), MarkScored(id)])

    def cancel_key_result(self, intent: Intent, id: UUID) -> CommandResult:
        key_result = self.load(KeyResult, id)
        draft = self._reason_unless_draft(intent, key_result.objective_id)
        with self._check_version(intent, key_result):
            key_result.cancel()
        return self._commit_open(intent, key_result, *draft, parent_not_ended("key_result", id), MarkEnded(id))

    def name_contributor(
        self, intent: Intent, id: UUID, *, person_id: UUID, contribution: str | None = None, **fields: Json
    ) -> CommandResult:
        key_result = self.load(KeyResult, id)
        self._check_person(person_id, "/person_id")
        with self._check_version(intent, key_result):
            key_result.name_contributor(person_id, contribution=intent.authored_text(contribution), **fields)
        return self._commit_open(intent, key_result, status=201)

    def release_contributor(self, intent: Intent, id: UUID, person_id: UUID) -> CommandResult:
        key_result = self.load(KeyResult, id)
        with self._check_version(intent, key_result):
            key_result.release_contributor(person_id)
        return self._commit_open(intent, key_result)

    def start_initiative(
        self, intent: Intent, key_result_id: UUID, *, owner: UUID | None = None, **fields: Json
    ) -> CommandResult:
        key_result = self.load(KeyResult, key_result_id)
        self._check_owner(owner)
        with self._check_version(intent, key_result):
            initiative = Initiative.start(key_result, owner=owner, **fields)
        live = [cycle_not_sealed(key_result.cycle_id), NotEnded((key_result.objective_id,))]
        live.append(parent_not_ended("key_result", key_result_id))
        return self._commit(intent, initiative, status=201, constraints=live)

    def complete_initiative(self, intent: Intent, id: UUID) -> CommandResult:
        initiative = self.load(Initiative, id)
        with self._check_version(intent, initiative):
            initiative.complete(self.today())
        return self._commit(intent, initiative)

    def _commit_open(self, intent: Intent, key_result: KeyResult, *constraints: Constraint, status: int = 200) -> CommandResult:
        """Record a change of a key result while its objective is live and its cycle is open."""
        live = [NotEnded((key_result.objective_id,)), cycle_not_sealed(key_result.cycle_id)]
        return self._commit(intent, key_result, status=status, constraints=[*live, *constraints])


def _new_key_result_constraints(key_result: KeyResult) -> list[Constraint]:
    """The objective and its cycle are open, the limit allows one more key result, and it needs a score before closing."""
    objective, cycle, id = key_result.objective_id, key_result.cycle_id, key_result.id
    live = [cycle_not_sealed(cycle), NotEnded((objective,))]
    return [*live, count_key_result(objective, cycle, id), RequireScore(cycle, objective, id)]
