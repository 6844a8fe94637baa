"""Exporting: the log, or some of its events, as lines that `verify` takes; the format is described in docs/auditing.md."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

from okr_events.audit.export_format import encoded, written
from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import Recorded
from okr_events.event_log.merkle import Node, consistency, inclusions

PAGE = 500
PROOFS = 100
"""How many events are proved by one look at the tree."""


class Ordered(Protocol):
    """What an export of everything reads of the log."""

    def recorded(self, *, after: int, limit: int = ...) -> list[Recorded]: ...


class Proving(Protocol):
    """What a selection reads of the log."""

    def at(self, positions: Sequence[int]) -> list[Recorded]: ...

    def hashes(self, nodes: Sequence[Node]) -> list[bytes]: ...


class Unexportable(Unavailable):
    code = "unexportable"
    title = "The log cannot be exported as it stands: `okr doctor` says more."


def whole(log: Ordered, note: str, size: int) -> Iterator[bytes]:
    """All events up to the size of a checkpoint, then its note. Raises `Unexportable`."""
    position = 0
    while position < size:
        page = log.recorded(after=position, limit=min(PAGE, size - position))
        yield from following(page, position)
        position += len(page)
    yield written({"checkpoint": note})


def following(page: Sequence[Recorded], position: int) -> Iterator[bytes]:
    """Events that follow a position without a gap, each with its link in the chain. Raises `Unexportable`."""
    _check([event.position for event in page], range(position + 1, position + 1 + (len(page) or 1)))
    for event in page:
        yield written({"chain": event.chain.hex(), **_members(event)})


def selection(log: Proving, note: str, size: int, positions: Iterable[int], *, since: int = 0) -> Iterator[bytes]:
    """The events at rising positions, each with its proof, then the note of the checkpoint.

    The last line proves that the tree of the first `since` events begins the checkpoint's, where that is another one.
    Raises `Unexportable`.
    """
    rising = iter(positions)
    while some := list(islice(rising, PROOFS)):
        events = log.at(some)
        _check([event.position for event in events], some)
        for event, proof in zip(events, inclusions(some, size, log.hashes), strict=True):
            yield written({**_members(event), "proof": encoded(proof), "size": size})
    proven = {"consistency": encoded(consistency(since, size, log.hashes))} if 0 < since < size else {}
    yield written({"checkpoint": note, **proven})


def _check(found: Sequence[int], wanted: Sequence[int]) -> None:
    missing = sorted({*wanted} - {*found})
    if missing:
        raise Unexportable(f"Position {missing[0]}: there is no event in the log.")


def _members(event: Recorded) -> dict[str, Any]:
    return {
        "envelope": _text(event.envelope, event.position),
        "originator_id": str(event.originator_id),
        "originator_version": event.originator_version,
        "position": event.position,
        "recorded_at": event.recorded_at,
        "state": _text(event.state, event.position),
        "topic": event.topic,
    }


def _text(stored: bytes, position: int) -> str:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        raise Unexportable(f"Position {position}: what is stored there is not UTF-8, so it was changed.") from None
