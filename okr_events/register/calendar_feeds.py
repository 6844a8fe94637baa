"""Calendar feeds. The secret in a feed's address is shown once and stored as SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from okr_events.domain.errors import NotFound, StaleVersion
from okr_events.register import tables
from okr_events.register.connections import RegisterConnections
from okr_events.register.record import Record
from okr_events.register.tables import CalendarRow
from okr_events.register.tokens import has_live_token, hash_secret
from okr_events.row_types import fetch_rows

calendars = tables.calendars.c


@dataclass(frozen=True, slots=True)
class Calendar(Record):
    """A person's feed of the due list of an `owner`, or of a `unit` and all units below it."""

    id: UUID
    person_id: UUID
    owner: UUID | None
    unit: UUID | None
    created_at: str
    revoked_at: str | None
    version: int


class Calendars:
    def __init__(self, connections: RegisterConnections) -> None:
        self.connections = connections

    def issue(
        self, connection: Connection, *, person_id: UUID, owner: UUID | None = None, unit: UUID | None = None
    ) -> tuple[Calendar, str]:
        """Create a feed; return it with its secret, which is not stored."""
        secret = secrets.token_urlsafe(32)
        calendar = Calendar(uuid4(), person_id, owner, unit, datetime.now(UTC).isoformat(), None, 1)
        fields = {"id": calendar.id, "person_id": person_id, "owner": owner, "unit": unit}
        ids = {name: value.hex if value else None for name, value in fields.items()}
        connection.execute(insert(tables.calendars).values({**calendar.as_dict(), **ids, "digest": hash_secret(secret)}))
        return calendar, secret

    def revoke(self, connection: Connection, id: UUID, *, expected: int | None = None) -> Calendar:
        """Revoke a feed, unless it was revoked before. Raises `NotFound`, `StaleVersion`."""
        version = self.get(connection, id).version
        if expected not in (None, version):
            raise StaleVersion("calendar", version)
        self._revoke(connection, calendars.id == id.hex)
        return self.get(connection, id)

    def revoke_all(self, connection: Connection, person_id: UUID) -> None:
        """Revoke every live feed of a person, or of what the person owns."""
        self._revoke(connection, or_(calendars.person_id == person_id.hex, calendars.owner == person_id.hex))

    def get(self, connection: Connection, id: UUID) -> Calendar:
        row = tables.fetch_row(connection, CalendarRow, select(tables.calendars).where(calendars.id == id.hex))
        if row is None:
            raise NotFound
        return _parse_row(row)

    def page(self, *, person_id: UUID | None, after: int, limit: int) -> list[Calendar]:
        """Return feeds in order of creation, after skipping `after` of them: those of a person, or all."""
        query = select(tables.calendars).order_by(calendars.created_at, calendars.id).offset(after).limit(limit)
        if person_id:
            query = query.where(calendars.person_id == person_id.hex)
        with self.connections.connect() as connection:
            return [_parse_row(row) for row in fetch_rows(connection, CalendarRow, query)]

    def find_live_by_secret(self, secret: str) -> Calendar:
        """Return the live feed with this secret. Raises `NotFound`, also if its person has no live token."""
        live = (calendars.digest == hash_secret(secret)) & calendars.revoked_at.is_(None) & has_live_token(calendars.person_id)
        with self.connections.connect() as connection:
            row = tables.fetch_row(connection, CalendarRow, select(tables.calendars).where(live))
        if row is None:
            raise NotFound
        return _parse_row(row)

    def _revoke(self, connection: Connection, condition: ColumnElement[bool]) -> None:
        now, live = datetime.now(UTC).isoformat(), condition & calendars.revoked_at.is_(None)
        connection.execute(update(tables.calendars).where(live).values(revoked_at=now, version=calendars.version + 1))


def _parse_row(row: CalendarRow) -> Calendar:
    owner, unit = (UUID(id) if id else None for id in (row.owner, row.unit))
    return Calendar(UUID(row.id), UUID(row.person_id), owner, unit, row.created_at, row.revoked_at, row.version)
