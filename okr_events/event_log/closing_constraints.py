"""Closing: what an end that was judged forbids, and what it still allows."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import ObjectiveEnded
from okr_events.event_log.constraints import Claim, Constraint, Run


@dataclass(frozen=True, slots=True)
class Close:
    """From now on the cycle or objective is closed: it keeps its place in limits and roll-ups."""

    id: UUID

    def enforce(self, run: Run) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class Heard:
    """Check-ins on what this objective measures are taken: it has not ended, or was closed and its cycle is sealed."""

    objective: UUID
    cycle: UUID

    def enforce(self, run: Run) -> None:
        ended = {id for (id,) in run("SELECT id FROM ended WHERE id IN (%s, %s)", (self.objective.hex, self.cycle.hex))}
        if self.objective.hex in ended and not (self.cycle.hex in ended and _closed(run, self.objective)):
            raise ObjectiveEnded


@dataclass(frozen=True, slots=True)
class Unclosed:
    """None of these objectives was closed: the links from them and to them stay as they are."""

    ids: tuple[UUID, ...]

    def enforce(self, run: Run) -> None:
        if any(_closed(run, id) for id in self.ids):
            raise ObjectiveEnded


def closing(objective: UUID) -> list[Constraint]:
    """From now on the objective is closed, which is another end than being cancelled."""
    return [Close(objective), Claim("closed", objective.hex, objective)]


def _closed(run: Run, objective: UUID) -> bool:
    return bool(run("SELECT 1 FROM claims WHERE scope = 'closed' AND name = %s", (objective.hex,)))
