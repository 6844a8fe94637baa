"""Numbers explained: how progress, roll-up, health and score came about, down to the check-ins, and their series over time."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http import responses
from api.http.context import stores
from api.http.query_endpoint import Reading, read
from api.representations import resources
from api.schemas import explanations as schemas
from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import ObjectiveAt
from projections.explanations.explanation import explained
from projections.explanations.time_series import Series
from projections.store import lookups
from projections.store.tables import key_results, objectives

blueprint = Blueprint("progress", __name__, description="Every number with its formula, its inputs and the events behind it.")


@blueprint.get("/v1/key-results/<uuid:key_result_id>/progress")
@read(schemas.Explained, shows=schemas.KeyResultExplanation)
def key_result_progress(reading: Reading, key_result_id: UUID) -> dict[str, Any]:
    """A key result's progress, health and score explained, and their series over time."""
    row = lookups.one(reading.connection, key_results, key_result_id, reading.position)
    graph = Graph.of_key_results(reading.connection, reading.moment, [row])
    return _explained(reading, graph, graph.key_results[row.id])


@blueprint.get("/v1/objectives/<uuid:objective_id>/progress")
@read(schemas.Explained, shows=schemas.ObjectiveExplanation)
def objective_progress(reading: Reading, objective_id: UUID) -> dict[str, Any]:
    """An objective's progress, health and score explained by what drives them, and their series over time."""
    row = lookups.one(reading.connection, objectives, objective_id, reading.position)
    graph = Graph.of_objectives(reading.connection, reading.moment, [row.id])
    return _explained(reading, graph, graph.objectives[row.id])


def _explained(reading: Reading, graph: Graph, thing: KeyResultAt | ObjectiveAt) -> dict[str, Any]:
    told: dict[str, Any] = resources.named(responses.opened(explained(stores().okrs.mapper, graph, thing)))
    if reading.query["series"]:
        told |= Series(stores().log, graph, thing).as_dict(reading.query["every"])
    return told
