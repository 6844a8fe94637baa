"""Constraints on closed objectives and cycles, and the closed cycles without a seal."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.cycle import Cycle
from okr_events.event_log.constraints import Claim, Constraint, RunStatement
from okr_events.event_log.recorder import LogRecorder
from okr_events.event_log.stream_graph import find_positions

UNSEALED = (
    "SELECT holder FROM claims WHERE scope = 'cycle' AND holder IN (SELECT id FROM ended)"
    " AND holder NOT IN (SELECT cycle_id FROM sealed_reports)"
)


@dataclass(frozen=True, slots=True)
class MarkClosed:
    """Marks a cycle or objective as closed: it still counts in limits and roll-ups."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))


def mark_objective_closed(objective: UUID) -> list[Constraint]:
    """Return the constraints that mark an objective as closed, as opposed to cancelled."""
    return [MarkClosed(objective), Claim("closed", objective.hex, objective)]


def find_unsealed_cycles(log: LogRecorder) -> list[tuple[UUID, int]]:
    """Return the closed cycles without a seal, each with the position of its closing."""
    with log.read_transaction() as run:
        ids = [UUID(holder) for (holder,) in run(UNSEALED, ())]
    head = log.head().position if ids else 0
    return [(id, position) for id in ids for position in find_positions(log, [id], head, topic=Cycle.Closed.TOPIC)]
