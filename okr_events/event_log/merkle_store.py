"""Storage of the Merkle tree: the row of an event holds the hashes of the nodes that its leaf completes, from the leaf up.

Each node is in the row of the position that completes it, so a proof reads one row per level of the tree.
"""

from collections.abc import Iterable, Sequence

from okr_events.domain.errors import LogDamaged
from okr_events.event_log.constraints import RunStatement, placeholders
from okr_events.event_log.hash_chain import RecordedEvent, hash_leaf
from okr_events.event_log.merkle import HASH_SIZE, Node, append_leaf, completing_position, cover_range

TABLES = ("CREATE TABLE IF NOT EXISTS {log}tree (position BIGINT NOT NULL PRIMARY KEY, nodes {bytes} NOT NULL)",)


def fetch_hashes(run: RunStatement, nodes: Sequence[Node]) -> list[bytes]:
    """Return the hashes of complete nodes, in the order given. Raises `LogDamaged` if the table lacks one."""
    positions = sorted({completing_position(node) for node in nodes})
    if not positions:
        return []
    query = f"SELECT position, nodes FROM tree WHERE position IN ({placeholders(positions)})"  # noqa: S608 - placeholders only
    stored: dict[int, bytes] = {position: bytes(data) for position, data in run(query, positions)}
    return [_slice_hash(stored.get(completing_position(node), b""), node) for node in nodes]


def _slice_hash(row: bytes, node: Node) -> bytes:
    hashed = row[node[0] * HASH_SIZE : (node[0] + 1) * HASH_SIZE]
    if len(hashed) != HASH_SIZE:
        raise LogDamaged(f"The Merkle tree lacks a node (level {node[0]}, index {node[1]}). Run `okr doctor` for details.")
    return hashed


def fetch_peaks(run: RunStatement, size: int) -> bytes:
    """Return the concatenated peaks of the tree over the first `size` leaves."""
    return b"".join(fetch_hashes(run, cover_range(0, size)))


def append_leaves(size: int, peaks: bytes, leaves: Iterable[bytes]) -> tuple[list[bytes], bytes]:
    """Return the row of each leaf, and the concatenated peaks afterwards."""
    left, rows = [peaks[start : start + HASH_SIZE] for start in range(0, len(peaks), HASH_SIZE)], []
    for leaf_hash in leaves:
        left, completed = append_leaf(left, size, leaf_hash)
        rows.append(b"".join(completed))
        size += 1
    return rows, b"".join(left)


def hash_event(event: RecordedEvent) -> bytes:
    id, version = event.originator_id, event.originator_version
    return hash_leaf(event.position, event.recorded_at, id, version, event.topic, event.state, event.envelope)
