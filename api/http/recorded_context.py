"""What the answer to a command is read from right after it was recorded: its own events, without the views."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from api.http.context import R, ReadContext
from api.operations.stores import Stores
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import Kind
from projections import moment
from projections.event_rows import NO_VIEWS, EventRows, NeedsViews
from projections.queries.check_in_source import CheckInSource, CycleEnd
from projections.queries.check_ins import Versions
from projections.store.tables import BlockerRow, CheckInRow


@dataclass(frozen=True, slots=True)
class RecordedContext(ReadContext):
    """A read context at the position of the command. What its events do not tell raises `NeedsViews`."""

    rows: EventRows
    result: CommandResult

    @classmethod
    def of(cls, stores: Stores, result: CommandResult) -> "RecordedContext":
        at = moment.moment_of_event(result.recorded[-1][0], stores.okrs.time_zone())
        return cls(stores, NO_VIEWS, at, EventRows(result.recorded), result)

    @property
    def check_ins(self) -> CheckInSource:
        return RecordedCheckIns(self)

    def fetch_row(self, row_type: type[R], id: UUID) -> R:
        return self.rows.find(row_type, id)


class RecordedCheckIns(CheckInSource):
    """The check-ins that a command has just recorded. Their blockers are open; the key results are as the command knew them."""

    def __init__(self, context: RecordedContext) -> None:
        self.context = context

    def versions(self, id: UUID) -> Versions:
        return [self.context.rows.find(CheckInRow, id)]

    def recorded_between(self, after: int, upto: int) -> list[Versions]:
        return [[row] for row in self.context.rows.inserted(CheckInRow) if after < row.created <= upto]

    def blocker_states(self, check_in_ids: Collection[str]) -> dict[str, str]:
        return {row.id: row.state for row in self.context.rows.inserted(BlockerRow) if row.check_in_id in check_in_ids}

    def cycle_end(self, original: CheckInRow) -> CycleEnd:
        key_result = self.context.stores.okrs.kept.get(UUID(original.key_result_id))
        if not isinstance(key_result, KeyResult):
            raise NeedsViews
        closed = self.context.result.found.has(Kind.ENDED, key_result.cycle_id)
        return CycleEnd(key_result.cycle_ends_on.isoformat(), 0 if closed else None)
