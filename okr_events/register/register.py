"""The register: its tables behind one object, write transactions, erasure, and secrets."""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, Engine, select, union

from okr_events.event_log import idempotency
from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.idempotency import CommandResult, IdempotencyKey
from okr_events.json_types import Json
from okr_events.register import signing_keys, tables, tombstones
from okr_events.register.access_log import AccessLog
from okr_events.register.calendar_feeds import Calendars
from okr_events.register.connections import RegisterConnections
from okr_events.register.encryption_keys import EncryptionKeys
from okr_events.register.engine import dialect_insert
from okr_events.register.people import People
from okr_events.register.secure_erase import overwrite_deleted
from okr_events.register.tokens import Tokens

SECRET_BYTES = 32


class Register:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        tables.create_tables(engine)
        self.connections = RegisterConnections(engine)
        self.keys = EncryptionKeys(self.connections)
        self.people = People(self.connections, self.keys)
        self.tokens = Tokens(self.connections)
        self.calendars = Calendars(self.connections)
        self.access_log = AccessLog(self.connections)
        self._pepper: bytes | None = None
        self._log_name: str | None = None

    def connect(self) -> AbstractContextManager[Connection]:
        """Open a connection for reading: that of this thread's write transaction, if it has one."""
        return self.connections.connect()

    def write_transaction(self) -> AbstractContextManager[Connection]:
        """Open a write transaction; there is one at a time. Raises `StoreBusy`."""
        return self.connections.write_transaction()

    def erase(self, ids: Iterable[UUID]) -> None:
        """Destroy names, addresses and keys of people, and revoke their tokens and calendars. Safe to repeat."""
        for id in sorted(self._not_fully_erased(set(ids))):
            with self.write_transaction() as connection:
                self.people.erase(connection, id)
                self.tokens.revoke_all(connection, id)
                self.calendars.revoke_all(connection, id)
                self.keys.destroy(connection, id)
            self.keys.clear_cache()
        self._overwrite_erased()

    def _not_fully_erased(self, ids: set[UUID]) -> set[UUID]:
        """Return the people who have data left or no tombstone."""
        live = select(tables.tokens.c.person_id).where(tables.tokens.c.revoked_at.is_(None))
        feeds = tables.calendars.c
        live_feeds = (select(column).where(feeds.revoked_at.is_(None)) for column in (feeds.person_id, feeds.owner))
        left = union(select(tables.people.c.id), select(tables.word_keys.c.author), live, *live_feeds).subquery()
        with self.connect() as connection:
            marked = tombstones.find_tombstones(connection, ids).keys()
            unfinished = connection.scalars(select(left).where(left.c[0].in_([id.hex for id in ids])))
            return (ids - marked) | {UUID(id) for id in unfinished}

    def _overwrite_erased(self) -> None:
        pending = self.people.list_not_overwritten()
        if pending and overwrite_deleted(self.engine):
            with self.write_transaction() as connection:
                tombstones.mark_overwritten(connection, pending)
                self.people.bump_revision(connection)

    def find_result(self, key: IdempotencyKey) -> CommandResult | None:
        """Return the answer stored under this key. Raises `IdempotencyKeyReused` if another request used the key."""
        with self.engine.connect() as connection:
            return idempotency.find_result(statement_runner(connection), key)

    def idempotency_key(self, caller: UUID, key: str, *, method: str, path: str, body: bytes) -> IdempotencyKey:
        """Return an Idempotency-Key in its stored form."""
        return IdempotencyKey(self._hmac(caller.bytes, key.encode()), self._hmac(method.encode(), path.encode(), body))

    def _hmac(self, *parts: bytes) -> bytes:
        self._pepper = self._pepper or self._get_or_create_secret("idempotency")
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._pepper, framed, sha256)

    def log_name(self, configured: str | None) -> str:
        """Return the log's name; the first call stores the configured one or generates one. Raises `LogRenamed`."""
        if self._log_name is None:
            with self.write_transaction() as connection:
                self._log_name = signing_keys.log_name(connection, configured)
        return self._log_name

    def get_secret(self, connection: Connection, name: str) -> bytes | None:
        value = connection.scalar(select(tables.secrets.c.value).where(tables.secrets.c.name == name))
        return None if value is None else bytes(value)

    def set_secret(self, connection: Connection, name: str, value: bytes) -> None:
        connection.execute(tables.secrets.delete().where(tables.secrets.c.name == name))
        connection.execute(tables.secrets.insert().values(name=name, value=value))

    def _get_or_create_secret(self, name: str) -> bytes:
        insert_secret = dialect_insert(self.engine)(tables.secrets).values(name=name, value=secrets.token_bytes(SECRET_BYTES))
        with self.write_transaction() as connection:
            connection.execute(insert_secret.on_conflict_do_nothing())
            return self.get_secret(connection, name) or b""

    def close(self) -> None:
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class KeyUnused:
    """A constraint of commands of the log: no command of the register has used their Idempotency-Key.

    A command of the register commits its key under the append lock, so it is seen here, or sees the log's. Raises
    `IdempotencyKeyReused`.
    """

    register: Register
    key: IdempotencyKey

    def enforce(self, _: RunStatement) -> None:
        self.register.find_result(self.key)


def statement_runner(connection: Connection) -> RunStatement:
    """Return a function that runs plain statements on a connection."""

    def run(statement: str, params: Sequence[object]) -> list[tuple[Json, ...]]:
        postgres = connection.dialect.name == "postgresql"
        result = connection.exec_driver_sql(statement if postgres else statement.replace("%s", "?"), tuple(params))
        return list(result.all()) if result.returns_rows else []

    return run
