"""Constraints on scores: cycles and objectives close only when their key results have scores."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import UnscoredKeyResults
from okr_events.event_log.constraints import RunStatement


@dataclass(frozen=True, slots=True)
class RequireScore:
    """Registers a key result that needs a score before its objective or cycle closes."""

    cycle: UUID
    objective: UUID
    id: UUID

    @property
    def place(self) -> str:
        return unscored_place(self.cycle, self.objective)

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO members (place, id) VALUES (%s, %s)", (self.place, self.id.hex))


@dataclass(frozen=True, slots=True)
class MarkScored:
    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM members WHERE id = %s AND place LIKE 'unscored/%%'", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class DropUnscored:
    """The key results of a cancelled objective need no scores."""

    cycle: UUID
    objective: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM members WHERE place = %s", (unscored_place(self.cycle, self.objective),))


@dataclass(frozen=True, slots=True)
class AllScored:
    """Every key result of the cycle, or of one objective in it, has a score, except cancelled ones."""

    cycle: UUID
    objective: UUID | None = None

    def enforce(self, run: RunStatement) -> None:
        place = unscored_place(self.cycle, self.objective)
        count = run("SELECT COUNT(*) FROM members WHERE place LIKE %s", (place,))[0][0]
        if count:
            raise UnscoredKeyResults(f"{UnscoredKeyResults.title} Missing scores: {count}.")


def unscored_place(cycle: UUID, objective: UUID | None) -> str:
    """Return the place of an objective's unscored key results, or a LIKE pattern for all objectives of the cycle."""
    return f"unscored/{cycle.hex}/{objective.hex if objective else '%'}"
