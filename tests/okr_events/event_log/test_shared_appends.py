"""Appends that come together are written together, and each is recorded or refused for itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from threading import Event
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import LogUnwritable, ObjectiveEnded, VersionConflict
from okr_events.event_log import merkle_store
from okr_events.event_log.append import Append
from okr_events.event_log.append_queue import MAX_GROUP
from okr_events.event_log.constraints import Claim, MarkEnded
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import GENESIS, extend_chain
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.event_log.looks import NotEnded
from tests.okr_events.event_log.conftest import ACTOR

KEY = IdempotencyKey(b"caller and key", b"method, path and body")
RESULT = CommandResult(201, None, None, 0, 0)


def an_append(*constraints, stream=None, version=1, **options):
    event = StoredEvent(stream or uuid4(), version, "Unit.Renamed", b"{}")
    return Append([event], [Envelope(ACTOR)], constraints, **options)


@pytest.fixture
def record_together(store, monkeypatch):
    """Record appends that all wait while another is written; return what each raised, and the sizes of the groups."""

    def record(*appends):
        queue, entered, gate, sizes = store.log.append_queue, Event(), Event(), []

        def write(group):
            entered.set()
            assert gate.wait(60)
            sizes.append(len(group))
            store.log.record_group(group)

        monkeypatch.setattr(queue, "write", write)
        with ThreadPoolExecutor(len(appends) + 1) as pool:
            first = pool.submit(store.log.record, an_append())
            assert entered.wait(60)
            others = []
            for number, append in enumerate(appends, start=1):
                others.append(pool.submit(store.log.record, append))
                while len(queue.waiting) < number:
                    pass
            gate.set()
            first.result()
            return [other.exception() for other in others], sizes

    return record


def test_those_who_wait_share_a_transaction_and_keep_their_order(store, record_together):
    appends = [an_append() for _ in range(5)]
    errors, sizes = record_together(*appends)
    assert (errors, sizes) == ([None] * 5, [1, 5])
    assert [append.recorded[0].position for append in appends] == [2, 3, 4, 5, 6]
    assert store.log.events_after(after=1) == [append.recorded[0] for append in appends]


def test_a_group_has_a_largest_size(record_together):
    errors, sizes = record_together(*(an_append() for _ in range(MAX_GROUP + 3)))
    assert (set(errors), sizes) == ({None}, [1, MAX_GROUP, 3])


def test_a_refused_append_leaves_the_others_alone(store, append, record_together):
    ended = uuid4()
    append(constraints=[MarkEnded(ended)])
    appends = [an_append(), an_append(NotEnded((ended,))), an_append(NotEnded((uuid4(),)))]
    errors, sizes = record_together(*appends)
    assert [type(error) for error in errors] == [type(None), ObjectiveEnded, type(None)]
    assert sizes == [1, 3]
    assert store.log.head().position == 4
    assert not appends[1].recorded


def test_one_version_is_taken_once_in_a_group(store, append, record_together):
    stream = uuid4()
    append(stream=stream)
    errors, _ = record_together(*(an_append(stream=stream, version=2) for _ in range(3)))
    assert [type(error) for error in errors] == [type(None), VersionConflict, VersionConflict]
    assert store.log.head().position == 3


def test_one_key_is_answered_once_in_a_group(store, record_together):
    errors, _ = record_together(*(an_append(key=KEY, result=RESULT) for _ in range(3)))
    assert [type(error) for error in errors] == [type(None), DuplicateRequest, DuplicateRequest]
    assert {error.result.position for error in errors[1:]} == {2}
    assert store.log.find_result(KEY).position == 2
    assert store.log.head().position == 2


def test_nobody_is_told_that_it_was_recorded_when_the_group_is_not(monkeypatch, store, record_together):
    write = store.log.write

    def write_unless_together(run, recorded, *rest):
        if len(recorded) > 1:
            raise LogUnwritable
        write(run, recorded, *rest)

    monkeypatch.setattr(store.log, "write", write_unless_together)
    errors, _ = record_together(*(an_append() for _ in range(3)))
    assert {type(error) for error in errors} == {LogUnwritable}
    assert store.log.head().position == 1


def test_what_the_database_refuses_is_found_and_the_others_are_recorded(monkeypatch, store, record_together):
    write, poison = store.log.write, uuid4()

    def write_unless_poison(run, recorded, *rest):
        if any(event.originator_id == poison for event in recorded):
            raise RuntimeError("no such row")
        write(run, recorded, *rest)

    monkeypatch.setattr(store.log, "write", write_unless_poison)
    appends = [an_append(), an_append(stream=poison), an_append()]
    errors, _ = record_together(*appends)
    assert [type(error) for error in errors] == [type(None), RuntimeError, type(None)]
    assert [len(append.recorded) for append in appends] == [1, 0, 1]
    assert store.log.head().position == 3


def test_nothing_is_tried_again_when_nobody_knows_whether_it_was_committed(monkeypatch, store, record_together):
    append_transaction = store.log.append_transaction

    @contextmanager
    def lose_the_answer_to_the_commit():
        with append_transaction() as run:
            yield run
        if store.log.head().position > 1:
            raise RuntimeError("no answer")

    monkeypatch.setattr(store.log, "append_transaction", lose_the_answer_to_the_commit)
    errors, _ = record_together(*(an_append() for _ in range(3)))
    assert {str(error) for error in errors} == {"no answer"}
    assert store.log.head().position == 4


@pytest.mark.parametrize(
    "alone",
    [
        an_append(Claim("unit/a", "product", UUID(int=1))),
        an_append(rehearse=True),
        an_append(accept_clock=True),
        an_append(times=[1]),
        Append([StoredEvent(uuid4(), 1, "Unit.Renamed", b"{}")] * 33, [Envelope(ACTOR)] * 33),
    ],
)
def test_what_writes_more_than_events_goes_alone(alone):
    assert not alone.shares
    assert an_append(NotEnded((uuid4(),)), key=KEY, result=RESULT).shares


def test_chain_times_and_tree_go_on_through_groups(store, record_together):
    record_together(*(an_append() for _ in range(6)))
    recorded, chain, leaves = store.log.events_after(after=0), GENESIS, []
    for event in recorded:
        leaves.append(merkle_store.hash_event(event))
        chain = extend_chain(chain, leaves[-1])
        assert event.chain == chain
    assert all(earlier.recorded_at < later.recorded_at for earlier, later in pairwise(recorded))
    assert store.log.head().chain == chain
    assert store.log.compute_root(len(leaves)) == root_of(leaves)


def root_of(leaves):
    """The root as RFC 6962 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()
