"""The Merkle tree grows with the log."""

from hashlib import sha256
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import LogDamaged, VersionConflict
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.merkle import EMPTY_ROOT, hash_pair
from okr_events.event_log.merkle_store import hash_event


def reference_root(leaves):
    """The definition of RFC 6962, implemented literally."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hash_pair(reference_root(leaves[:half]), reference_root(leaves[half:]))


def read_leaves(log):
    found = []
    while some := log.events_after(after=len(found), limit=CHUNK):
        found += map(hash_event, some)
    return found


@pytest.mark.parametrize("appends", [[], [1], [1] * 9, [5, 1, 3], [CHUNK + 3, 1, CHUNK]])
def test_the_root_of_every_size_is_that_of_its_leaves(store, append, appends):
    for count in appends:
        append(count)
    leaves = read_leaves(store.log)
    assert len(leaves) == sum(appends)
    for size in {*range(min(len(leaves), 20) + 1), len(leaves)}:
        assert store.log.compute_root(size) == reference_root(leaves[:size])
    head = store.log.head()
    assert b"".join(store.log.fetch_hashes([(0, 0)] if leaves else [])) == b"".join(leaves[:1])
    assert len(head.peaks) == sha256().digest_size * head.position.bit_count()


def test_another_process_goes_on_where_the_first_one_ended(store, append):
    append(3)
    other = store.reopen()
    other.log.insert_events([StoredEvent(uuid4(), 1, "Unit.Renamed", b"{}")], envelope=[Envelope(uuid4())])
    other.close()
    append(4)
    assert store.log.compute_root(8) == reference_root(read_leaves(store.log))


def test_an_append_that_fails_leaves_the_tree_as_it_was(store, append):
    stream = uuid4()
    append(2, stream=stream)
    before = store.log.head().peaks, store.log.compute_root(2)
    with pytest.raises(VersionConflict):
        append(1, stream=stream)
    assert (store.log.head().peaks, store.log.compute_root(2)) == before
    append(1)
    assert store.log.compute_root(3) == reference_root(read_leaves(store.log))


def drop_guards(run, engine):
    run("DROP TRIGGER tree_DELETE" if engine == "sqlite" else "SET LOCAL session_replication_role = replica", ())


def test_a_node_that_is_not_complete_is_not_there(store, append):
    append(3)
    with pytest.raises(LogDamaged):
        store.log.fetch_hashes([(2, 0)])


def test_rows_that_an_earlier_version_did_not_write_are_added(store, append):
    append(13)
    kept = store.log.head().peaks, store.log.fetch_hashes([(level, 0) for level in range(4)])
    with store.log.append_transaction() as run:
        drop_guards(run, store.log.engine)
        run("DELETE FROM tree WHERE position > 5", ())
        run("UPDATE head SET peaks = %s", (b"",))
    store.log.complete_tree()
    assert (store.log.head().peaks, store.log.fetch_hashes([(level, 0) for level in range(4)])) == kept
    store.log.complete_tree()
    append(1)
    assert store.log.compute_root(14) == reference_root(read_leaves(store.log))
