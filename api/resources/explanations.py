"""Explanations of progress, roll-up, health and score, down to the check-ins, and their time series."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, read
from api.representations.decryption import decrypt_and_name
from api.schemas import explanations as schemas
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations.explanation import build_explanation
from projections.explanations.time_series import TimeSeries
from projections.store.tables import KeyResultRow, ObjectiveRow

blueprint = Blueprint("progress", __name__, description="Numbers with their formulae, their inputs and the events behind them.")


@blueprint.get("/v1/key-results/<uuid:key_result_id>/progress")
@read(schemas.Explained, response=schemas.KeyResultExplanation)
def key_result_progress(context: QueryContext, key_result_id: UUID) -> JsonObject:
    """Explain a key result's progress, health and score, with their time series."""
    row = context.fetch_row(KeyResultRow, key_result_id)
    graph = GoalGraph.for_key_results(context.connection, context.moment, [row])
    return _serialize_explanation(context, graph, graph.key_results[row.id])


@blueprint.get("/v1/objectives/<uuid:objective_id>/progress")
@read(schemas.Explained, response=schemas.ObjectiveExplanation)
def objective_progress(context: QueryContext, objective_id: UUID) -> JsonObject:
    """Explain an objective's progress, health and score by what drives them, with their time series."""
    row = context.fetch_row(ObjectiveRow, objective_id)
    graph = GoalGraph.for_objectives(context.connection, context.moment, [row.id])
    return _serialize_explanation(context, graph, graph.objectives[row.id])


def _serialize_explanation(
    context: QueryContext, graph: GoalGraph, goal: EvaluatedKeyResult | EvaluatedObjective
) -> JsonObject:
    backend = context.stores
    body = decrypt_and_name(backend.register, build_explanation(backend.okrs.mapper, graph, goal))
    if context.query["series"]:
        body |= TimeSeries(backend.log, graph, goal).as_dict(context.query["every"])
    return body
