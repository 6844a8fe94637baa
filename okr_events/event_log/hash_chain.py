"""The hash chain over recorded events, which exposes every later change of the past."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
GENESIS = bytes(32)
WALL_TIME = "wall_time"
WALL_TIME_MEMBER = b'"wall_time"'


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event of the log. `recorded_at` is in microseconds since 1970-01-01T00:00:00Z."""

    position: int
    recorded_at: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    envelope: bytes
    chain: bytes

    @property
    def time(self) -> int:
        """When it was recorded: by the wall clock, where the log's own times lead an accepted clock."""
        wall_time = decode_wall_time(self.envelope)
        return self.recorded_at if wall_time is None else wall_time


@dataclass(frozen=True, slots=True)
class Head:
    """The newest position, its time in microseconds, its chain hash, and the concatenated peaks of the Merkle tree."""

    position: int = 0
    recorded_at: int = 0
    chain: bytes = GENESIS
    peaks: bytes = field(default=b"", compare=False)
    wall_time: int | None = field(default=None, compare=False)

    @property
    def stored(self) -> tuple[int, int, bytes, bytes]:
        """The row of the table `head`."""
        return self.position, self.recorded_at, self.chain, self.peaks

    @property
    def time(self) -> int:
        """When the newest event was recorded: by the wall clock, where the log's own times lead an accepted clock."""
        return self.recorded_at if self.wall_time is None else self.wall_time


def hash_leaf(
    position: int,
    recorded_at: int,
    originator_id: UUID | str,
    originator_version: int,
    topic: str,
    state: bytes,
    envelope: bytes,
) -> bytes:
    """Return SHA-256 over a zero byte (RFC 6962 section 2.1) and the seven fields joined by newlines.

    No recorded field contains a newline, so different events hash different bytes.
    """
    fields = (position, recorded_at, str(originator_id).encode(), originator_version, topic.encode(), state, envelope)
    return sha256(b"\x00%d\n%d\n%b\n%d\n%b\n%b\n%b" % fields).digest()


def extend_chain(chain: bytes, leaf_hash: bytes) -> bytes:
    """Return the next link: SHA-256 over the previous link (32 zero bytes before the first) and the leaf hash."""
    return sha256(chain + leaf_hash).digest()


def decode_wall_time(envelope: bytes) -> int | None:
    """Return the wall time in an envelope as stored, or `None` when the event's own time is the wall time."""
    if WALL_TIME_MEMBER not in envelope:
        return None
    wall_time: int | None = json.loads(envelope).get(WALL_TIME)
    return wall_time


def to_microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def from_microseconds(recorded_at: int) -> datetime:
    return EPOCH + recorded_at * MICROSECOND
