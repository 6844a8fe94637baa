"""Bearer tokens. A secret is shown once and stored as SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from okr_events.domain.errors import NotFound, StaleVersion
from okr_events.register import tables
from okr_events.register.connections import RegisterConnections
from okr_events.register.known import KnownRegister
from okr_events.register.record import Record
from okr_events.register.tables import TokenRow
from okr_events.row_types import fetch_rows

tokens = tables.tokens.c


class Role(StrEnum):
    READER = "reader"
    MEMBER = "member"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Token(Record):
    id: UUID
    person_id: UUID
    role: Role
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    version: int


class Tokens:
    def __init__(self, connections: RegisterConnections, known: KnownRegister) -> None:
        self.connections = connections
        self.known = known

    def issue(
        self,
        connection: Connection,
        *,
        person_id: UUID,
        role: Role,
        expires_at: datetime | None = None,
        secret: str | None = None,
    ) -> tuple[Token, str]:
        """Create a token; return it with its secret, which is not stored."""
        secret = secret or f"okr_{secrets.token_urlsafe(32)}"
        expiry = expires_at.astimezone(UTC).isoformat() if expires_at else None
        token = Token(uuid4(), person_id, role, datetime.now(UTC).isoformat(), expiry, None, 1)
        row = {**token.as_dict(), "id": token.id.hex, "person_id": person_id.hex, "digest": hash_secret(secret)}
        connection.execute(insert(tables.tokens).values(row))
        return token, secret

    def revoke(self, connection: Connection, id: UUID, *, expected: int | None = None) -> Token:
        """Revoke a token, unless it was revoked before. Raises `NotFound`, `StaleVersion`."""
        version = self.get(connection, id).version
        if expected not in (None, version):
            raise StaleVersion("token", version)
        self._revoke(connection, tokens.id == id.hex)
        return self.get(connection, id)

    def revoke_all(self, connection: Connection, person_id: UUID) -> None:
        self._revoke(connection, tokens.person_id == person_id.hex)

    def _revoke(self, connection: Connection, condition: ColumnElement[bool]) -> None:
        now, live = datetime.now(UTC).isoformat(), condition & tokens.revoked_at.is_(None)
        connection.execute(update(tables.tokens).where(live).values(revoked_at=now, version=tokens.version + 1))

    def get(self, connection: Connection, id: UUID) -> Token:
        row = tables.fetch_row(connection, TokenRow, select(tables.tokens).where(tokens.id == id.hex))
        if row is None:
            raise NotFound
        return _parse_row(row)

    def page(self, *, after: int, limit: int) -> list[Token]:
        """Return tokens in order of issue, after skipping `after` of them."""
        query = select(tables.tokens).order_by(tokens.created_at, tokens.id).offset(after).limit(limit)
        with self.connections.connect() as connection:
            return [_parse_row(row) for row in fetch_rows(connection, TokenRow, query)]

    def find_by_secret(self, connection: Connection, secret: str) -> Token | None:
        """Return the token with this secret, even if revoked or expired."""
        row = tables.fetch_row(connection, TokenRow, select(tables.tokens).where(tokens.digest == hash_secret(secret)))
        return _parse_row(row) if row else None

    def find_live_by_secret(self, secret: str) -> Token | None:
        """Return the live token with this secret."""
        known, digest = self.known.get().tokens, hash_secret(secret)
        if digest not in known:
            with self.connections.connect() as connection:
                found = self.find_by_secret(connection, secret)
            known.update({digest: found} if found else {})
        token = known.get(digest)
        now = datetime.now(UTC).isoformat()
        expired = token is not None and token.expires_at is not None and token.expires_at <= now
        return None if token is None or token.revoked_at or expired else token


def has_live_token(person_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a person has a live token."""
    unexpired = tokens.expires_at.is_(None) | (tokens.expires_at > datetime.now(UTC).isoformat())
    return exists().where(tokens.person_id == person_id, tokens.revoked_at.is_(None), unexpired)


def hash_secret(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _parse_row(row: TokenRow) -> Token:
    return Token(UUID(row.id), UUID(row.person_id), Role(row.role), row.created_at, row.expires_at, row.revoked_at, row.version)
