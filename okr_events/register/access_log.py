"""The access log: who read many facts at once, when, and with which parameters."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, insert, select

from okr_events.json_types import JsonObject
from okr_events.register import tables
from okr_events.register.connections import RegisterConnections
from okr_events.register.record import Record
from okr_events.register.tables import AccessRow
from okr_events.register.tokens import Role
from okr_events.row_types import fetch_rows

entries = tables.access_log.c
HTTP = "http"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class AccessEntry(Record):
    """An access: `what` is `feed`, `export`, `replay`, `backup` …, `asked` its parameters without free text or secrets, and
    `position` the head of the log at the time.
    """

    number: int
    at: str
    person_id: UUID | None
    role: Role | None
    via: str
    what: str
    asked: JsonObject
    position: int


class AccessLog:
    """Write transactions run one at a time, so that numbers rise in the order of commits."""

    def __init__(self, connections: RegisterConnections) -> None:
        self.connections = connections

    def append_entry(
        self,
        what: str,
        *,
        position: int,
        asked: JsonObject,
        via: str = HTTP,
        person_id: UUID | None = None,
        role: Role | None = None,
    ) -> int:
        """Append an entry, durable on return, and return its number."""
        row = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "person_id": person_id.hex if person_id else None,
            "role": role.value if role else None,
            "via": via,
            "what": what,
            "asked": json.dumps(asked, sort_keys=True),
            "position": position,
        }
        with self.connections.write_transaction() as connection:
            number = (connection.scalar(select(func.max(entries.number))) or 0) + 1
            connection.execute(insert(tables.access_log).values(number=number, **row))
        return number

    def page(self, *, after: int, limit: int) -> list[AccessEntry]:
        """Return the entries after a number, the oldest first."""
        query = select(tables.access_log).where(entries.number > after).order_by(entries.number).limit(limit)
        with self.connections.connect() as connection:
            return [_parse_row(row) for row in fetch_rows(connection, AccessRow, query)]


def _parse_row(row: AccessRow) -> AccessEntry:
    person_id, role = UUID(row.person_id) if row.person_id else None, Role(row.role) if row.role else None
    return AccessEntry(row.number, row.at, person_id, role, row.via, row.what, json.loads(row.asked), row.position)
