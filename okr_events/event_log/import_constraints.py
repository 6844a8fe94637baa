"""Constraints on imports: a row of a journal is recorded once, and a journal's names for goals mean the same in later imports.

The envelopes of imported events carry the row's digest and the names, so that both follow from the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from okr_events.domain.errors import VersionConflict
from okr_events.domain.key_result import KeyResult
from okr_events.domain.names import canonical
from okr_events.domain.objective import Objective
from okr_events.event_log.constraints import Claim, RunStatement, placeholders

ROWS, GOALS = "import/row", "import/goal"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class RecordRows:
    """Rows of a journal, by digest, are recorded once. Raises `VersionConflict` when another import records one of them."""

    digests: Sequence[str]
    import_id: UUID

    def enforce(self, run: RunStatement) -> None:
        for start in range(0, len(self.digests), CHUNK):
            names = self.digests[start : start + CHUNK]
            query = f"SELECT 1 FROM claims WHERE scope = %s AND name IN ({placeholders(names)}) LIMIT 1"  # noqa: S608
            if run(query, (ROWS, *names)):
                raise VersionConflict("Another import has just recorded the same rows. Import the journal again.")
            rows = ", ".join(["(%s, %s, %s)"] * len(names))
            values = [value for name in names for value in (ROWS, name, self.import_id.hex)]
            run(f"INSERT INTO claims (scope, name, holder) VALUES {rows}", values)  # noqa: S608 - placeholders only


def goal_name(*names: str) -> str:
    """The claimed form of a cycle's, an objective's and a key result's names in a journal."""
    return canonical("\n".join(names))


def goal_claim(event: object, source: Mapping[str, str]) -> Claim | None:
    """What the creation of a goal claims; `source` is the `imported` of its envelope. Null for other events."""
    if "row" not in source or not isinstance(event, Objective.Created | KeyResult.Created):
        return None
    names = ("cycle", "objective", "key_result")[: 2 if isinstance(event, Objective.Created) else 3]
    return Claim(GOALS, goal_name(*(source[name] for name in names)), event.originator_id, VersionConflict)
