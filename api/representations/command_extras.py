"""What a change is felt by: answers that say which aligned objectives it touches, which limits it passes, what they miss."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from api.http.command_endpoint import ResponseSpec
from okr_events.event_log.idempotency import CommandResult
from projections.evaluation.key_results import CycleRules
from projections.impact.history import affected_objectives_between
from projections.moment import Moment
from projections.reports.scores import wants_root_cause
from projections.store import lookups
from projections.store.tables import CycleRow, KeyResultRow, ObjectiveRow, key_results, objectives, valid_at


def with_affected_objectives(shown: ResponseSpec) -> ResponseSpec:
    """The same answer, with `touches`: who feels what was recorded, by what was linked before it and is linked after it."""

    def show(connection: Connection, moment: Moment, answer: CommandResult) -> dict[str, Any]:
        body = shown.serialize(connection, moment, answer)
        told = affected_objectives_between(connection, moment.position - answer.events, moment.position)
        own = {way: [each for each in entries if each["id"] != body["id"]] for way, entries in told.items()}
        return {**body, "touches": own}

    return ResponseSpec(show, shown.location, shown.schema)


def with_policy_warning(
    shown: ResponseSpec, code: str, limit: Callable[[Connection, Moment, UUID], str | None]
) -> ResponseSpec:
    """The same answer, with `warnings` when it passes a limit of the policy, or misses something."""

    def show(connection: Connection, moment: Moment, answer: CommandResult) -> dict[str, Any]:
        body = shown.serialize(connection, moment, answer)
        detail = limit(connection, moment, answer.id) if answer.id else None
        return {**body, "warnings": [{"code": code, "detail": detail}] if detail else []}

    return ResponseSpec(show, shown.location, shown.schema)


def objective_limit_warning(connection: Connection, moment: Moment, id: UUID) -> str | None:
    """Whether the objective's unit has more than the policy's limit in its cycle."""
    row = lookups.fetch_row(connection, ObjectiveRow, id, moment.position)
    live = (objectives.c.unit_id == row.unit_id) & (objectives.c.cycle_id == row.cycle_id) & (objectives.c.state != "cancelled")
    count = connection.scalar(select(func.count()).where(valid_at(objectives, moment.position), live)) or 0
    most = _limits(connection, moment, row.cycle_id)["objectives_per_unit"]["max"]
    return f"The unit has {count} objectives in this cycle; the policy's limit is {most}." if count > most else None


def key_result_limit_warning(connection: Connection, moment: Moment, id: UUID) -> str | None:
    """Whether the key result's objective has more than the policy's limit."""
    row = lookups.fetch_row(connection, KeyResultRow, id, moment.position)
    live = (key_results.c.objective_id == row.objective_id) & (key_results.c.state != "cancelled")
    count = connection.scalar(select(func.count()).where(valid_at(key_results, moment.position), live)) or 0
    most = _limits(connection, moment, row.cycle_id)["key_results_per_objective"]["max"]
    return f"The objective has {count} key results; the policy's limit is {most}." if count > most else None


def root_cause_warning(connection: Connection, moment: Moment, id: UUID) -> str | None:
    """Whether the key result's score is below what its cycle calls achieved, and nobody said why."""
    row = lookups.fetch_row(connection, KeyResultRow, id, moment.position)
    policy = _policy(connection, moment, row.cycle_id)
    if not wants_root_cause(row, policy):
        return None
    achieved = policy["bands"]["achieved"]
    return f"The score {row.score} is below {achieved}: say with `root_cause` what kept it from being achieved."


def _limits(connection: Connection, moment: Moment, cycle_id: str) -> Any:
    return _policy(connection, moment, cycle_id)["limits"]


def _policy(connection: Connection, moment: Moment, cycle_id: str) -> Any:
    return CycleRules(lookups.fetch_row(connection, CycleRow, UUID(cycle_id), moment.position), moment).policy
