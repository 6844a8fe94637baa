"""Alignments and the alignment tree."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, select

from api.http.authentication import (
    WRITERS,
    require_alignment_change_owner,
    require_alignment_owner,
    require_alignment_parent_owner,
    require_new_alignment_owner,
)
from api.http.command_endpoint import ResponseSpec, command
from api.http.content_negotiation import JSON
from api.http.context import stores
from api.http.query_endpoint import QueryContext, page_response, read
from api.representations import okr_map_formats, resources
from api.representations.command_extras import with_affected_objectives
from api.representations.goal_lists import objectives_below
from api.schemas import alignments as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import Alignment
from okr_events.event_log.idempotency import CommandResult
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import alignment_tree
from projections.queries.alignment_tree import AlignmentTree
from projections.store import lookups
from projections.store.tables import (
    AlignmentRow,
    ObjectiveRow,
    alignments,
    key_results,
    objectives,
    priorities,
    units,
    valid_at,
)

blueprint = Blueprint("alignments", __name__, description="Links from an objective to what it serves, and the OKR map.")
RESPONSE = ResponseSpec.for_id(resources.alignment, "/v1/alignments/{id}", schemas.Alignment)
TARGET = ("alignment_id", Alignment)
RESPONSE_WITH_AFFECTED = with_affected_objectives(RESPONSE)


@blueprint.post("/v1/alignments")
@command(schemas.Link, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, status=201, owned=require_new_alignment_owner)
def link(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Link a child objective to what it serves."""
    return stores().okrs.link(intent, **fields)


@blueprint.patch("/v1/alignments/<uuid:alignment_id>")
@command(schemas.LinkChange, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_alignment_change_owner)
def change_alignment(intent: Intent, fields: dict[str, Any], alignment_id: UUID) -> CommandResult:
    """Change a link's weight, which needs a reason, or the capacity that a proposed dependency asks for."""
    return stores().okrs.change_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/confirmation")
@command(schemas.Confirmation, roles=WRITERS, shows=RESPONSE, on=TARGET, owned=require_alignment_parent_owner)
def confirm_alignment(intent: Intent, fields: dict[str, Any], alignment_id: UUID) -> CommandResult:
    """Confirm a dependency, to the capacity asked or to another, and say what is agreed: the other side's owner does."""
    return stores().okrs.confirm_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/declination")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE, on=TARGET, owned=require_alignment_parent_owner)
def decline_alignment(intent: Intent, _: dict[str, Any], alignment_id: UUID) -> CommandResult:
    """Decline a dependency; the other side's owner does, with a reason."""
    return stores().okrs.decline_alignment(intent, alignment_id)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/ending")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_alignment_owner)
def end_alignment(intent: Intent, _: dict[str, Any], alignment_id: UUID) -> CommandResult:
    """End a link; needs a reason."""
    return stores().okrs.end_alignment(intent, alignment_id)


@blueprint.get("/v1/alignments")
@read(schemas.AlignmentList, shows=page_schema(schemas.Alignment))
def list_alignments(reading: QueryContext) -> dict[str, Any]:
    """List links."""
    query, connection, position = reading.query, reading.connection, reading.position
    chosen = [alignments.c[name] == query[name] for name in ("state", "kind") if name in query]
    if "unit" in query:
        mine = objectives_below(reading, query["unit"])
        chosen.append(_touching_condition(mine, reading))
    if "cycle" in query:
        cycle = lookups.find_cycle(connection, query["cycle"], position)
        within = select(objectives.c.id).where(valid_at(objectives, position), objectives.c.cycle_id == cycle.id)
        chosen.append(_touching_condition(within, reading))
    rows = lookups.fetch_page(connection, AlignmentRow, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return page_response(resources.serialize_alignments(rows), [row.created for row in rows], query["limit"])


def _touching_condition(goals: Any, reading: QueryContext) -> ColumnElement[bool]:
    """The links from these objectives, to them, or to their key results."""
    theirs = select(key_results.c.id).where(valid_at(key_results, reading.position), key_results.c.objective_id.in_(goals))
    parent = alignments.c.parent_id
    return alignments.c.child_id.in_(goals) | parent.in_(goals) | parent.in_(theirs)


@blueprint.get("/v1/alignments/<uuid:alignment_id>")
@read(queries.AsOf, shows=schemas.Alignment, versioned=True)
def read_alignment(reading: QueryContext, alignment_id: UUID) -> dict[str, Any]:
    """Read a link."""
    return resources.alignment(reading.connection, reading.moment, alignment_id)


@blueprint.get("/v1/alignment-tree")
@read(schemas.Tree, shows=schemas.AlignmentTree, forms=okr_map_formats.FORMATS)
def read_alignment_tree(reading: QueryContext) -> dict[str, Any]:
    """The OKR map: units, objectives, key results and links with progress, health, owner and weights; also as a picture."""
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.find_cycle(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.fetch_unit_subtree(connection, query["unit"], position) if "unit" in query else None
    root = lookups.fetch_row(connection, ObjectiveRow, query["root"], position).id if "root" in query else None
    cycle_id = cycle.id if cycle else None
    inside = alignment_tree.TreeFilter(
        cycle_id, frozenset(below) if below else None, root, query["depth"], query["state"] == "all"
    )
    graph = _load_graph(reading, inside)
    tree = AlignmentTree(graph, inside, *_fetch_units_and_priorities(reading, below), graph.side_links())
    return tree.as_tree() if query["shape"] == "tree" and reading.media_format is JSON else tree.as_graph()


def _load_graph(reading: QueryContext, inside: alignment_tree.TreeFilter) -> GoalGraph:
    """Only what the answer rests on."""
    connection, moment = reading.connection, reading.moment
    if inside.root:
        return GoalGraph.for_objectives(connection, moment, [inside.root])
    if inside.units is not None:
        return GoalGraph.for_units(connection, moment, inside.units, inside.cycle)
    return GoalGraph.for_cycle(connection, moment, inside.cycle)


def _fetch_units_and_priorities(reading: QueryContext, unit_ids: list[str] | None) -> tuple[list[Any], list[Any]]:
    """The units, all or some, and the priorities."""
    connection, position = reading.connection, reading.position
    theirs = select(units).where(valid_at(units, position)).order_by(units.c.created)
    rows = connection.execute(theirs if unit_ids is None else theirs.where(units.c.id.in_(unit_ids)))
    wanted = select(priorities).where(valid_at(priorities, position)).order_by(priorities.c.created)
    return list(rows), list(connection.execute(wanted))
