"""The Merkle tree agrees with the independent pymerkle and rejects forged proofs."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from okr_events.event_log import merkle

MOST = 200
ENTRIES = [f"entry {number}".encode() for number in range(1000)]
LEAVES = [sha256(b"\x00" + entry).digest() for entry in ENTRIES]
SIZES = st.integers(1, len(ENTRIES))
HASH = st.binary(min_size=32, max_size=32)


@cache
def create_pymerkle_tree():
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(ENTRIES)
    return tree


@cache
def hash_of_node(node):
    level, index = node
    if level == 0:
        return LEAVES[index]
    return merkle.hash_pair(hash_of_node((level - 1, 2 * index)), hash_of_node((level - 1, 2 * index + 1)))


def compute_hashes(nodes):
    return [hash_of_node(node) for node in nodes]


@cache
def range_root(start, end):
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(ENTRIES[start:end])
    return tree.get_root()


def rfc_6962_proof(earlier, start, end, *, whole=True):
    """SUBPROOF of RFC 6962 section 2.1.2, over pymerkle's roots of ranges."""
    if earlier == end - start:
        return [] if whole else [range_root(start, end)]
    half = 1 << (end - start - 1).bit_length() - 1
    if earlier <= half:
        return [*rfc_6962_proof(earlier, start, start + half, whole=whole), range_root(start + half, end)]
    return [*rfc_6962_proof(earlier - half, start + half, end, whole=False), range_root(start, start + half)]


def test_roots_are_pymerkles_for_1_to_200_leaves():
    for size in range(1, MOST + 1):
        assert merkle.compute_root(size, compute_hashes) == create_pymerkle_tree().get_root(size)


def test_the_root_of_no_leaves_is_the_hash_of_nothing():
    assert merkle.compute_root(0, compute_hashes) == sha256(b"").digest() == InmemoryTree(algorithm="sha256").get_root()


def test_growing_a_leaf_at_a_time_gives_the_same_roots_and_completes_every_node_once():
    peaks, known = [], {}
    for size, leaf in enumerate(LEAVES[:MOST]):
        peaks, completed = merkle.append_leaf(peaks, size, leaf)
        assert merkle.fold_peaks(peaks) == create_pymerkle_tree().get_root(size + 1)
        for level, node in enumerate(completed):
            assert merkle.completing_position((level, size >> level)) == size + 1
            known[level, size >> level] = node
    assert known == {node: hash_of_node(node) for node in known}
    assert len(known) == sum(MOST >> level for level in range(MOST.bit_length()))


def test_inclusion_proofs_are_pymerkles_for_every_position_of_1_to_200_leaves():
    for size in range(1, MOST + 1):
        root = create_pymerkle_tree().get_root(size)
        for position in range(1, size + 1):
            proof = merkle.inclusion_proof(position, size, compute_hashes)
            assert proof == create_pymerkle_tree().prove_inclusion(position, size).path[1:]
            assert merkle.verify_inclusion(LEAVES[position - 1], position, size, proof, root)


def test_consistency_proofs_are_those_of_the_rfc_over_pymerkles_roots_for_every_pair_up_to_200():
    for size in range(1, MOST + 1):
        for earlier in range(1, size + 1):
            proof = merkle.consistency_proof(earlier, size, compute_hashes)
            assert proof == rfc_6962_proof(earlier, 0, size)
            assert merkle.verify_consistency(earlier, size, proof, range_root(0, earlier), range_root(0, size))


@given(st.lists(SIZES, unique=True))
def test_many_proofs_by_one_lookup_are_those_of_each(positions):
    lookups = []

    def counted(nodes):
        lookups.append(nodes)
        return compute_hashes(nodes)

    proofs = merkle.inclusion_proofs(positions, len(ENTRIES), counted)
    assert proofs == [merkle.inclusion_proof(position, len(ENTRIES), compute_hashes) for position in positions]
    assert len(lookups) == 1
    assert len(set(lookups[0])) == len(lookups[0])


@given(SIZES, SIZES)
def test_pymerkle_agrees_that_an_earlier_tree_begins_a_later_one(one, other):
    earlier, size = sorted((one, other))
    first, second = (merkle.compute_root(count, compute_hashes) for count in (earlier, size))
    create_pymerkle_tree().prove_consistency(earlier, size).verify(first, second, prior_size=earlier, later_size=size)


