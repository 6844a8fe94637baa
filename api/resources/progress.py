"""Numbers explained: how progress, roll-up, health and score came about, down to the check-ins, and their series over time."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http import responses
from api.http.context import stores
from api.http.query_endpoint import QueryContext, read
from api.representations import resources
from api.schemas import explanations as schemas
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations.explanation import build_explanation
from projections.explanations.time_series import TimeSeries
from projections.store import lookups
from projections.store.tables import KeyResultRow, ObjectiveRow

blueprint = Blueprint("progress", __name__, description="Every number with its formula, its inputs and the events behind it.")


@blueprint.get("/v1/key-results/<uuid:key_result_id>/progress")
@read(schemas.Explained, shows=schemas.KeyResultExplanation)
def key_result_progress(reading: QueryContext, key_result_id: UUID) -> dict[str, Any]:
    """A key result's progress, health and score explained, and their series over time."""
    row = lookups.fetch_row(reading.connection, KeyResultRow, key_result_id, reading.position)
    graph = GoalGraph.for_key_results(reading.connection, reading.moment, [row])
    return _serialize_explanation(reading, graph, graph.key_results[row.id])


@blueprint.get("/v1/objectives/<uuid:objective_id>/progress")
@read(schemas.Explained, shows=schemas.ObjectiveExplanation)
def objective_progress(reading: QueryContext, objective_id: UUID) -> dict[str, Any]:
    """An objective's progress, health and score explained by what drives them, and their series over time."""
    row = lookups.fetch_row(reading.connection, ObjectiveRow, objective_id, reading.position)
    graph = GoalGraph.for_objectives(reading.connection, reading.moment, [row.id])
    return _serialize_explanation(reading, graph, graph.objectives[row.id])


def _serialize_explanation(
    reading: QueryContext, graph: GoalGraph, thing: EvaluatedKeyResult | EvaluatedObjective
) -> dict[str, Any]:
    told: dict[str, Any] = resources.with_person_names(responses.decrypt(build_explanation(stores().okrs.mapper, graph, thing)))
    if reading.query["series"]:
        told |= TimeSeries(stores().log, graph, thing).as_dict(reading.query["every"])
    return told
