"""Where check-ins are read from, with what their answers say of blockers and cycles: the views."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from projections.moment import Moment
from projections.queries import blockers, check_ins
from projections.queries.check_ins import Versions
from projections.store import lookups
from projections.store.tables import CheckInRow, CycleRow, KeyResultRow


class CycleEnd(NamedTuple):
    """A cycle's last day, and the position at which it was closed."""

    ends_on: str
    closed_at: int | None


def is_after_end(original: CheckInRow, end: CycleEnd, moment: Moment) -> bool:
    """Whether a check-in was recorded after the last day of its cycle, where the organisation is."""
    return moment.recorded_day(original.recorded_at).isoformat() > end.ends_on


class CheckInSource(ABC):
    @abstractmethod
    def versions(self, id: UUID) -> Versions:
        """The versions of a check-in. Raises `NotFound`."""

    @abstractmethod
    def recorded_between(self, after: int, upto: int) -> list[Versions]:
        """The check-ins recorded after one position and up to another, oldest first."""

    @abstractmethod
    def blocker_states(self, check_in_ids: Collection[str]) -> dict[str, str]:
        """The states of the blockers that these check-ins report, by id."""

    @abstractmethod
    def cycle_end(self, original: CheckInRow) -> CycleEnd:
        """The end of the cycle that a check-in belongs to."""


class StoredCheckIns(CheckInSource):
    """The check-ins of the views at a moment; each cycle is read once."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.connection = connection
        self.moment = moment
        self._ends: dict[str, CycleEnd] = {}

    def versions(self, id: UUID) -> Versions:
        return check_ins.fetch_versions(self.connection, self.moment.position, id)

    def recorded_between(self, after: int, upto: int) -> list[Versions]:
        return check_ins.fetch_recorded_between(self.connection, after, upto)

    def blocker_states(self, check_in_ids: Collection[str]) -> dict[str, str]:
        return blockers.fetch_states(self.connection, self.moment.position, list(check_in_ids))

    def cycle_end(self, original: CheckInRow) -> CycleEnd:
        id = original.key_result_id
        if id not in self._ends:
            row = lookups.fetch_row(self.connection, KeyResultRow, UUID(id), self.moment.position)
            cycle = lookups.fetch_row(self.connection, CycleRow, UUID(row.cycle_id), self.moment.position)
            self._ends[id] = CycleEnd(cycle.ends_on, cycle.closed_at)
        return self._ends[id]
