"""The rows that a command's own events insert, told by the handlers without the views: what a command is answered from."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Never, cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from sqlalchemy import Connection

from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.row_types import RowTable
from projections.store.row_buffer import EventMetadata, RowBuffer, handlers
from projections.store.tables import R, row_from_values


class NeedsViews(Exception):
    """The events alone do not tell it: only the views do."""


class NoViews:
    """Stands where a connection to the views is expected."""

    def __getattr__(self, _: str) -> Never:
        raise NeedsViews


NO_VIEWS = cast("Connection", NoViews())


class EventRows(RowBuffer):
    """A row buffer over no tables. A handler that needs rows of earlier events adds nothing."""

    def __init__(self, recorded: Sequence[tuple[RecordedEvent, DomainEventProtocol[UUID]]]) -> None:
        super().__init__(NO_VIEWS, recorded[0][0].position - 1)
        for row, event in recorded:
            self.position, meta = row.position, EventMetadata(row)
            for handler in handlers[row.topic]:
                with suppress(Exception):  # a handler that fails stops the views, which say so, and not the command
                    handler(event, meta, self)

    def prefetch(self, table: RowTable, ids: Collection[str]) -> Never:  # noqa: ARG002 - the base's signature
        raise NeedsViews

    def inserted(self, row_type: type[R]) -> list[R]:
        """The inserted rows as they are now, in their order."""
        return [row_from_values(row_type, row) for row in self._inserts.get(row_type.table, ())]

    def find(self, row_type: type[R], id: UUID) -> R:
        """The inserted row with this id. Raises `NeedsViews`."""
        row = self._current.get((row_type.table.name, str(id)))
        if row is None:
            raise NeedsViews
        return row_from_values(row_type, row)
