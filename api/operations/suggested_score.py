"""The suggested score of a key result: its progress, computed from the log alone, because it is recorded as computed."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from api.operations.stores import Stores
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.constraints import is_inherited
from okr_events.event_log.stream_graph import StreamGraph, find_positions
from projections import moment, temporary_views
from projections.evaluation.goal_graph import GoalGraph
from projections.moment import Moment
from projections.store.lookups import fetch_row
from projections.store.tables import KeyResultRow


def suggest_score(stores: Stores, id: UUID) -> tuple[Decimal | None, int]:
    """Return the key result's clamped progress now, and the position at which it was computed."""
    log, head = stores.log, stores.log.head()
    positions = find_positions(log, _streams(stores, id, head.position), head.position)
    now = moment.moment_at_head(head, stores.okrs.time_zone(), datetime.now(UTC))
    with temporary_views.replay_positions(log, stores.okrs.mapper, positions) as connection:
        return _evaluate(connection, id, now), head.position


def _streams(stores: Stores, id: UUID, upto: int) -> set[UUID]:
    """Return the streams that the progress depends on.

    Of a key result that nobody inherits they are known; others are searched for, as are those of a closed cycle, whose
    numbers are older than the links that there are now.
    """
    okrs = stores.okrs
    key_result = okrs.load(KeyResult, id)
    cycle, objective = okrs.load(Cycle, key_result.cycle_id), okrs.load(Objective, key_result.objective_id)
    with stores.log.read_transaction() as run:
        searched = cycle.state in {"closed", "sealed"} or is_inherited(run, id)
    if searched:
        return StreamGraph.load(stores.log, okrs.mapper, upto).key_result_streams(id, objective.id)
    return {id, objective.id, cycle.id, *(unit.id for unit in okrs.lineage(objective.unit_id))}


def _evaluate(connection: Connection, id: UUID, at: Moment) -> Decimal | None:
    row = fetch_row(connection, KeyResultRow, id, at.position)
    progress = GoalGraph.for_key_results(connection, at, [row]).key_results[row.id].progress
    return progress.value if progress else None
