"""Responsibilities: what is somebody's at a moment, and since when."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from okr_events.event_log.hash_chain import from_microseconds
from projections.moment import Moment, rfc3339
from projections.store.tables import (
    alignments,
    blockers,
    contributors,
    cycles,
    decisions,
    facts,
    initiatives,
    key_results,
    objectives,
    priorities,
    valid_at,
)


def fetch_responsibilities(connection: Connection, moment: Moment, owner: str) -> dict[str, list[dict[str, Any]]]:
    """What a person or a unit owns, contributes to, has to do and has to answer; nothing that has ended or was closed.

    The words of blockers and decisions are still sealed.
    """
    goals = _fetch_owned(connection, moment, objectives, "owner", owner, _live_condition(moment))
    live = select(objectives.c.id).where(valid_at(objectives, moment.position), _live_condition(moment))
    measured = (key_results.c.state == "open") & key_results.c.objective_id.in_(live)
    open_ones = select(key_results.c.id).where(valid_at(key_results, moment.position), measured)
    given = (contributors.c.state == "active") & contributors.c.key_result_id.in_(open_ones)
    undone = initiatives.c.done_on.is_(None) & initiatives.c.key_result_id.in_(open_ones)
    in_the_way = (blockers.c.state == "open") & blockers.c.key_result_id.in_(open_ones)
    stopped = _fetch_owned(connection, moment, blockers, "owner", owner, in_the_way)
    decided = _fetch_owned(connection, moment, decisions, "owner", owner, decisions.c.done_on.is_(None))
    return {
        "priorities": _fetch_owned(connection, moment, priorities, "owner", owner, priorities.c.state == "active"),
        "objectives": goals,
        "key_results": _fetch_owned(connection, moment, key_results, "owner", owner, measured),
        "contributions": _fetch_owned(connection, moment, contributors, "person_id", owner, given, turns="state"),
        "initiatives": _fetch_owned(connection, moment, initiatives, "owner", owner, undone),
        "blockers": [{**each, "text": {"sealed": each["text"]}} for each in stopped],
        "decisions": [{**each, "text": {"sealed": each["text"]}} for each in decided],
        "to_confirm": _pending_confirmations(connection, moment, [goal["id"] for goal in goals]),
    }


def _live_condition(moment: Moment) -> ColumnElement[bool]:
    """Objectives that were neither cancelled nor closed, in cycles that were not closed."""
    closed = select(cycles.c.id).where(valid_at(cycles, moment.position), cycles.c.state == "closed")
    return objectives.c.state.not_in(("cancelled", "closed")) & objectives.c.cycle_id.not_in(closed)


SERIALIZED_COLUMNS = {
    "priorities": ("id", "title"),
    "objectives": ("id", "title", "unit_id", "cycle_id", "state"),
    "key_results": ("id", "title", "objective_id", "cycle_id", "due_on"),
    "contributors": ("key_result_id", "role", "due_on"),
    "initiatives": ("id", "title", "key_result_id", "due_on"),
    "blockers": ("id", "kind", "text", "key_result_id"),
    "decisions": ("id", "text", "review_id", "unit_id", "cycle_id", "due_on"),
}


def _fetch_owned(
    connection: Connection,
    moment: Moment,
    table: Table,
    holds: str,
    owner: str,
    chosen: ColumnElement[bool],
    *,
    turns: str | None = None,
) -> list[dict[str, Any]]:
    """The rows whose column `holds` names the owner; a holding begins where `turns`, or that column, last changed."""
    mine = select(table).where(valid_at(table, moment.position), table.c[holds] == owner, chosen)
    rows = list(connection.execute(mine.order_by(table.c.created, table.c.id)).mappings())
    since = _owned_since(connection, moment, table, turns or holds, [row["id"] for row in rows])
    return [{name: row[name] for name in SERIALIZED_COLUMNS[table.name]} | {"since": since[row["id"]]} for row in rows]


def _owned_since(connection: Connection, moment: Moment, table: Table, turns: str, ids: Sequence[str]) -> dict[str, str]:
    """When each of them came into the hands that it is in, as an instant."""
    versions = select(table.c.id, table.c.from_position, table.c[turns]).order_by(table.c.from_position)
    taken: dict[str, tuple[str, int]] = {}
    for id, position, holder in connection.execute(
        versions.where(table.c.id.in_(ids), table.c.from_position <= moment.position)
    ):
        if id not in taken or taken[id][0] != holder:
            taken[id] = (holder, position)
    positions = [position for _, position in taken.values()]
    times = select(facts.c.position, facts.c.recorded_at).where(facts.c.position.in_(positions))
    when = {position: rfc3339(from_microseconds(recorded_at)) for position, recorded_at in connection.execute(times)}
    return {id: when[position] for id, (_, position) in taken.items()}


def _pending_confirmations(connection: Connection, moment: Moment, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The dependencies of live objectives on these that nobody has answered yet."""
    asking = select(objectives.c.id).where(valid_at(objectives, moment.position), _live_condition(moment))
    waiting = (alignments.c.state == "proposed") & alignments.c.parent_id.in_(ids) & alignments.c.child_id.in_(asking)
    rows = connection.execute(
        select(alignments).where(valid_at(alignments, moment.position), waiting).order_by(alignments.c.created)
    )
    names = ("id", "child_id", "parent_id", "capacity")
    return [{name: getattr(row, name) for name in names} for row in rows]
