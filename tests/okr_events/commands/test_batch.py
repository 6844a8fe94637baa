"""Batches of check-ins: all or none."""

from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.errors import EmptyInput, KeyResultClosed, UnknownId, WrongValue
from okr_events.domain.key_result import KeyResult

D = Decimal


@pytest.fixture
def share(okrs, intent, world):
    metric = {"kind": "increase", "relative": "0.2"}
    return okrs.define_key_result(intent, world.build, title="Share", metric=metric).id


@pytest.fixture
def batch(okrs, intent):
    def record(*rows):
        check_ins = [{"key_result_id": id} | fields for id, fields in rows]
        return okrs.check_in_batch(intent, check_ins)

    return record


def test_a_batch_is_recorded_in_its_order(batch, world, share, recorded_names):
    answer = batch((share, {"value": D(10)}), (world.launch, {"value": D(2)}), (share, {"confidence": D(1)}))
    checked_in = "KeyResult.CheckedIn"
    assert recorded_names(answer) == [checked_in, "KeyResult.BaselineCaptured", checked_in, checked_in]
    assert (answer.status, answer.id, answer.version, answer.events) == (201, None, None, 4)


def test_a_key_result_may_be_checked_in_twice(okrs, batch, world):
    batch((world.launch, {"value": D(2)}), (world.launch, {"value": D(3)}))
    assert [check_in["value"] for check_in in okrs.load(KeyResult, world.launch).check_ins.values()] == [D(1), D(2), D(3)]


@pytest.mark.parametrize(
    ("row", "broken", "pointer"),
    [
        ({}, EmptyInput, "/check_ins/1"),
        ({"milestones": ["launch"]}, WrongValue, "/check_ins/1/milestones"),
        ({"key_result_id": uuid4(), "value": D(2)}, UnknownId, "/check_ins/1/key_result_id"),
    ],
)
def test_a_wrong_row_is_reported_and_no_row_is_recorded(store, batch, world, row, broken, pointer):
    before = store.log.head()
    with pytest.raises(broken) as refused:
        batch((world.launch, {"value": D(2)}), (world.launch, row), (world.launch, {"value": D(3)}))
    assert refused.value.pointer == pointer
    assert store.log.head() == before


def test_a_closed_key_result_is_reported_with_its_row(okrs, intent_with_reason, store, batch, world, share):
    okrs.cancel_key_result(intent_with_reason, share)
    before = store.log.head()
    with pytest.raises(KeyResultClosed) as refused:
        batch((world.launch, {"value": D(2)}), (share, {"value": D(3)}))
    assert refused.value.detail.startswith("/check_ins/1: ")
    assert store.log.head() == before


def test_five_hundred_rows_are_one_append(batch, world, recorded_names):
    answer = batch(*[(world.launch, {"value": D(n)}) for n in range(500)])
    assert recorded_names(answer) == ["KeyResult.CheckedIn"] * 500
