"""What query parameters select: a cycle, a unit with all units below it, and their goals."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, select

from api.http.context import ReadContext
from api.http.query_endpoint import QueryContext
from api.http.query_parameters import pointing_at
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import CycleRules
from projections.queries.scope import Scope
from projections.store import lookups
from projections.store.tables import CycleRow, DecisionRow, ObjectiveRow, ReviewRow, key_results, objectives, valid_at


def requested_cycle(context: QueryContext) -> CycleRow | None:
    """The cycle of the parameter `cycle`. Raises `NotFound`."""
    if (text := context.query.get("cycle")) is None:
        return None
    with pointing_at("cycle"):
        return lookups.find_cycle(context.connection, text, context.position)


def requested_unit_ids(context: QueryContext) -> list[str] | None:
    """The ids of the unit of the parameter `unit` and of all units below it. Raises `NotFound`."""
    if (unit_id := context.query.get("unit")) is None:
        return None
    with pointing_at("unit", unknown=f"No unit has the id {unit_id}."):
        return lookups.fetch_unit_subtree(context.connection, unit_id, context.position)


def requested_scope(context: QueryContext) -> Scope:
    """The scope of the parameters `cycle` and `unit`. Raises `NotFound`."""
    cycle, unit_ids = requested_cycle(context), requested_unit_ids(context)
    return Scope(cycle.id if cycle else None, None if unit_ids is None else frozenset(unit_ids))


def column_conditions(query: JsonObject, columns: Mapping[str, ColumnElement[str]]) -> list[ColumnElement[bool]]:
    """Conditions for those of these parameters that are given: the column has the value, or one of a list."""
    given = [(column, query[name]) for name, column in columns.items() if name in query]
    return [column.in_(value) if isinstance(value, list) else column == str(value) for column, value in given]


def scope_conditions(
    context: QueryContext, row_type: type[ObjectiveRow | ReviewRow | DecisionRow]
) -> list[ColumnElement[bool]]:
    """Conditions for the parameters `cycle` and `unit` on rows that have both. Raises `NotFound`."""
    scope = requested_scope(context)
    conditions = [] if scope.cycle_id is None else [row_type.table.c.cycle_id == scope.cycle_id]
    return conditions if scope.units is None else [*conditions, row_type.table.c.unit_id.in_(scope.units)]


def requested_key_results(context: QueryContext) -> list[ColumnElement[bool]]:
    """Conditions on key results for the parameters `cycle` and `unit`. Raises `NotFound`."""
    cycle, unit_objectives = requested_cycle(context), requested_unit_objectives(context)
    conditions = [] if cycle is None else [key_results.c.cycle_id == cycle.id]
    return conditions if unit_objectives is None else [*conditions, key_results.c.objective_id.in_(unit_objectives)]


def requested_unit_objectives(context: QueryContext) -> Select[tuple[str]] | None:
    """The ids of the objectives of the parameter `unit` and of all units below it. Raises `NotFound`."""
    unit_ids = requested_unit_ids(context)
    if unit_ids is None:
        return None
    return select(objectives.c.id).where(valid_at(objectives, context.position), objectives.c.unit_id.in_(unit_ids))


def requested_cycle_rules(context: QueryContext) -> list[CycleRules]:
    """The rules of the cycle of the parameter `cycle`, or of all cycles. Raises `NotFound`."""
    cycle = requested_cycle(context)
    return all_cycle_rules(context) if cycle is None else [CycleRules(cycle, context.moment)]


def all_cycle_rules(context: ReadContext) -> list[CycleRules]:
    return [CycleRules(row, context.moment) for row in context.fetch_rows(CycleRow)]
