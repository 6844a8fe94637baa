"""Buffered rows: what a batch of events does to the tables, written by one `executemany` per table."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from eventsourcing.utils import get_topic
from sqlalchemy import Connection, Table, bindparam, select

from okr_events.log.envelope import Envelope
from okr_events.log.ledger import Recorded
from projections.tables import OPEN

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands beside an event for a handler: its place in the log and its envelope."""

    recorded: Recorded
    envelope: Envelope

    @property
    def id(self) -> str:
        return self.recorded.originator_id.hex

    @property
    def version(self) -> int:
        return self.recorded.originator_version


Handler = Callable[[Any, Fact, "Rows"], None]
H = TypeVar("H", bound=Handler)
handlers: dict[str, list[Handler]] = defaultdict(list)


def handles(*events: type[Any]) -> Callable[[H], H]:
    """Run the function for these events: it takes the event, its fact and the rows to change."""

    def register(handler: H) -> H:
        for event in events:
            handlers[get_topic(event)].append(handler)
        return handler

    return register


class Rows:
    """The rows that a batch touches. Versions of rows are never overwritten: a change closes one and opens the next."""

    def __init__(self, connection: Connection, position: int) -> None:
        """`position` is the last one that the tables hold already; later ones are set event by event."""
        self.connection = connection
        self.position = self.written = position
        self._current: dict[tuple[str, str], Row | None] = {}
        self._unwritten: dict[Table, list[Row]] = defaultdict(list)
        self._closed: dict[Table, list[Row]] = defaultdict(list)

    def prefetch(self, tables: Iterable[Table], ids: list[str]) -> None:
        """Read the open rows of these ids, one query a table."""
        for table in tables:
            self._current |= dict.fromkeys(((table.name, id) for id in ids), None)
            query = select(table).where(table.c.id.in_(ids), table.c.to_position == OPEN)
            for row in self.connection.execute(query).mappings():
                self._current[table.name, row["id"]] = dict(row)

    def current(self, table: Table, id: str) -> Row:
        """The row as it stands after the events so far; raises `LookupError` when there is none."""
        if (table.name, id) not in self._current:
            self.prefetch([table], [id])
        row = self._current[table.name, id]
        if row is None:
            raise LookupError(f"{table.name} {id}")
        return row

    def open(self, table: Table, id: str, **values: Any) -> None:
        """The first version of a row."""
        self._put(table, {"created": self.position, **values, "id": id})

    def change(self, table: Table, id: str, **changes: Any) -> None:
        """Close the row's present version and open the next, with what changed."""
        row = self.current(table, id)
        if row["from_position"] == self.position:
            row.update(changes)
            return
        if row["from_position"] <= self.written:
            self._closed[table].append({"_id": id, "_from": row["from_position"], "_to": self.position})
        row["to_position"] = self.position
        self._put(table, {**row, **changes})

    def _put(self, table: Table, row: Row) -> None:
        row |= {"from_position": self.position, "to_position": OPEN}
        self._current[table.name, row["id"]] = row
        self._unwritten[table].append(row)

    def add(self, table: Table, **values: Any) -> None:
        """A row that is never changed."""
        self._unwritten[table].append(values)

    def flush(self) -> None:
        for table, closed in self._closed.items():
            row = (table.c.id == bindparam("_id")) & (table.c.from_position == bindparam("_from"))
            self.connection.execute(table.update().where(row).values(to_position=bindparam("_to")), closed)
        for table, unwritten in self._unwritten.items():
            self.connection.execute(table.insert(), unwritten)
        self._closed.clear()
        self._unwritten.clear()
        self.written = self.position
