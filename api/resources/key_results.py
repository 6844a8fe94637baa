"""Key results."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS, require_key_result_owner, require_objective_owner, require_target_objective_owner
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, current_moment, read
from api.representations import resources
from api.representations.command_extras import (
    key_result_limit_warning,
    root_cause_warning,
    with_affected_objectives,
    with_policy_warning,
)
from api.representations.goal_lists import key_results_page
from api.representations.histories import history_page, seal_position
from api.schemas import commands, queries
from api.schemas import key_results as schemas
from api.schemas.key_results import TargetRevision
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import fact_history
from projections.store import lookups
from projections.store.tables import KeyResultRow

blueprint = Blueprint("key-results", __name__, description="Measurable outcomes of an objective.")
RESPONSE = ResponseSpec.for_id(resources.key_result, "/v1/key-results/{id}", schemas.KeyResult)
TARGET = ("key_result_id", KeyResult)
RESPONSE_WITH_AFFECTED = with_affected_objectives(RESPONSE)
RESPONSE_WITH_LIMIT_WARNING = with_policy_warning(RESPONSE, "too_many_key_results", key_result_limit_warning)
RESPONSE_WITH_SCORE_WARNING = with_policy_warning(RESPONSE, "no_root_cause", root_cause_warning)


@blueprint.post("/v1/objectives/<uuid:objective_id>/key-results")
@command(
    schemas.KeyResultDefinition,
    roles=WRITERS,
    shows=RESPONSE_WITH_LIMIT_WARNING,
    status=201,
    on=("objective_id", Objective),
    owned=require_objective_owner,
)
def define_key_result(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Define a key result of an objective."""
    return stores().okrs.define_key_result(intent, objective_id, **fields)


@blueprint.patch("/v1/key-results/<uuid:key_result_id>")
@command(schemas.KeyResultChange, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_key_result_owner)
def change_key_result(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Change plain fields of a key result; a weight needs a reason."""
    return stores().okrs.change_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/target")
@command(TargetRevision, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_key_result_owner)
def revise_target(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Revise a target; needs a reason. What it was before stays in the history."""
    return stores().okrs.revise_target(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/reassignment")
@command(commands.Reassignment, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_key_result_owner)
def reassign_key_result(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Give a key result to another owner; needs a reason."""
    return stores().okrs.reassign_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/cadence")
@command(commands.CadenceSetting, roles=WRITERS, shows=RESPONSE, on=TARGET, owned=require_key_result_owner)
def set_key_result_cadence(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Set when a key result asks for check-ins; what is left out comes from its unit, those above it and the policy."""
    return stores().okrs.set_key_result_cadence(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/score")
@command(schemas.Scoring, roles=WRITERS, shows=RESPONSE_WITH_SCORE_WARNING, on=TARGET, owned=require_key_result_owner)
def score_key_result(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Score a key result, 0 to 1; the suggested score is its progress, and any other needs a reason.

    One below what the policy calls achieved asks for a root cause.
    """
    suggested, position = _suggested_score(key_result_id)
    return stores().okrs.score_key_result(intent, key_result_id, suggested=suggested, suggested_at=position, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/cancellation")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_key_result_owner)
def cancel_key_result(intent: Intent, _: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Cancel a key result; needs a reason."""
    return stores().okrs.cancel_key_result(intent, key_result_id)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/carry-over")
@command(
    schemas.CarryOver,
    roles=WRITERS,
    shows=RESPONSE_WITH_LIMIT_WARNING,
    status=201,
    on=TARGET,
    owned=require_target_objective_owner,
)
def carry_over(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Carry a key result over into an objective of another cycle: a new one goes on from its last value."""
    return stores().okrs.carry_over(intent, key_result_id, **fields)


@blueprint.get("/v1/key-results")
@read(schemas.KeyResultList, shows=page_schema(schemas.KeyResult))
def list_key_results(reading: QueryContext) -> dict[str, Any]:
    """List key results."""
    return key_results_page(reading)


@blueprint.get("/v1/key-results/<uuid:key_result_id>")
@read(queries.Measured, shows=schemas.KeyResult, versioned=True)
def read_key_result(reading: QueryContext, key_result_id: UUID) -> dict[str, Any]:
    """Read a key result with its progress and health."""
    return resources.key_result(reading.connection, reading.moment, key_result_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/history")
@read(queries.History, shows=page_schema(Fact))
def key_result_history(reading: QueryContext, key_result_id: UUID) -> dict[str, Any]:
    """Every fact about a key result, in order: who, when, what, why.

    A check-in that was the first to reach .25, .50, .70 or all of the way to the target is followed by an entry of the type
    `Milestone.Crossed` and the kind `celebration`: worked out from the check-ins as they stand, no event. It has the position
    of its check-in, is on the same page, and does not count towards `limit`.
    """
    row = lookups.fetch_row(reading.connection, KeyResultRow, key_result_id, reading.position)
    return history_page(
        reading, fact_history.key_result_condition(key_result_id), sealed_at=seal_position(reading, row.cycle_id)
    )


def _suggested_score(id: UUID) -> tuple[Any, int]:
    """The clamped progress as the views have it, and the position that they have reached."""
    moment = current_moment()
    with stores().views.connect() as connection:
        row = lookups.fetch_row(connection, KeyResultRow, id, moment.position)
        judged = GoalGraph.for_key_results(connection, moment, [row]).key_results[row.id]
    return judged.progress.value if judged.progress else None, moment.position
