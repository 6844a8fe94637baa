"""Closing: what an end that was judged forbids, and what it still allows."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import ObjectiveEnded
from okr_events.event_log.constraints import Claim, Constraint, RunStatement


@dataclass(frozen=True, slots=True)
class MarkClosed:
    """From now on the cycle or objective is closed: it keeps its place in limits and roll-ups."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class AcceptsCheckIns:
    """Check-ins on what this objective measures are taken: it has not ended, or was closed and its cycle is sealed."""

    objective: UUID
    cycle: UUID

    def enforce(self, run: RunStatement) -> None:
        ended = {id for (id,) in run("SELECT id FROM ended WHERE id IN (%s, %s)", (self.objective.hex, self.cycle.hex))}
        if self.objective.hex in ended and not (self.cycle.hex in ended and _is_closed(run, self.objective)):
            raise ObjectiveEnded


@dataclass(frozen=True, slots=True)
class NotClosed:
    """None of these objectives was closed: the links from them and to them stay as they are."""

    ids: tuple[UUID, ...]

    def enforce(self, run: RunStatement) -> None:
        if any(_is_closed(run, id) for id in self.ids):
            raise ObjectiveEnded


def mark_objective_closed(objective: UUID) -> list[Constraint]:
    """From now on the objective is closed, which is another end than being cancelled."""
    return [MarkClosed(objective), Claim("closed", objective.hex, objective)]


def _is_closed(run: RunStatement, objective: UUID) -> bool:
    return bool(run("SELECT 1 FROM claims WHERE scope = 'closed' AND name = %s", (objective.hex,)))
