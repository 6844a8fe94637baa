"""Snapshots of long streams."""

from decimal import Decimal

import pytest

from okr_events.commands.loading import SNAPSHOT_EVERY
from okr_events.domain.key_result import KeyResult


@pytest.fixture
def long_key_result(okrs, intent, world):
    """A key result with two snapshots and two further events, whose baseline was captured twice."""
    id = okrs.define_key_result(intent, world.build, title="Share", metric={"kind": "increase", "relative": "0.2"}).id
    for start in range(1, 2 * SNAPSHOT_EVERY, 50):
        okrs.check_in_batch(intent, [{"key_result_id": id, "value": Decimal(start + n)} for n in range(50)])
    return id


def replay_all_events(okrs, id):
    aggregate = None
    for stored in okrs.recorder.select_events(id):
        aggregate = okrs.mapper.to_domain_event(stored).mutate(aggregate)
    return aggregate


def test_a_long_stream_loads_the_same_from_a_snapshot_as_from_its_events(okrs, long_key_result):
    loaded, whole = okrs.load(KeyResult, long_key_result), replay_all_events(okrs, long_key_result)
    assert loaded.version == 402
    assert vars(loaded) == vars(whole)


def test_a_snapshot_is_taken_after_the_batch_that_reaches_every_two_hundredth_event(store, long_key_result):
    assert [stored.originator_version for stored in store.log.snapshots.select_events(long_key_result)] == [202, 402]


def test_a_long_stream_accepts_further_commands(okrs, intent_with_reason, long_key_result):
    first = next(iter(okrs.load(KeyResult, long_key_result).check_ins))
    answer = okrs.correct_check_in(intent_with_reason, long_key_result, type(long_key_result)(first), value=Decimal(10))
    assert answer.events == 2
    assert okrs.load(KeyResult, long_key_result).metric["baseline"] == "10"
    assert vars(okrs.load(KeyResult, long_key_result)) == vars(replay_all_events(okrs, long_key_result))
