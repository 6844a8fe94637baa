"""Alignments and the alignment tree."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, select

from api.http.authentication import WRITERS, own_change, own_ends, own_link, own_other_side
from api.http.command_endpoint import Shown, command
from api.http.content_negotiation import JSON
from api.http.context import stores
from api.http.query_endpoint import Reading, listed, read
from api.representations import okr_map_formats, resources
from api.representations.command_extras import felt
from api.representations.goal_lists import objectives_below
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import Alignment
from okr_events.event_log.idempotency import Answer
from projections.evaluation.goal_graph import Graph
from projections.queries import alignment_tree
from projections.queries.alignment_tree import AlignmentTree
from projections.store import lookups
from projections.store.tables import alignments, at, key_results, objectives, priorities, units

blueprint = Blueprint("alignments", __name__, description="Links from an objective to what it serves, and the OKR map.")
ONE = Shown.one(resources.alignment, "/v1/alignments/{id}", schemas.Alignment)
ON = ("alignment_id", Alignment)
FELT = felt(ONE)


@blueprint.post("/v1/alignments")
@command(commands.Link, roles=WRITERS, shows=FELT, status=201, owned=own_ends)
def link(intent: Intent, fields: dict[str, Any]) -> Answer:
    """Link a child objective to what it serves."""
    return stores().okrs.link(intent, **fields)


@blueprint.patch("/v1/alignments/<uuid:alignment_id>")
@command(commands.LinkChange, roles=WRITERS, shows=FELT, on=ON, owned=own_change)
def change_alignment(intent: Intent, fields: dict[str, Any], alignment_id: UUID) -> Answer:
    """Change a link's weight, which needs a reason, or the capacity that a proposed dependency asks for."""
    return stores().okrs.change_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/confirmation")
@command(commands.Confirmation, roles=WRITERS, shows=ONE, on=ON, owned=own_other_side)
def confirm_alignment(intent: Intent, fields: dict[str, Any], alignment_id: UUID) -> Answer:
    """Confirm a dependency, to the capacity asked or to another, and say what is agreed: the other side's owner does."""
    return stores().okrs.confirm_alignment(intent, alignment_id, **fields)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/declination")
@command(commands.NoFields, roles=WRITERS, shows=ONE, on=ON, owned=own_other_side)
def decline_alignment(intent: Intent, _: dict[str, Any], alignment_id: UUID) -> Answer:
    """Decline a dependency; the other side's owner does, with a reason."""
    return stores().okrs.decline_alignment(intent, alignment_id)


@blueprint.post("/v1/alignments/<uuid:alignment_id>/ending")
@command(commands.NoFields, roles=WRITERS, shows=FELT, on=ON, owned=own_link)
def end_alignment(intent: Intent, _: dict[str, Any], alignment_id: UUID) -> Answer:
    """End a link; needs a reason."""
    return stores().okrs.end_alignment(intent, alignment_id)


@blueprint.get("/v1/alignments")
@read(queries.AlignmentList, shows=schemas.listing(schemas.Alignment))
def list_alignments(reading: Reading) -> dict[str, Any]:
    """List links."""
    query, connection, position = reading.query, reading.connection, reading.position
    chosen = [alignments.c[name] == query[name] for name in ("state", "kind") if name in query]
    if "unit" in query:
        mine = objectives_below(reading, query["unit"])
        chosen.append(_touching(mine, reading))
    if "cycle" in query:
        cycle = lookups.cycle_named(connection, query["cycle"], position)
        within = select(objectives.c.id).where(at(objectives, position), objectives.c.cycle_id == cycle.id)
        chosen.append(_touching(within, reading))
    rows = lookups.page(connection, alignments, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return listed(resources.links(rows), [row.created for row in rows], query["limit"])


def _touching(goals: Any, reading: Reading) -> ColumnElement[bool]:
    """The links from these objectives, to them, or to their key results."""
    theirs = select(key_results.c.id).where(at(key_results, reading.position), key_results.c.objective_id.in_(goals))
    parent = alignments.c.parent_id
    return alignments.c.child_id.in_(goals) | parent.in_(goals) | parent.in_(theirs)


@blueprint.get("/v1/alignments/<uuid:alignment_id>")
@read(queries.AsOf, shows=schemas.Alignment, versioned=True)
def one_alignment(reading: Reading, alignment_id: UUID) -> dict[str, Any]:
    """Read a link."""
    return resources.alignment(reading.connection, reading.moment, alignment_id)


@blueprint.get("/v1/alignment-tree")
@read(queries.Tree, shows=schemas.AlignmentTree, forms=okr_map_formats.FORMS)
def read_alignment_tree(reading: Reading) -> dict[str, Any]:
    """The OKR map: units, objectives, key results and links with progress, health, owner and weights; also as a picture."""
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.cycle_named(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.below(connection, query["unit"], position) if "unit" in query else None
    root = lookups.one(connection, objectives, query["root"], position).id if "root" in query else None
    cycle_id = cycle.id if cycle else None
    inside = alignment_tree.Shown(cycle_id, frozenset(below) if below else None, root, query["depth"], query["state"] == "all")
    graph = _graph(reading, inside)
    tree = AlignmentTree(graph, inside, *_places(reading, below), graph.side_links())
    return tree.as_tree() if query["shape"] == "tree" and reading.form is JSON else tree.as_graph()


def _graph(reading: Reading, inside: alignment_tree.Shown) -> Graph:
    """Only what the answer rests on."""
    connection, moment = reading.connection, reading.moment
    if inside.root:
        return Graph.of_objectives(connection, moment, [inside.root])
    if inside.units is not None:
        return Graph.of_units(connection, moment, inside.units, inside.cycle)
    return Graph.of_cycle(connection, moment, inside.cycle)


def _places(reading: Reading, unit_ids: list[str] | None) -> tuple[list[Any], list[Any]]:
    """The units, all or some, and the priorities."""
    connection, position = reading.connection, reading.position
    theirs = select(units).where(at(units, position)).order_by(units.c.created)
    rows = connection.execute(theirs if unit_ids is None else theirs.where(units.c.id.in_(unit_ids)))
    wanted = select(priorities).where(at(priorities, position)).order_by(priorities.c.created)
    return list(rows), list(connection.execute(wanted))
