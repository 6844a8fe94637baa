"""Answers are stored under their keys in the transaction that records the events."""

from dataclasses import replace
from uuid import uuid4

import pytest

from okr_events.domain.errors import IdempotencyKeyReused, VersionConflict
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey

KEY = IdempotencyKey(b"caller and key", b"method, path and body")
ANSWER = CommandResult(201, uuid4(), 1, 0, 0)


def test_an_answer_is_remembered_with_its_position(store, append):
    append()
    append(2, key=KEY, result=ANSWER)
    assert store.log.find_result(KEY) == replace(ANSWER, position=3, events=2, replayed=True)


def test_an_answer_about_nothing_in_particular_is_remembered(store, append):
    append(key=KEY, result=CommandResult(201, None, None, 0, 0))
    assert store.log.find_result(KEY) == CommandResult(201, None, None, 1, 1, replayed=True)


def test_an_unknown_key_has_no_answer(store):
    assert store.log.find_result(KEY) is None


def test_a_key_answered_before_records_nothing(store, append):
    append(key=KEY, result=ANSWER)
    with pytest.raises(DuplicateRequest) as before:
        append(key=KEY, result=ANSWER)
    assert before.value.result == store.log.find_result(KEY)
    assert store.log.head().position == 1


def test_another_request_under_the_same_key_is_told_apart(store, append):
    append(key=KEY, result=ANSWER)
    other = replace(KEY, request=b"another body")
    with pytest.raises(IdempotencyKeyReused) as refused:
        append(key=other, result=ANSWER)
    assert refused.value.pointer == "/Idempotency-Key"
    with pytest.raises(IdempotencyKeyReused):
        store.log.find_result(other)


def test_the_key_comes_before_a_conflict(append):
    stream = uuid4()
    append(stream=stream, key=KEY, result=ANSWER)
    with pytest.raises(DuplicateRequest):
        append(stream=stream, key=KEY, result=ANSWER)


def test_a_refused_append_remembers_no_key(store, append):
    stream = uuid4()
    append(stream=stream)
    with pytest.raises(VersionConflict):
        append(stream=stream, key=KEY, result=ANSWER)
    assert store.log.find_result(KEY) is None


def test_an_append_of_nothing_remembers_its_key(store, append):
    append(2)
    append(0, key=KEY, result=ANSWER)
    assert store.log.find_result(KEY) == replace(ANSWER, position=2, events=0, replayed=True)


def test_a_rehearsal_remembers_nothing(store, append):
    with pytest.raises(DryRunCompleted) as rehearsed:
        append(2, key=KEY, result=ANSWER, rehearse=True)
    assert [event.position for event in rehearsed.value.recorded_events] == [1, 2]
    assert store.log.find_result(KEY) is None
    assert store.log.head().position == 0
