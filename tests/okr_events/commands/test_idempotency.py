"""Repeated requests, dry runs and retries."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.domain.errors import IdempotencyKeyReused, NameTaken, VersionConflict
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.values import Level
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import DuplicateRequest, IdempotencyKey

D = Decimal
KEY = IdempotencyKey(b"caller and key", b"method, path and body")


def test_a_repeated_request_gets_its_first_result(okrs, intent, world, store):
    keyed = replace(intent, key=KEY)
    first = okrs.check_in(keyed, world.launch, value=D(2))
    head = store.log.head()
    with pytest.raises(DuplicateRequest) as again:
        okrs.check_in(keyed, world.launch, value=D(2))
    assert again.value.result == replace(first, replayed=True)
    assert store.log.find_result(KEY) == replace(first, replayed=True)
    assert store.log.head() == head


@pytest.mark.parametrize("expected", [None, 2])
def test_a_repeated_request_is_not_refused_because_of_its_own_change(okrs, intent_with_reason, world, expected):
    keyed = replace(intent_with_reason, key=KEY, expected=expected)
    first = okrs.cancel_key_result(keyed, world.launch)
    with pytest.raises(DuplicateRequest) as again:
        okrs.cancel_key_result(keyed, world.launch)
    assert again.value.result == replace(first, replayed=True)


def test_a_repeated_batch_gets_its_first_result(okrs, intent, world):
    keyed, rows = replace(intent, key=KEY), [{"key_result_id": world.launch, "value": D(2)}]
    first = okrs.check_in_batch(keyed, rows)
    with pytest.raises(DuplicateRequest) as again:
        okrs.check_in_batch(keyed, rows)
    assert again.value.result == replace(first, replayed=True)


def test_a_request_without_events_is_remembered_too(okrs, intent, world, store):
    first = okrs.change_objective(replace(intent, key=KEY), world.build, title="Build")
    assert first.events == 0
    assert store.log.find_result(KEY) == replace(first, replayed=True)


def test_a_request_without_events_claims_no_name(monkeypatch, okrs, intent, intent_with_reason, world, concurrent_change):
    home = okrs.create_unit(intent, name="Home", level=Level.TEAM, parent_id=world.company).id
    concurrent_change(
        monkeypatch, lambda okrs, _, world: okrs.move_unit(intent_with_reason, world.team, parent_id=home), times=1
    )
    okrs.change_unit(replace(intent, key=KEY), world.team, name="Product")
    assert okrs.create_unit(intent, name="Product", level=Level.TEAM, parent_id=world.company)


def test_a_key_belongs_to_one_request(okrs, intent, world, store):
    okrs.check_in(replace(intent, key=KEY), world.launch, value=D(2))
    other = replace(KEY, request=b"another body")
    with pytest.raises(IdempotencyKeyReused):
        okrs.check_in(replace(intent, key=other), world.launch, value=D(3))
    with pytest.raises(IdempotencyKeyReused):
        store.log.find_result(other)


def test_a_refused_request_leaves_its_key_free(okrs, intent, world, store):
    for _ in range(2):
        with pytest.raises(NameTaken):
            okrs.create_unit(replace(intent, key=KEY), name="Product", level=Level.TEAM, parent_id=world.company)
    assert store.log.find_result(KEY) is None


def test_the_key_is_checked_before_the_name(okrs, intent, world):
    keyed = replace(intent, key=KEY)
    design = {"name": "Design", "level": Level.TEAM, "parent_id": world.company}
    first = okrs.create_unit(keyed, **design)
    with pytest.raises(DuplicateRequest) as again:
        okrs.create_unit(keyed, **design)
    assert again.value.result.id == first.id


@pytest.mark.parametrize("key", [None, KEY])
def test_a_dry_run_returns_the_events_and_records_none(okrs, intent, world, store, key):
    before = store.log.head()
    with pytest.raises(DryRunCompleted) as rehearsed:
        okrs.check_in(replace(intent, rehearse=True, key=key), world.launch, value=D(2))
    [event] = rehearsed.value.recorded_events
    assert (event.position, event.topic) == (before.position + 1, "KeyResult.CheckedIn")
    assert store.log.head() == before
    assert store.log.find_result(KEY) is None
    assert len(okrs.load(KeyResult, world.launch).check_ins) == 1


def test_a_dry_run_without_changes_returns_no_events(okrs, intent, world, store):
    answer = okrs.change_objective(replace(intent, rehearse=True), world.build, title="Build")
    assert (answer.events, answer.position) == (0, store.log.head().position)


def test_a_dry_run_enforces_the_same_rules(okrs, intent, world):
    with pytest.raises(NameTaken):
        okrs.create_unit(replace(intent, rehearse=True), name="Product", level=Level.TEAM, parent_id=world.company)


def test_a_dry_run_claims_no_name(okrs, intent, world):
    design = {"name": "Design", "level": Level.TEAM, "parent_id": world.company}
    with pytest.raises(DryRunCompleted):
        okrs.create_unit(replace(intent, rehearse=True), **design)
    assert okrs.create_unit(intent, **design)


def check_in(okrs, intent, world):
    okrs.check_in(intent, world.launch, value=D(9))


def test_a_check_in_is_retried_after_a_concurrent_change(monkeypatch, okrs, intent, world, concurrent_change):
    concurrent_change(monkeypatch, check_in, times=9)
    okrs.check_in(intent, world.launch, value=D(2))
    values = [check_in["value"] for check_in in okrs.load(KeyResult, world.launch).check_ins.values()]
    assert values == [D(1), *[D(9)] * 9, D(2)]


def test_a_command_is_repeated_at_most_ten_times(monkeypatch, okrs, intent, world, concurrent_change):
    concurrent_change(monkeypatch, check_in, times=11)
    with pytest.raises(VersionConflict):
        okrs.check_in(intent, world.launch, value=D(2))


def test_a_change_of_an_objective_is_not_retried(monkeypatch, okrs, intent, world, concurrent_change):
    concurrent_change(monkeypatch, lambda okrs, i, w: okrs.change_objective(i, w.build, title="Faster"), times=1)
    with pytest.raises(VersionConflict):
        okrs.change_objective(intent, world.build, title="Slower")
    assert okrs.load(Objective, world.build).title == "Faster"
