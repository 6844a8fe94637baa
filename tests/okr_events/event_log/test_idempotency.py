"""Answered keys, remembered in the transaction that recorded the events."""

from dataclasses import replace
from uuid import uuid4

import pytest

from okr_events.domain.errors import KeyReused, VersionConflict
from okr_events.event_log.idempotency import Answer, AnsweredBefore, Key
from okr_events.event_log.recorder import Rehearsed

KEY = Key(b"caller and key", b"method, path and body")
ANSWER = Answer(201, uuid4(), 1, 0, 0)


def test_an_answer_is_remembered_with_its_position(store, append):
    append()
    append(2, key=KEY, answer=ANSWER)
    assert store.log.answered(KEY) == replace(ANSWER, position=3, events=2, replayed=True)


def test_an_answer_about_nothing_in_particular_is_remembered(store, append):
    append(key=KEY, answer=Answer(201, None, None, 0, 0))
    assert store.log.answered(KEY) == Answer(201, None, None, 1, 1, replayed=True)


def test_an_unknown_key_has_no_answer(store):
    assert store.log.answered(KEY) is None


def test_a_key_answered_before_records_nothing(store, append):
    append(key=KEY, answer=ANSWER)
    with pytest.raises(AnsweredBefore) as before:
        append(key=KEY, answer=ANSWER)
    assert before.value.answer == store.log.answered(KEY)
    assert store.log.head().position == 1


def test_another_request_under_the_same_key_is_told_apart(store, append):
    append(key=KEY, answer=ANSWER)
    other = replace(KEY, request=b"another body")
    with pytest.raises(KeyReused) as refused:
        append(key=other, answer=ANSWER)
    assert refused.value.pointer == "/Idempotency-Key"
    with pytest.raises(KeyReused):
        store.log.answered(other)


def test_the_key_comes_before_a_conflict(append):
    stream = uuid4()
    append(stream=stream, key=KEY, answer=ANSWER)
    with pytest.raises(AnsweredBefore):
        append(stream=stream, key=KEY, answer=ANSWER)


def test_a_refused_append_remembers_no_key(store, append):
    stream = uuid4()
    append(stream=stream)
    with pytest.raises(VersionConflict):
        append(stream=stream, key=KEY, answer=ANSWER)
    assert store.log.answered(KEY) is None


def test_an_append_of_nothing_remembers_its_key(store, append):
    append(2)
    append(0, key=KEY, answer=ANSWER)
    assert store.log.answered(KEY) == replace(ANSWER, position=2, events=0, replayed=True)


def test_a_rehearsal_remembers_nothing(store, append):
    with pytest.raises(Rehearsed) as rehearsed:
        append(2, key=KEY, answer=ANSWER, rehearse=True)
    assert [event.position for event in rehearsed.value.recorded] == [1, 2]
    assert store.log.answered(KEY) is None
    assert store.log.head().position == 0
