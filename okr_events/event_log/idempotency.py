"""Idempotency: the answer to a request, stored under its Idempotency-Key in the transaction that records its events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol

from okr_events.domain.errors import IdempotencyKeyReused
from okr_events.event_log.constraints import RunStatement, placeholders
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.event_log.looks import Found

COLUMNS = "key, request, status, id, version, position, events"
AnswerRow = tuple[bytes, bytes, int, str | None, int | None, int, int]
DIGEST_SIZE = 32
TABLES = (
    "CREATE TABLE IF NOT EXISTS {log}answers (key {bytes} NOT NULL PRIMARY KEY, request {bytes} NOT NULL,"
    " status INTEGER NOT NULL, id TEXT, version BIGINT, position BIGINT NOT NULL, events BIGINT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An Idempotency-Key as stored: HMACs of caller and key, and of method, path and body."""

    key: bytes
    request: bytes


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The outcome of a command: the number of recorded `events`, the `position` of the last one, and the resource's `id` and
    `version` (null for a batch). `replayed` marks the stored answer to an earlier request; only a first one has the events
    as `recorded`, each beside its domain event, and what was `found` under the lock.
    """

    status: int
    id: UUID | None
    version: int | None
    position: int
    events: int
    replayed: bool = False
    recorded: tuple[tuple[RecordedEvent, DomainEventProtocol[UUID]], ...] = field(default=(), compare=False, repr=False)
    found: Found = field(default_factory=Found, compare=False, repr=False)


class DuplicateRequest(Exception):
    """A concurrent request with the same key was answered first; nothing was recorded."""

    def __init__(self, answer: CommandResult) -> None:
        super().__init__()
        self.result = answer


def find_result(run: RunStatement, key: IdempotencyKey) -> CommandResult | None:
    """Return the answer stored under this key. Raises `IdempotencyKeyReused` if another request used the key."""
    row = find_answers(run, [key]).get(key.key)
    return parse_answer(row, key) if row else None


def find_answers(run: RunStatement, keys: Sequence[IdempotencyKey]) -> dict[bytes, AnswerRow]:
    """Return the rows stored under these keys."""
    if not keys:
        return {}
    query = f"SELECT {COLUMNS} FROM answers WHERE key IN ({placeholders(keys)})"  # noqa: S608 - our own columns
    rows: list[AnswerRow] = run(query, [key.key for key in keys])
    return {bytes(row[0]): row for row in rows}


def parse_answer(row: AnswerRow, key: IdempotencyKey) -> CommandResult:
    """Raises `IdempotencyKeyReused` if another request used the key."""
    _, request, status, id, version, position, events = row
    if not bytes(request).startswith(key.request):
        raise IdempotencyKeyReused("/Idempotency-Key")
    return CommandResult(status, UUID(id) if id else None, version, position, events, replayed=True)


def insert_result(run: RunStatement, key: IdempotencyKey, answer: CommandResult) -> None:
    """Store the answer."""
    insert_answers(run, [answer_row(key, answer)])


def answer_row(key: IdempotencyKey, answer: CommandResult) -> AnswerRow:
    """Return the row of an answer; its digest follows the request's HMAC, so that any changed byte is detected."""
    id = answer.id.hex if answer.id else None
    row = (key.key, key.request, answer.status, id, answer.version, answer.position, answer.events)
    return (key.key, key.request + _row_digest(*row), *row[2:])


def insert_answers(run: RunStatement, rows: Sequence[AnswerRow]) -> None:
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    run(f"INSERT INTO answers ({COLUMNS}) VALUES {values}", [value for row in rows for value in row])  # noqa: S608


def find_tampered(run: RunStatement) -> list[int]:
    """Return the positions of stored answers that were changed."""
    rows: list[AnswerRow] = run(f"SELECT {COLUMNS} FROM answers", ())  # noqa: S608 - our own columns
    return [
        row[5] for row in rows if bytes(row[1])[-DIGEST_SIZE:] != _row_digest(row[0], bytes(row[1])[:-DIGEST_SIZE], *row[2:])
    ]


def _row_digest(key: bytes, request: bytes, *rest: object) -> bytes:
    return sha256(repr((bytes(key), bytes(request), *rest)).encode()).digest()
