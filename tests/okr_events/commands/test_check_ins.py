"""Commands about check-ins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.check_ins import AlreadyRetracted, FutureDay
from okr_events.domain.errors import NotFound, StaleVersion
from okr_events.domain.key_result import KeyResult

D = Decimal


def test_a_check_in_has_an_id_and_a_version_of_its_own(okrs, intent, world, recorded_names):
    answer = okrs.check_in(intent, world.launch, value=D(2))
    assert (answer.status, answer.version, recorded_names(answer)) == (201, 1, ["KeyResult.CheckedIn"])
    assert okrs.load(KeyResult, world.launch).get_check_in(answer.id)["value"] == D(2)


def test_the_texts_of_a_check_in_are_the_actors_and_encrypted(okrs, intent, world, store):
    texts = {"note": "Going well", "wins": ["Sold one"], "next_steps": ["Sell two"]}
    answer = okrs.check_in(intent, world.launch, value=D(2), **texts, blockers=[{"kind": "capacity", "text": "Too few"}])
    [event] = store.log.events_after(after=answer.position - 1)
    checked_in = okrs.mapper.to_domain_event(event)
    words = [checked_in.note, *checked_in.wins, *checked_in.next_steps, checked_in.blockers[0]["text"]]
    opened = store.register.keys.decrypt(word.token for word in words)
    assert [opened[word.token] for word in words] == ["Going well", "Sold one", "Sell two", "Too few"]
    assert {word.author for word in words} == {intent.actor}
    assert not any(text in event.state for text in (b"Going well", b"Sold one", b"Sell two", b"Too few"))


def test_a_blocker_has_an_id(okrs, intent, world, store):
    answer = okrs.check_in(intent, world.launch, status="off_track", blockers=[{"kind": "other", "text": "Rain"}] * 2)
    [event] = store.log.events_after(after=answer.position - 1)
    first, second = okrs.mapper.to_domain_event(event).blockers
    assert first["kind"] == "other"
    assert first["id"] != second["id"]


def test_a_check_in_never_measures_a_future_day(okrs, intent, world):
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    with pytest.raises(FutureDay):
        okrs.check_in(intent, world.launch, value=D(2), measured_on=tomorrow)


def test_a_correction_raises_the_version(okrs, intent_with_reason, world, recorded_names):
    answer = okrs.correct_check_in(intent_with_reason, world.launch, world.check_in, value=D(2), note="Miscounted")
    assert (answer.id, answer.version, recorded_names(answer)) == (world.check_in, 2, ["KeyResult.CheckInCorrected"])
    assert okrs.load(KeyResult, world.launch).get_check_in(world.check_in)["value"] == D(2)


def test_a_retraction_is_final(okrs, intent_with_reason, world, recorded_names):
    answer = okrs.retract_check_in(intent_with_reason, world.launch, world.check_in)
    assert (answer.version, recorded_names(answer)) == (2, ["KeyResult.CheckInRetracted"])
    with pytest.raises(AlreadyRetracted):
        okrs.correct_check_in(intent_with_reason, world.launch, world.check_in, value=D(2))
    with pytest.raises(AlreadyRetracted):
        okrs.retract_check_in(intent_with_reason, world.launch, world.check_in)


def test_the_expected_version_is_that_of_the_check_in(okrs, intent, intent_with_reason, world):
    okrs.check_in(intent, world.launch, value=D(2))
    stale = replace(intent_with_reason, expected=2)
    with pytest.raises(StaleVersion) as refused:
        okrs.correct_check_in(stale, world.launch, world.check_in, value=D(3))
    assert refused.value.version == 1
    fresh = replace(intent_with_reason, expected=1)
    assert okrs.correct_check_in(fresh, world.launch, world.check_in, value=D(3)).version == 2


def test_there_is_nothing_to_correct_in_an_unknown_check_in(okrs, intent_with_reason, world):
    for command in (okrs.correct_check_in, okrs.retract_check_in):
        with pytest.raises(NotFound):
            command(intent_with_reason, world.launch, uuid4())
        with pytest.raises(NotFound):
            command(intent_with_reason, world.build, world.check_in)
