"""A log in memory that exports as the real ones do, and what an auditor holds against it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from okr_events.audit import export
from okr_events.audit.verify import verify
from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, signed
from okr_events.event_log.hash_chain import GENESIS, Recorded, chained, leaf
from okr_events.event_log.merkle import Node, joined, root

NAME = "okr.example/log"
OURS = SigningKey(NAME, bytes(range(32)))
THEIRS = SigningKey(NAME, bytes(range(1, 33)))
"""A key of somebody who is not us, under our name."""


def event(position: int, **fields: object) -> Recorded:
    plain = Recorded(
        position,
        1_790_000_000_000_000 + position,
        UUID(int=2**100 + position % 3),
        1 + position // 3,
        "Unit.Renamed",
        f'{{"name":"Größe {position}"}}'.encode(),
        b'{"actor":"1e"}',
        b"",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class PlainLog:
    events: tuple[Recorded, ...]

    @classmethod
    def of(cls, events: Iterable[Recorded]) -> "PlainLog":
        """The events with the chain computed over them, whatever they say."""
        chain, linked = GENESIS, []
        for each in events:
            chain = chained(chain, leaf_of(each))
            linked.append(replace(each, chain=chain))
        return cls(tuple(linked))

    def recorded(self, *, after: int, limit: int = 500) -> list[Recorded]:
        return list(self.events[after : after + limit])

    def at(self, positions: Iterable[int]) -> list[Recorded]:
        return [self.events[position - 1] for position in positions if position <= len(self.events)]

    def hashes(self, nodes: Iterable[Node]) -> list[bytes]:
        return [self._hash(*node) for node in nodes]

    def _hash(self, level: int, index: int) -> bytes:
        if level == 0:
            return leaf_of(self.events[index])
        return joined(self._hash(level - 1, 2 * index), self._hash(level - 1, 2 * index + 1))

    def note(self, size: int | None = None, *keys: SigningKey) -> str:
        size = len(self.events) if size is None else size
        return signed(Checkpoint(NAME, size, root(size, self.hashes)), keys or [OURS])

    def whole(self, note: str | None = None) -> list[bytes]:
        return list(export.whole(self, note or self.note(), len(self.events)))

    def selection(self, *positions: int, since: int = 0, note: str | None = None) -> list[bytes]:
        return list(export.selection(self, note or self.note(), len(self.events), positions, since=since))


def leaf_of(each: Recorded) -> bytes:
    return leaf(
        each.position,
        each.recorded_at,
        each.originator_id,
        each.originator_version,
        each.topic,
        each.state,
        each.envelope,
    )


@cache
def a_log(count: int) -> PlainLog:
    return PlainLog.of(event(position) for position in range(1, count + 1))


def judged(lines: Iterable[bytes], kept: str, *keys: SigningKey):
    return verify(lines, kept, [key.verifier for key in keys or [OURS]])
