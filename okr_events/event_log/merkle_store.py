"""The Merkle tree as the log keeps it: beside every event the hashes of the nodes that its leaf completes, from the leaf up.

A node is found in one row, by the position that completes it, so a proof reads as many rows as the tree is deep.
"""

from collections.abc import Iterable, Sequence

from okr_events.event_log.constraints import Run
from okr_events.event_log.hash_chain import Recorded, leaf
from okr_events.event_log.merkle import SIZE, Node, completed_at, grown, spanning

TABLES = ("CREATE TABLE IF NOT EXISTS {log}tree (position BIGINT NOT NULL PRIMARY KEY, nodes {bytes} NOT NULL)",)


class NodeMissing(Exception):
    """The Merkle tree lacks a node that it must hold: its table was damaged."""


def hashes(run: Run, nodes: Sequence[Node]) -> list[bytes]:
    """The hashes of complete nodes, in their order. Raises `NodeMissing`."""
    positions = sorted({completed_at(node) for node in nodes})
    if not positions:
        return []
    marks = ", ".join(["%s"] * len(positions))
    found = run(f"SELECT position, nodes FROM tree WHERE position IN ({marks})", positions)  # noqa: S608 - marks only
    rows = {position: bytes(data) for position, data in found}
    return [_hash(rows.get(completed_at(node), b""), node) for node in nodes]


def _hash(row: bytes, node: Node) -> bytes:
    hashed = row[node[0] * SIZE : (node[0] + 1) * SIZE]
    if len(hashed) != SIZE:
        raise NodeMissing(f"level {node[0]}, index {node[1]}")
    return hashed


def peaks(run: Run, size: int) -> bytes:
    """The peaks of the tree of the first `size` leaves, one after the other."""
    return b"".join(hashes(run, spanning(0, size)))


def extended(size: int, peaks: bytes, leaves: Iterable[bytes]) -> tuple[list[bytes], bytes]:
    """A row for each leaf, and the peaks afterwards."""
    left, rows = [peaks[start : start + SIZE] for start in range(0, len(peaks), SIZE)], []
    for leaf_hash in leaves:
        left, completed = grown(left, size, leaf_hash)
        rows.append(b"".join(completed))
        size += 1
    return rows, b"".join(left)


def leaf_of(event: Recorded) -> bytes:
    return leaf(
        event.position,
        event.recorded_at,
        event.originator_id,
        event.originator_version,
        event.topic,
        event.state,
        event.envelope,
    )
