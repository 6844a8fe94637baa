"""What a change is felt by: answers that say which aligned objectives it touches, and which limits it passes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from api.commanding import Shown
from okr_events.log.answers import Answer
from projections import places
from projections.impact import touched
from projections.judged import CycleRules
from projections.moment import Moment
from projections.tables import alignments, at, cycles, key_results, objectives

Touches = Callable[[Connection, UUID, list[int]], dict[str, Any]]


def felt(shown: Shown, touches: Touches) -> Shown:
    """The same answer, with `touches`: what was linked before the change and what is linked after it."""

    def show(connection: Connection, moment: Moment, answer: Answer) -> dict[str, Any]:
        body = shown.show(connection, moment, answer)
        if answer.id:
            body["touches"] = touches(connection, answer.id, [moment.position, moment.position - answer.events])
        return body

    return Shown(show, shown.location, shown.schema)


def by_objective(connection: Connection, id: UUID, positions: list[int]) -> dict[str, Any]:
    return touched(connection, str(id), positions)


def by_key_result(connection: Connection, id: UUID, positions: list[int]) -> dict[str, Any]:
    row = places.one(connection, key_results, id, max(positions))
    return touched(connection, row.objective_id, positions, key_result_id=row.id)


def by_link(connection: Connection, id: UUID, positions: list[int]) -> dict[str, Any]:
    return touched(connection, places.one(connection, alignments, id, max(positions)).child_id, positions)


def warned(shown: Shown, limit: Callable[[Connection, Moment, UUID], str | None]) -> Shown:
    """The same answer, with `warnings` when it passes a limit of the policy."""

    def show(connection: Connection, moment: Moment, answer: Answer) -> dict[str, Any]:
        body = shown.show(connection, moment, answer)
        detail = limit(connection, moment, answer.id) if answer.id else None
        return {**body, "warnings": [{"code": limit.__name__, "detail": detail}] if detail else []}

    return Shown(show, shown.location, shown.schema)


def too_many_objectives(connection: Connection, moment: Moment, id: UUID) -> str | None:
    """Whether the objective's unit has more than the policy's limit in its cycle."""
    row = places.one(connection, objectives, id, moment.position)
    live = (objectives.c.unit_id == row.unit_id) & (objectives.c.cycle_id == row.cycle_id) & (objectives.c.state != "cancelled")
    count = connection.scalar(select(func.count()).where(at(objectives, moment.position), live)) or 0
    most = _limits(connection, moment, row.cycle_id)["objectives_per_unit"]["max"]
    return f"The unit has {count} objectives in this cycle; the policy's limit is {most}." if count > most else None


def too_many_key_results(connection: Connection, moment: Moment, id: UUID) -> str | None:
    """Whether the key result's objective has more than the policy's limit."""
    row = places.one(connection, key_results, id, moment.position)
    live = (key_results.c.objective_id == row.objective_id) & (key_results.c.state != "cancelled")
    count = connection.scalar(select(func.count()).where(at(key_results, moment.position), live)) or 0
    most = _limits(connection, moment, row.cycle_id)["key_results_per_objective"]["max"]
    return f"The objective has {count} key results; the policy's limit is {most}." if count > most else None


def _limits(connection: Connection, moment: Moment, cycle_id: str) -> Any:
    return CycleRules(places.one(connection, cycles, UUID(cycle_id), moment.position), moment).policy["limits"]
