"""Commands about check-ins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.check_ins import FutureDay, RetractedAlready
from okr_events.domain.errors import NotFound, Stale
from okr_events.domain.key_result import KeyResult

D = Decimal


def test_a_check_in_has_an_id_and_a_version_of_its_own(okrs, intent, world, recorded):
    answer = okrs.check_in(intent, world.launch, value=D(2))
    assert (answer.status, answer.version, recorded(answer)) == (201, 1, ["KeyResult.CheckedIn"])
    assert okrs.load(KeyResult, world.launch).check_in_of(answer.id)["value"] == D(2)


def test_its_words_are_the_actors_and_sealed(okrs, intent, world, store):
    texts = {"note": "Going well", "wins": ["Sold one"], "next_steps": ["Sell two"]}
    answer = okrs.check_in(intent, world.launch, value=D(2), **texts, blockers=[{"kind": "capacity", "text": "Too few"}])
    [event] = store.log.recorded(after=answer.position - 1)
    checked_in = okrs.mapper.to_domain_event(event)
    words = [checked_in.note, *checked_in.wins, *checked_in.next_steps, checked_in.blockers[0]["text"]]
    opened = store.register.keys.open(word.token for word in words)
    assert [opened[word.token] for word in words] == ["Going well", "Sold one", "Sell two", "Too few"]
    assert {word.author for word in words} == {intent.actor}
    assert not any(text in event.state for text in (b"Going well", b"Sold one", b"Sell two", b"Too few"))


def test_a_blocker_has_an_id(okrs, intent, world, store):
    answer = okrs.check_in(intent, world.launch, status="off_track", blockers=[{"kind": "other", "text": "Rain"}] * 2)
    [event] = store.log.recorded(after=answer.position - 1)
    first, second = okrs.mapper.to_domain_event(event).blockers
    assert first["kind"] == "other"
    assert first["id"] != second["id"]


def test_a_check_in_never_speaks_about_the_future(okrs, intent, world):
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    with pytest.raises(FutureDay):
        okrs.check_in(intent, world.launch, value=D(2), measured_on=tomorrow)


def test_a_correction_raises_the_version(okrs, reasoned, world, recorded):
    answer = okrs.correct_check_in(reasoned, world.launch, world.check_in, value=D(2), note="Miscounted")
    assert (answer.id, answer.version, recorded(answer)) == (world.check_in, 2, ["KeyResult.CheckInCorrected"])
    assert okrs.load(KeyResult, world.launch).check_in_of(world.check_in)["value"] == D(2)


def test_a_retraction_is_final(okrs, reasoned, world, recorded):
    answer = okrs.retract_check_in(reasoned, world.launch, world.check_in)
    assert (answer.version, recorded(answer)) == (2, ["KeyResult.CheckInRetracted"])
    with pytest.raises(RetractedAlready):
        okrs.correct_check_in(reasoned, world.launch, world.check_in, value=D(2))
    with pytest.raises(RetractedAlready):
        okrs.retract_check_in(reasoned, world.launch, world.check_in)


def test_the_version_expected_is_the_check_ins_own(okrs, intent, reasoned, world):
    okrs.check_in(intent, world.launch, value=D(2))
    stale = replace(reasoned, expected=2)
    with pytest.raises(Stale) as refused:
        okrs.correct_check_in(stale, world.launch, world.check_in, value=D(3))
    assert refused.value.version == 1
    fresh = replace(reasoned, expected=1)
    assert okrs.correct_check_in(fresh, world.launch, world.check_in, value=D(3)).version == 2


def test_there_is_nothing_to_correct_in_an_unknown_check_in(okrs, reasoned, world):
    for command in (okrs.correct_check_in, okrs.retract_check_in):
        with pytest.raises(NotFound):
            command(reasoned, world.launch, uuid4())
        with pytest.raises(NotFound):
            command(reasoned, world.build, world.check_in)