@given(SIZES, SIZES)
def test_proofs_of_large_trees_are_accepted(one, other):
    earlier, size = sorted((one, other))
    root = create_pymerkle_tree().get_root(size)
    assert merkle.verify_inclusion(
        LEAVES[earlier - 1], earlier, size, merkle.inclusion_proof(earlier, size, compute_hashes), root
    )
    assert merkle.verify_consistency(
        earlier, size, merkle.consistency_proof(earlier, size, compute_hashes), create_pymerkle_tree().get_root(earlier), root
    )


@given(SIZES, SIZES, SIZES)
def test_a_proof_is_refused_for_another_leaf_position_or_root(position, other, size):
    position, size = min(position, size), max(position, size)
    proof, root = merkle.inclusion_proof(position, size, compute_hashes), merkle.compute_root(size, compute_hashes)
    leaf = LEAVES[position - 1]
    if other != position:
        assert not merkle.verify_inclusion(leaf, other, size, proof, root)
        assert not merkle.verify_inclusion(LEAVES[other - 1], position, size, proof, root)
    if other != size:
        assert not merkle.verify_inclusion(leaf, position, size, proof, merkle.compute_root(other, compute_hashes))


def test_a_proof_is_refused_in_a_tree_of_another_size_unless_the_path_is_the_very_same():
    """Sizes that share an audit path prove the same leaf and root, so the size is signed with the root."""
    for size in range(1, 40):
        for position in range(1, size + 1):
            proof, root = merkle.inclusion_proof(position, size, compute_hashes), merkle.compute_root(size, compute_hashes)
            for other in range(40):
                accepted = merkle.verify_inclusion(LEAVES[position - 1], position, other, proof, root)
                assert accepted == (other >= position and proof_sides(position, other) == proof_sides(position, size))


def proof_sides(position, size):
    """Return the side of each step of a proof on the path from a leaf to the root."""
    index, start, end, sides = position - 1, 0, size, []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        left = index < middle
        start, end = (start, middle) if left else (middle, end)
        sides.append(left)
    return sides[::-1]


@given(SIZES, SIZES, st.data())
def test_a_proof_with_one_bit_or_one_hash_changed_is_refused(one, other, data):
    earlier, size = sorted((one, other))
    root, first = merkle.compute_root(size, compute_hashes), merkle.compute_root(earlier, compute_hashes)
    for proof, accepted in (
        (
            merkle.inclusion_proof(earlier, size, compute_hashes),
            lambda p: merkle.verify_inclusion(LEAVES[earlier - 1], earlier, size, p, root),
        ),
        (
            merkle.consistency_proof(earlier, size, compute_hashes),
            lambda p: merkle.verify_consistency(earlier, size, p, first, root),
        ),
    ):
        assert accepted(proof)
        assert not accepted([*proof, root])
        if proof:
            place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
            turned = (int.from_bytes(proof[place]) ^ 1 << bit).to_bytes(32)
            assert not accepted([*proof[:place], turned, *proof[place + 1 :]])
            assert not accepted([*proof[:place], *proof[place + 1 :]])
            assert not accepted([*proof[: place + 1], *proof[place:]])


@given(SIZES, SIZES, SIZES)
def test_a_consistency_proof_is_refused_between_other_roots(one, other, third):
    earlier, size = sorted((one, other))
    proof = merkle.consistency_proof(earlier, size, compute_hashes)
    roots = [merkle.compute_root(count, compute_hashes) for count in (earlier, size, third)]
    if third != earlier:
        assert not merkle.verify_consistency(earlier, size, proof, roots[2], roots[1])
    if third != size:
        assert not merkle.verify_consistency(earlier, size, proof, roots[0], roots[2])


@given(st.integers(-3, 2**70), st.integers(-3, 2**70), st.lists(st.binary(max_size=40), max_size=80), HASH, HASH)
def test_junk_is_refused_and_raises_nothing(one, other, proof, first, second):
    assert not merkle.verify_inclusion(first, one, other, proof, second)
    if not (one == other and first == second):
        assert not merkle.verify_consistency(one, other, proof, first, second)


@pytest.mark.parametrize(("earlier", "size"), [(0, 0), (0, 5), (-1, 5), (6, 5)])
def test_no_proof_makes_a_tree_of_no_leaves_or_a_larger_one_the_beginning(earlier, size):
    assert not merkle.verify_consistency(earlier, size, [bytes(32)], merkle.EMPTY_ROOT, merkle.compute_root(5, compute_hashes))
