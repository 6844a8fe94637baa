"""A log in memory that exports like the real ones, and the checkpoint and keys of an auditor."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from okr_events.audit import export
from okr_events.audit.verify import verify
from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, sign_checkpoint
from okr_events.event_log.hash_chain import GENESIS, RecordedEvent, extend_chain, hash_leaf
from okr_events.event_log.merkle import Node, compute_root, hash_pair

NAME = "okr.example/log"
OUR_KEY = SigningKey(NAME, bytes(range(32)))
THEIR_KEY = SigningKey(NAME, bytes(range(1, 33)))
"""A foreign key with the name of the log."""


def create_event(position: int, **fields: object) -> RecordedEvent:
    plain = RecordedEvent(
        position,
        1_790_000_000_000_000 + position,
        UUID(int=2**100 + position % 3),
        1 + (position - 1) // 3,
        "Unit.Renamed",
        f'{{"name":"Größe {position}"}}'.encode(),
        b'{"actor":"1e"}',
        b"",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class InMemoryLog:
    events: tuple[RecordedEvent, ...]

    @classmethod
    def from_events(cls, events: Iterable[RecordedEvent]) -> "InMemoryLog":
        """Create a log of these events with a recomputed chain."""
        chain, linked = GENESIS, []
        for each in events:
            chain = extend_chain(chain, leaf_hash(each))
            linked.append(replace(each, chain=chain))
        return cls(tuple(linked))

    def events_after(self, *, after: int, limit: int = 500) -> list[RecordedEvent]:
        return list(self.events[after : after + limit])

    def events_at(self, positions: Iterable[int]) -> list[RecordedEvent]:
        return [self.events[position - 1] for position in positions if position <= len(self.events)]

    def fetch_hashes(self, nodes: Iterable[Node]) -> list[bytes]:
        return [self._hash(*node) for node in nodes]

    def _hash(self, level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(self.events[index])
        return hash_pair(self._hash(level - 1, 2 * index), self._hash(level - 1, 2 * index + 1))

    def signed_note(self, size: int | None = None, *keys: SigningKey) -> str:
        size = len(self.events) if size is None else size
        return sign_checkpoint(Checkpoint(NAME, size, compute_root(size, self.fetch_hashes)), keys or [OUR_KEY])

    def full_export(self, note: str | None = None) -> list[bytes]:
        return list(export.export_all(self, note or self.signed_note(), len(self.events)))

    def partial_export(self, *positions: int, since: int = 0, note: str | None = None) -> list[bytes]:
        return list(export.export_selection(self, note or self.signed_note(), len(self.events), positions, since=since))


def leaf_hash(each: RecordedEvent) -> bytes:
    return hash_leaf(
        each.position,
        each.recorded_at,
        each.originator_id,
        each.originator_version,
        each.topic,
        each.state,
        each.envelope,
    )


@cache
def create_log(count: int) -> InMemoryLog:
    return InMemoryLog.from_events(create_event(position) for position in range(1, count + 1))


def verify_lines(lines: Iterable[bytes], kept: str, *keys: SigningKey):
    return verify(lines, kept, [key.verifier for key in keys or [OUR_KEY]])
