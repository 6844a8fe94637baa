"""The Merkle tree over the log's leaves (RFC 6962 section 2.1): roots, inclusion proofs and consistency proofs.

A tree consists of complete subtrees, the largest first, one per bit set in its size; their roots are its *peaks*. A node is
identified by its level (0 for a leaf) and its index in that level; the leaf at position `(index + 1) << level` completes it.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of the empty tree."""

Node = tuple[int, int]
HashLookup = Callable[[Sequence[Node]], Sequence[bytes]]
"""Returns the hashes of complete nodes, in the order given."""


def hash_pair(left: bytes, right: bytes) -> bytes:
    """Return the hash of a parent node: SHA-256 over the byte 1 and both children."""
    return sha256(b"\x01" + left + right).digest()


def append_leaf(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the peaks after one more leaf, and the hashes of the nodes that it completes, from the leaf up."""
    completed, left = [leaf], list(peaks)
    while size & 1:
        completed.append(hash_pair(left.pop(), completed[-1]))
        size >>= 1
    return [*left, completed[-1]], completed


def fold_peaks(peaks: Sequence[bytes]) -> bytes:
    """Return the root of the tree with these peaks."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = hash_pair(peak, root)
    return root


def completing_position(node: Node) -> int:
    """Return the position of the leaf that completes a node."""
    level, index = node
    return (index + 1) << level


def cover_range(start: int, end: int) -> list[Node]:
    """Return the fewest complete nodes that cover the leaves `[start, end)`; `start` begins a subtree of that length."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def compute_root(size: int, hashes: HashLookup) -> bytes:
    """Return the root of the first `size` leaves."""
    return fold_peaks(hashes(cover_range(0, size)))


def inclusion_proof(position: int, size: int, hashes: HashLookup) -> list[bytes]:
    """Return the audit path of the leaf at a position (from 1) in the tree of the first `size` leaves (RFC 6962, 2.1.1)."""
    return _fold_groups(_inclusion_groups(position - 1, size), hashes)


def inclusion_proofs(positions: Sequence[int], size: int, hashes: HashLookup) -> list[list[bytes]]:
    """Return the audit paths of the leaves at these positions, with one lookup."""
    paths = [_inclusion_groups(position - 1, size) for position in positions]
    nodes = list(dict.fromkeys(node for path in paths for group in path for node in group))
    by_node = dict(zip(nodes, hashes(nodes), strict=True))
    return [[fold_peaks([by_node[node] for node in group]) for group in path] for path in paths]


def consistency_proof(earlier: int, size: int, hashes: HashLookup) -> list[bytes]:
    """Return the proof that the tree of `size` leaves extends that of the first `earlier` (at least 1; RFC 6962, 2.1.2)."""
    return _fold_groups(_consistency_groups(earlier, size), hashes)


def verify_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the audit path of the leaf at a position leads to this root."""
    return root_from_proof(leaf, position, size, proof) == root


def root_from_proof(leaf: bytes, position: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to, or `None` if it does not fit the tree (RFC 9162, 2.1.3.2)."""
    if not 1 <= position <= size:
        return None
    index, last, above = position - 1, size - 1, leaf
    for hashed in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            above = hash_pair(hashed, above)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            above = hash_pair(above, hashed)
        index, last = index >> 1, last >> 1
    return above if last == 0 else None


def verify_consistency(earlier: int, size: int, proof: Sequence[bytes], first: bytes, second: bytes) -> bool:
    """Return whether a tree with the root `second` extends one with the root `first` (RFC 9162, 2.1.4.2)."""
    if earlier == size:
        return not proof and first == second
    if not 1 <= earlier < size:
        return False
    path = [first, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not path:
        return False
    index, last = earlier - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    below, above = path[0], path[0]
    for hashed in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            below, above = hash_pair(hashed, below), hash_pair(hashed, above)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            above = hash_pair(above, hashed)
        index, last = index >> 1, last >> 1
    return last == 0 and below == first and above == second


Group = list[Node]
"""Neighbouring nodes that form one hash of a proof, folded like peaks."""


def _inclusion_groups(index: int, size: int) -> list[Group]:
    """Return the siblings of the path from a leaf to the root, from the leaf up."""
    start, end, groups = 0, size, list[Group]()
    while end - start > 1:
        middle = start + _split_point(end - start)
        if index < middle:
            groups.append(cover_range(middle, end))
            end = middle
        else:
            groups.append(cover_range(start, middle))
            start = middle
    return groups[::-1]


def _consistency_groups(earlier: int, size: int) -> list[Group]:
    start, end, groups = 0, size, list[Group]()
    while earlier != end:
        middle = start + _split_point(end - start)
        if earlier <= middle:
            groups.append(cover_range(middle, end))
            end = middle
        else:
            groups.append(cover_range(start, middle))
            start = middle
    if start:
        groups.append(cover_range(start, end))
    return groups[::-1]


def _split_point(length: int) -> int:
    """Return the largest power of two below a length."""
    return 1 << (length - 1).bit_length() - 1


def _fold_groups(groups: Sequence[Group], hashes: HashLookup) -> list[bytes]:
    folded = iter(hashes([node for group in groups for node in group]))
    return [fold_peaks([next(folded) for _ in group]) for group in groups]
