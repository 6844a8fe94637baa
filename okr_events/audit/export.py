"""Exporting: the log, or some of its events, as lines that `verify` takes; the format is described in docs/auditing.md."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

from okr_events.audit.export_format import encode_proof, serialize_line
from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.event_log.merkle import Node, consistency_proof, inclusion_proofs

PAGE_SIZE = 500
PROOF_BATCH = 100
"""How many events are proved by one look at the tree."""


class EventSource(Protocol):
    """What an export of everything reads of the log."""

    def events_after(self, *, after: int, limit: int = ...) -> list[RecordedEvent]: ...


class ProofSource(Protocol):
    """What a selection reads of the log."""

    def events_at(self, positions: Sequence[int]) -> list[RecordedEvent]: ...

    def fetch_hashes(self, nodes: Sequence[Node]) -> list[bytes]: ...


class Unexportable(Unavailable):
    code = "unexportable"
    title = "The log cannot be exported as it stands: `okr doctor` says more."


def export_all(log: EventSource, note: str, size: int) -> Iterator[bytes]:
    """All events up to the size of a checkpoint, then its note. Raises `Unexportable`."""
    position = 0
    while position < size:
        page = log.events_after(after=position, limit=min(PAGE_SIZE, size - position))
        yield from serialize_following(page, position)
        position += len(page)
    yield serialize_line({"checkpoint": note})


def serialize_following(page: Sequence[RecordedEvent], position: int) -> Iterator[bytes]:
    """Events that follow a position without a gap, each with its link in the chain. Raises `Unexportable`."""
    _check_complete([event.position for event in page], range(position + 1, position + 1 + (len(page) or 1)))
    for event in page:
        yield serialize_line({"chain": event.chain.hex(), **_event_members(event)})


def export_selection(log: ProofSource, note: str, size: int, positions: Iterable[int], *, since: int = 0) -> Iterator[bytes]:
    """The events at rising positions, each with its proof, then the note of the checkpoint.

    The last line proves that the tree of the first `since` events begins the checkpoint's, where that is another one.
    Raises `Unexportable`.
    """
    rising = iter(positions)
    while some := list(islice(rising, PROOF_BATCH)):
        events = log.events_at(some)
        _check_complete([event.position for event in events], some)
        for event, proof in zip(events, inclusion_proofs(some, size, log.fetch_hashes), strict=True):
            yield serialize_line({**_event_members(event), "proof": encode_proof(proof), "size": size})
    proven = {"consistency": encode_proof(consistency_proof(since, size, log.fetch_hashes))} if 0 < since < size else {}
    yield serialize_line({"checkpoint": note, **proven})


def _check_complete(found: Sequence[int], wanted: Sequence[int]) -> None:
    missing = sorted({*wanted} - {*found})
    if missing:
        raise Unexportable(f"Position {missing[0]}: there is no event in the log.")


def _event_members(event: RecordedEvent) -> dict[str, Any]:
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
        raise Unexportable(f"Position {position}: what is stored there is not UTF-8, so it was changed.") from None
