"""Export of the log, or of some events, as lines for `verify`. docs/auditing.md describes the format."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from okr_events.audit.export_format import encode_proof, serialize_line
from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.event_log.merkle import Node, consistency_proof, inclusion_proofs
from okr_events.json_types import JsonObject

PAGE_SIZE = 500
PROOF_BATCH = 100
"""Events per query of the Merkle tree."""


class EventSource(Protocol):
    def events_after(self, *, after: int, limit: int = ...) -> list[RecordedEvent]: ...


class ProofSource(Protocol):
    def events_at(self, positions: Sequence[int]) -> list[RecordedEvent]: ...

    def fetch_hashes(self, nodes: Sequence[Node]) -> list[bytes]: ...


class Unexportable(Unavailable):
    code = "unexportable"
    title = "The log is damaged and cannot be exported. Run `okr doctor` for details."


def export_all(log: EventSource, note: str, size: int) -> Iterator[bytes]:
    """Yield all events up to the size of a checkpoint, then its note. Raises `Unexportable`."""
    position = 0
    while position < size:
        page = log.events_after(after=position, limit=min(PAGE_SIZE, size - position))
        yield from serialize_following(page, position)
        position += len(page)
    yield serialize_line({"checkpoint": note})


def serialize_following(page: Sequence[RecordedEvent], position: int) -> Iterator[bytes]:
    """Yield the events after a position, each with its chain link. Raises `Unexportable` if there is a gap."""
    _check_complete([event.position for event in page], range(position + 1, position + 1 + (len(page) or 1)))
    for event in page:
        yield serialize_line({"chain": event.chain.hex(), **_event_members(event)})


def export_selection(log: ProofSource, note: str, size: int, positions: Iterable[int], *, since: int = 0) -> Iterator[bytes]:
    """Yield the events at these positions (in order), each with its proof, then the note of the checkpoint.

    The last line proves that the tree of the checkpoint extends that of the first `since` events. Raises `Unexportable`.
    """
    remaining = iter(positions)
    while batch := list(islice(remaining, PROOF_BATCH)):
        events = log.events_at(batch)
        _check_complete([event.position for event in events], batch)
        for event, path in zip(events, inclusion_proofs(batch, size, log.fetch_hashes), strict=True):
            yield serialize_line({**_event_members(event), "proof": encode_proof(path), "size": size})
    proof = {"consistency": encode_proof(consistency_proof(since, size, log.fetch_hashes))} if 0 < since < size else {}
    yield serialize_line({"checkpoint": note, **proof})


def _check_complete(positions: Sequence[int], expected: Sequence[int]) -> None:
    if missing := {*expected} - {*positions}:
        raise Unexportable(f"Position {min(missing)}: the event is missing from the log.")


def _event_members(event: RecordedEvent) -> JsonObject:
    return {
        "envelope": _decode_text(event.envelope, event.position),
        "originator_id": str(event.originator_id),
        "originator_version": event.originator_version,
        "position": event.position,
        "recorded_at": event.recorded_at,
        "state": _decode_text(event.state, event.position),
        "topic": event.topic,
    }


def _decode_text(stored: bytes, position: int) -> str:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        raise Unexportable(f"Position {position}: the stored bytes are not UTF-8, so they were changed.") from None
