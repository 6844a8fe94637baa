"""Responsibilities: what a person or unit owns or has to do at a moment, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from okr_events.json_types import JsonObject
from okr_events.row_types import RowTable
from projections.moment import Moment, format_recorded_at
from projections.queries.goal_serializers import select_columns
from projections.store.column_values import encrypted_value
from projections.store.lookups import fetch_recorded_times, fetch_rows_at
from projections.store.tables import (
    AlignmentRow,
    alignments,
    blockers,
    contributors,
    cycles,
    decisions,
    initiatives,
    key_results,
    objectives,
    priorities,
    valid_at,
)


def fetch_responsibilities(connection: Connection, moment: Moment, owner: str) -> dict[str, list[JsonObject]]:
    """What a person or unit owns, contributes to, has to do and has to confirm, without anything ended or closed.

    The text of blockers and decisions is still encrypted.
    """
    owned = OwnedRows(connection, moment, owner)
    goals = owned.fetch(objectives, _is_live_objective(moment), "id", "title", "unit_id", "cycle_id", "state")
    live = select(objectives.c.id).where(valid_at(objectives, moment.position), _is_live_objective(moment))
    is_open = (key_results.c.state == "open") & key_results.c.objective_id.in_(live)
    open_ids = select(key_results.c.id).where(valid_at(key_results, moment.position), is_open)
    contributing = (contributors.c.state == "active") & contributors.c.key_result_id.in_(open_ids)
    undone = initiatives.c.done_on.is_(None) & initiatives.c.key_result_id.in_(open_ids)
    blocking = (blockers.c.state == "open") & blockers.c.key_result_id.in_(open_ids)
    stopping = owned.fetch(blockers, blocking, "id", "kind", "text", "key_result_id")
    decision_columns = ("id", "text", "review_id", "unit_id", "cycle_id", "due_on")
    return {
        "priorities": owned.fetch(priorities, priorities.c.state == "active", "id", "title"),
        "objectives": goals,
        "key_results": owned.fetch(key_results, is_open, "id", "title", "objective_id", "cycle_id", "due_on"),
        "contributions": owned.fetch(
            contributors, contributing, "key_result_id", "role", "due_on", owner_column="person_id", since_column="state"
        ),
        "initiatives": owned.fetch(initiatives, undone, "id", "title", "key_result_id", "due_on"),
        "blockers": _with_encrypted_text(stopping),
        "decisions": _with_encrypted_text(owned.fetch(decisions, decisions.c.done_on.is_(None), *decision_columns)),
        "to_confirm": _fetch_unconfirmed_links(connection, moment, [goal["id"] for goal in goals]),
    }


def _with_encrypted_text(items: list[JsonObject]) -> list[JsonObject]:
    return [{**item, "text": encrypted_value(item["text"])} for item in items]


def _is_live_objective(moment: Moment) -> ColumnElement[bool]:
    """Objectives that are neither cancelled nor closed, in cycles that are not closed."""
    closed = select(cycles.c.id).where(valid_at(cycles, moment.position), cycles.c.state == "closed")
    return objectives.c.state.not_in(("cancelled", "closed")) & objectives.c.cycle_id.not_in(closed)


@dataclass(frozen=True, slots=True)
class OwnedRows:
    """Reads the rows of one owner, each with the instant from which they owned it."""

    connection: Connection
    moment: Moment
    owner: str

    def fetch(
        self,
        table: RowTable,
        condition: ColumnElement[bool],
        *names: str,
        owner_column: str = "owner",
        since_column: str = "owner",
    ) -> list[JsonObject]:
        """These columns of the owner's rows that meet a condition; ownership begins where `since_column` last changed."""
        query = select(table.c.id.label("row_id"), *(table.c[name] for name in names))
        query = query.where(valid_at(table, self.moment.position), table.c[owner_column] == self.owner, condition)
        rows = self.connection.execute(query.order_by(table.c.created, table.c.id)).all()
        since = self._owned_since(table, since_column, [row.row_id for row in rows])
        return [{name: getattr(row, name) for name in names} | {"since": since[row.row_id]} for row in rows]

    def _owned_since(self, table: RowTable, column: str, ids: Sequence[str]) -> dict[str, str]:
        versions = select(table.c.id, table.c.from_position, table.c[column]).order_by(table.c.from_position)
        changes: dict[str, tuple[str, int]] = {}
        for id, position, value in self.connection.execute(
            versions.where(table.c.id.in_(ids), table.c.from_position <= self.moment.position)
        ):
            if id not in changes or changes[id][0] != value:
                changes[id] = (value, position)
        times = fetch_recorded_times(self.connection, [position for _, position in changes.values()])
        return {id: format_recorded_at(times[position]) for id, (_, position) in changes.items()}


def _fetch_unconfirmed_links(connection: Connection, moment: Moment, ids: Sequence[str]) -> list[JsonObject]:
    """The proposed dependencies of live objectives on these objectives."""
    live = select(objectives.c.id).where(valid_at(objectives, moment.position), _is_live_objective(moment))
    proposed = (alignments.c.state == "proposed") & alignments.c.parent_id.in_(ids) & alignments.c.child_id.in_(live)
    rows = fetch_rows_at(connection, AlignmentRow, moment.position, proposed)
    return [select_columns(row, "id", "child_id", "parent_id", "capacity") for row in rows]
