"""Scores that are wanted: key results wait for theirs, so that nothing is closed before it is judged."""

from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import UnscoredKeyResults
from okr_events.event_log.constraints import RunStatement


@dataclass(frozen=True, slots=True)
class RequireScore:
    """One more key result of an objective in a cycle that wants a score."""

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
    """The key result has a score."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM members WHERE id = %s AND place LIKE 'unscored/%%'", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class DropUnscored:
    """The key results of an objective want no score any more: it is cancelled."""

    cycle: UUID
    objective: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM members WHERE place = %s", (unscored_place(self.cycle, self.objective),))


@dataclass(frozen=True, slots=True)
class AllScored:
    """Every key result of the cycle, or of an objective in it, has a score, but for what was cancelled."""

    cycle: UUID
    objective: UUID | None = None

    def enforce(self, run: RunStatement) -> None:
        place = unscored_place(self.cycle, self.objective)
        count = run("SELECT COUNT(*) FROM members WHERE place LIKE %s", (place,))[0][0]
        if count:
            raise UnscoredKeyResults(f"{UnscoredKeyResults.title} {count} have none.")


def unscored_place(cycle: UUID, objective: UUID | None) -> str:
    """Where the key results of an objective wait for scores, or as a pattern those of all objectives of the cycle."""
    return f"unscored/{cycle.hex}/{objective.hex if objective else '%'}"
