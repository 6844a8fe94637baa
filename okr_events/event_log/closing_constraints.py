"""Constraints on closed objectives and cycles."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import ObjectiveEnded
from okr_events.event_log.constraints import Claim, Constraint, RunStatement


@dataclass(frozen=True, slots=True)
class MarkClosed:
    """Marks a cycle or objective as closed: it still counts in limits and roll-ups."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class AcceptsCheckIns:
    """The key results accept check-ins: the objective has not ended, or was closed and its cycle is sealed."""

    objective: UUID
    cycle: UUID

    def enforce(self, run: RunStatement) -> None:
        ended = {id for (id,) in run("SELECT id FROM ended WHERE id IN (%s, %s)", (self.objective.hex, self.cycle.hex))}
        if self.objective.hex in ended and not (self.cycle.hex in ended and _is_closed(run, self.objective)):
            raise ObjectiveEnded


@dataclass(frozen=True, slots=True)
class NotClosed:
    """None of these objectives is closed, so their links can change. Raises `ObjectiveEnded`."""

    ids: tuple[UUID, ...]

    def enforce(self, run: RunStatement) -> None:
        if any(_is_closed(run, id) for id in self.ids):
            raise ObjectiveEnded


def mark_objective_closed(objective: UUID) -> list[Constraint]:
    """Return the constraints that mark an objective as closed, as opposed to cancelled."""
    return [MarkClosed(objective), Claim("closed", objective.hex, objective)]


def _is_closed(run: RunStatement, objective: UUID) -> bool:
    return bool(run("SELECT 1 FROM claims WHERE scope = 'closed' AND name = %s", (objective.hex,)))
