"""Alignments and the alignment tree."""

from functools import partial
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Select, select

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.content_negotiation import JSON, MediaFormat, plain_json_encoder
from api.http.context import stores
from api.http.ownership import (
    require_alignment_change_owner,
    require_alignment_owner,
    require_alignment_parent_owner,
    require_new_alignment_owner,
)
from api.http.query_endpoint import QueryContext, created_page, read
from api.http.query_parameters import pointing_at
from api.operations.document_rendering import render_map
from api.representations import resource_json
from api.representations.command_extras import with_affected_objectives
from api.representations.query_scope import column_conditions, requested_cycle, requested_scope, requested_unit_objectives
from api.schemas import alignments as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import Alignment
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.okr_map import dot, mermaid, stylesheet, svg
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store.combined_query import Part, fetch_combined
from projections.store.tables import (
    AlignmentRow,
    ObjectiveRow,
    PriorityRow,
    UnitRow,
    alignments,
    key_results,
    objectives,
    valid_at,
)

blueprint = Blueprint("alignments", __name__, description="Links between goals, and the OKR map.")
RESPONSE = ResponseSpec.for_id(resource_json.alignment, "/v1/alignments/{id}", schemas.Alignment)
SVG_POLICY = f"default-src 'none'; style-src {stylesheet.CSP_SOURCE}; frame-ancestors 'none'"
UNITS, PRIORITIES = Part(UnitRow), Part(PriorityRow)
FORMATS = (
    JSON,
    MediaFormat("svg", "image/svg+xml", plain_json_encoder(partial(render_map, svg)), SVG_POLICY),
    MediaFormat("dot", "text/vnd.graphviz", plain_json_encoder(partial(render_map, dot))),
    MediaFormat("mermaid", "text/vnd.mermaid", plain_json_encoder(partial(render_map, mermaid))),
)
IMPACT_RESPONSE = with_affected_objectives(RESPONSE)


@blueprint.post("/v1/alignments")
@command(schemas.Link, roles=WRITERS, response=IMPACT_RESPONSE, status=201, guard=require_new_alignment_owner)
def link(intent: Intent, fields: JsonObject) -> CommandResult:
    """Link an objective to the objective, key result or priority that it contributes to, depends on or follows."""
    return stores().okrs.link(intent, **fields)


@blueprint.patch("/v1/alignments/<uuid:alignment_id>")
@command(schemas.LinkChange, roles=WRITERS, response=IMPACT_RESPONSE, target=Alignment, guard=require_alignment_change_owner)
def change_alignment(intent: Intent, fields: JsonObject, alignment_id: UUID) -> CommandResult:
    """Change a link's weight, which requires a reason, or the capacity that a proposed dependency requests."""
    return stores().okrs.change_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/confirmation")
@command(schemas.Confirmation, roles=WRITERS, response=RESPONSE, target=Alignment, guard=require_alignment_parent_owner)
def confirm_alignment(intent: Intent, fields: JsonObject, alignment_id: UUID) -> CommandResult:
    """Confirm a dependency, with the requested or another capacity and an agreement; for owners of the parent."""
    return stores().okrs.confirm_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/declination")
@command(commands.NoFields, roles=WRITERS, response=RESPONSE, target=Alignment, guard=require_alignment_parent_owner)
def decline_alignment(intent: Intent, _: JsonObject, alignment_id: UUID) -> CommandResult:
    """Decline a dependency; for owners of the parent. Requires a reason."""
    return stores().okrs.decline_alignment(intent, alignment_id)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/ending")
@command(commands.NoFields, roles=WRITERS, response=IMPACT_RESPONSE, target=Alignment, guard=require_alignment_owner)
def end_alignment(intent: Intent, _: JsonObject, alignment_id: UUID) -> CommandResult:
    """End a link. Requires a reason."""
    return stores().okrs.end_alignment(intent, alignment_id)


@blueprint.get("/v1/alignments")
@read(schemas.AlignmentList, response=page_schema(schemas.Alignment))
def list_alignments(context: QueryContext) -> JsonObject:
    """List links."""
    query, position = context.query, context.position
    conditions = column_conditions(query, {"state": alignments.c.state, "kind": alignments.c.kind})
    unit_objectives, cycle = requested_unit_objectives(context), requested_cycle(context)
    if unit_objectives is not None:
        conditions.append(_touching_condition(unit_objectives, position))
    if cycle is not None:
        within = select(objectives.c.id).where(valid_at(objectives, position), objectives.c.cycle_id == cycle.id)
        conditions.append(_touching_condition(within, position))
    rows = context.fetch_page(AlignmentRow, conditions)
    return created_page(context, rows, resource_json.serialize_alignments(context, rows))


def _touching_condition(objective_ids: Select[tuple[str]], position: int) -> ColumnElement[bool]:
    """Links from these objectives, to them or to their key results."""
    parts = select(key_results.c.id).where(valid_at(key_results, position), key_results.c.objective_id.in_(objective_ids))
    parent = alignments.c.parent_id
    return alignments.c.child_id.in_(objective_ids) | parent.in_(objective_ids) | parent.in_(parts)


@blueprint.get("/v1/alignments/<uuid:alignment_id>")
@read(queries.AsOf, response=schemas.Alignment, versioned=True)
def read_alignment(context: QueryContext, alignment_id: UUID) -> JsonObject:
    """Read a link."""
    return resource_json.alignment(context, alignment_id)


@blueprint.get("/v1/alignment-tree")
@read(schemas.Tree, response=schemas.AlignmentTree, formats=FORMATS)
def read_alignment_tree(context: QueryContext) -> JsonObject:
    """Read the OKR map: units, objectives, key results and links with progress, health, owner and weights; or draw it."""
    query, scope = context.query, requested_scope(context)
    root = _fetch_root(context, query["root"]) if "root" in query else None
    selection = TreeFilter(scope.cycle_id, scope.units, root, query["depth"], query["state"] == "all")
    graph = _load_graph(context, selection)
    rows = fetch_combined(context.connection, context.position, UNITS, PRIORITIES)
    visible_units = [row for row in rows.of(UNITS) if scope.units is None or row.id in scope.units]
    tree = AlignmentTree(graph, selection, visible_units, rows.of(PRIORITIES), graph.side_links)
    return tree.as_tree() if query["shape"] == "tree" and context.media_format is JSON else tree.as_graph()


def _fetch_root(context: QueryContext, id: UUID) -> str:
    """The id of the objective of the parameter `root`. Raises `NotFound`."""
    with pointing_at("root", unknown=f"No objective has the id {id}."):
        return context.fetch_row(ObjectiveRow, id).id


def _load_graph(context: QueryContext, selection: TreeFilter) -> GoalGraph:
    """The smallest graph that holds the selection."""
    connection, moment = context.connection, context.moment
    if selection.root:
        return GoalGraph.for_objectives(connection, moment, [selection.root])
    if selection.units is not None:
        return GoalGraph.for_units(connection, moment, selection.units, selection.cycle)
    return context.load_graph(connection, moment, selection.cycle, None)
