"""What an import will append: events with their envelopes and times, and the constraints of the append."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.domain.values import AuthoredText
from okr_events.event_log.constraints import Constraint
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.import_constraints import goal_claim
from okr_events.journal.csv_rows import JournalRow


class Recording:
    """`source` is the part of `Envelope.imported` that all events share."""

    def __init__(self, actor: UUID, source: Mapping[str, str]) -> None:
        self.events: list[CanMutateAggregate[UUID]] = []
        self.envelopes: list[Envelope] = []
        self.times: list[int] = []
        self.correlation_id = uuid4()
        self._actor = actor
        self._source = source
        self._imported: dict[str, str] = {}
        self._time = 0
        self._conditions: dict[Constraint, None] = {}
        self._changes: list[Constraint] = []

    def begin_row(self, row: JournalRow, digest: str) -> None:
        """Record what follows as imported from this row."""
        names = {"cycle": row.cycle, "objective": row.objective, "key_result": row.key_result}
        self._imported = {**self._source, "recorded_at": row.recorded_at.isoformat(), "row": digest, **names}
        self._time = to_microseconds(row.recorded_at)

    def collect(self, aggregate: Aggregate, *constraints: Constraint, with_reason: bool = False) -> None:
        """Record the pending events; `constraints` are what they change in the constraint tables."""
        reason = AuthoredText(self._actor, f"imported from {self._source['file']}") if with_reason else None
        events = aggregate.collect_events()
        self.events.extend(events)
        self.envelopes.extend([Envelope(self._actor, reason, self.correlation_id, self._imported)] * len(events))
        self.times.extend([self._time] * len(events))
        self._changes.extend(claim for event in events if (claim := goal_claim(event, self._imported)))
        self._changes.extend(constraints)

    def require(self, *conditions: Constraint) -> None:
        """Append only while these conditions hold for what the log has already; each is checked once."""
        self._conditions |= dict.fromkeys(conditions)

    @property
    def constraints(self) -> list[Constraint]:
        return [*self._conditions, *self._changes]
