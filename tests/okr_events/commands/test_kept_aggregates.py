"""Aggregates kept in memory: always as the log has them, never changed in place, and without words."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.commands import kept_aggregates
from okr_events.commands.application import OKRApplication
from okr_events.commands.kept_aggregates import KEPT_TYPES, KeptAggregates
from okr_events.domain.conversation import CommentKind
from okr_events.domain.errors import KeyResultClosed, NotFound, StaleVersion
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.event_log.appending import DryRunCompleted
from tests.okr_events.event_log.all_commands import AllCommands


def texts_in(value):
    if isinstance(value, AuthoredText | EncryptedText):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in texts_in(part)]


def state(aggregate):
    """What it holds, without the events that wait to be recorded."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}


@pytest.fixture
def kept_at_once(monkeypatch):
    """What was kept, each with a deep copy from the moment when it was kept."""
    found, put = [], KeptAggregates.put

    def put_and_copy(self, aggregate):
        found.append((aggregate, deepcopy(state(aggregate))))
        put(self, aggregate)

    monkeypatch.setattr(KeptAggregates, "put", put_and_copy)
    return found


def test_whatever_is_commanded_what_is_kept_is_as_in_the_log_and_never_changed(kept_at_once, okrs, intent, tmp_path):
    AllCommands(okrs, replace(intent, reason="It has to be")).run_all(tmp_path)
    assert {type(aggregate) for aggregate, _ in kept_at_once} == set(KEPT_TYPES)
    for aggregate, then in kept_at_once:
        assert state(aggregate) == then
        assert state(okrs.load_version(aggregate.id, aggregate.version)) == then
        assert texts_in(then) == []


def test_a_command_sees_what_another_process_recorded(okrs, intent, world, store):
    okrs.check_in(intent, world.launch, value=Decimal(1))
    OKRApplication(store.log, store.register).check_in(intent, world.launch, value=Decimal(7))
    assert [each["value"] for each in okrs.load(KeyResult, world.launch).check_ins.values()][-1] == Decimal(7)


def test_a_check_in_does_not_look_for_newer_events_of_what_is_kept(okrs, intent, world, store, monkeypatch):
    okrs.check_in(intent, world.launch, value=Decimal(1))
    monkeypatch.setattr(store.log, "stream_after", None)
    okrs.check_in(intent, world.launch, value=Decimal(2))
    assert len(okrs.kept.get(world.launch).check_ins) == 3


def test_what_another_process_recorded_decides_a_command_on_what_is_kept(okrs, intent, world, store):
    other, reasoned = OKRApplication(store.log, store.register), replace(intent, reason="It has to be")
    okrs.check_in(intent, world.launch, value=Decimal(1))
    id = other.check_in(intent, world.launch, value=Decimal(7)).id
    assert okrs.correct_check_in(reasoned, world.launch, id, value=Decimal(8)).events == 1
    other.correct_check_in(reasoned, world.launch, id, value=Decimal(9))
    assert okrs.correct_check_in(reasoned, world.launch, id, value=Decimal(8)).events == 1
    other.check_in(intent, world.launch, value=Decimal(7))
    expecting = replace(intent, expected=other.load(KeyResult, world.launch).version)
    assert okrs.check_in(expecting, world.launch, value=Decimal(3)).events == 1
    other.correct_check_in(reasoned, world.launch, id, value=Decimal(5))
    with pytest.raises(StaleVersion):
        okrs.comment_on_check_in(replace(intent, expected=4), world.launch, id, kind=CommentKind.FEEDBACK, text="Well done")
    other.cancel_key_result(reasoned, world.launch)
    with pytest.raises(KeyResultClosed):
        okrs.check_in(intent, world.launch, value=Decimal(4))


def test_a_dry_run_changes_nothing_that_is_kept(okrs, intent, world):
    before = state(okrs.load(KeyResult, world.launch))
    with pytest.raises(DryRunCompleted):
        okrs.check_in(replace(intent, rehearse=True), world.launch, value=Decimal(1))
    assert state(okrs.load(KeyResult, world.launch)) == before


def test_an_id_of_another_kind_is_not_found_whether_kept_or_not(okrs, world, store):
    for application in (okrs, OKRApplication(store.log, store.register)):
        with pytest.raises(NotFound):
            application.load(Objective, world.launch)
        assert not application.exists(Objective, world.launch)
        assert application.load(KeyResult, world.launch).id == world.launch


def test_those_used_last_are_kept(monkeypatch, okrs, world):
    monkeypatch.setattr(kept_aggregates, "MAX_KEPT", 1)
    okrs.load(KeyResult, world.launch)
    assert okrs.kept.get(world.launch)
    okrs.load(Objective, world.build)
    assert okrs.kept.get(world.launch) is None
    assert okrs.load(KeyResult, world.launch).version >= 1


def test_a_newer_version_is_not_replaced_by_an_older_one(okrs, intent, world):
    older = okrs.load(KeyResult, world.launch)
    okrs.check_in(intent, world.launch, value=Decimal(1))
    okrs.kept.put(older)
    assert okrs.kept.get(world.launch).version > older.version
