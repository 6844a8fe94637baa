"""Idempotency: the answer to a request, stored under its Idempotency-Key in the transaction that records its events."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from okr_events.domain.errors import IdempotencyKeyReused
from okr_events.event_log.constraints import RunStatement

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
    `version` (null for a batch). `replayed` marks the stored answer to an earlier request.
    """

    status: int
    id: UUID | None
    version: int | None
    position: int
    events: int
    replayed: bool = False


class DuplicateRequest(Exception):
    """A concurrent request with the same key was answered first; nothing was recorded."""

    def __init__(self, answer: CommandResult) -> None:
        super().__init__()
        self.result = answer


def find_result(run: RunStatement, key: IdempotencyKey) -> CommandResult | None:
    """Return the answer stored under this key. Raises `IdempotencyKeyReused` if another request used the key."""
    rows = run("SELECT request, status, id, version, position, events FROM answers WHERE key = %s", (key.key,))
    if not rows:
        return None
    request, status, id, version, position, events = rows[0]
    if not bytes(request).startswith(key.request):
        raise IdempotencyKeyReused("/Idempotency-Key")
    return CommandResult(status, UUID(id) if id else None, version, position, events, replayed=True)


def insert_result(run: RunStatement, key: IdempotencyKey, answer: CommandResult) -> None:
    """Store the answer; a digest of the row follows the request's HMAC, so that any changed byte is detected."""
    id = answer.id.hex if answer.id else None
    row = (key.key, key.request, answer.status, id, answer.version, answer.position, answer.events)
    stored = (key.key, key.request + _row_digest(*row), *row[2:])
    run(f"INSERT INTO answers ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)", stored)  # noqa: S608 - our own columns


def find_tampered(run: RunStatement) -> list[int]:
    """Return the positions of stored answers that were changed."""
    rows: list[AnswerRow] = run(f"SELECT {COLUMNS} FROM answers", ())  # noqa: S608 - our own columns
    return [
        row[5] for row in rows if bytes(row[1])[-DIGEST_SIZE:] != _row_digest(row[0], bytes(row[1])[:-DIGEST_SIZE], *row[2:])
    ]


def _row_digest(key: bytes, request: bytes, *rest: object) -> bytes:
    return sha256(repr((bytes(key), bytes(request), *rest)).encode()).digest()
