"""Commands about blockers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from okr_events.domain.conversation import BlockerNotOpen, CommentKind, Conversation
from okr_events.domain.errors import NotFound, StaleVersion
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import DuplicateRequest, IdempotencyKey

KEY = IdempotencyKey(b"caller and key", b"method, path and body")
ILLNESS = {"kind": "capacity", "text": "Two are ill", "owner": None}
ROUNDS = 6


@pytest.fixture
def blocked_check_in(okrs, intent, world):
    """A check-in on `launch` and the id of its blocker."""
    before = okrs.load(KeyResult, world.launch).blocker_ids
    check_in = okrs.check_in(intent, world.launch, status="off_track", blockers=[ILLNESS]).id
    [blocker] = okrs.load(KeyResult, world.launch).blocker_ids - before
    return check_in, UUID(blocker)


def is_resolved(okrs, world):
    return okrs.load(Conversation, Conversation.create_id(world.launch)).resolved


def test_resolving_a_blocker_opens_the_conversation_in_the_same_append(okrs, intent, world, blocked_check_in, recorded_names):
    before = okrs.load(KeyResult, world.launch).version
    answer = okrs.resolve_blocker(intent, world.launch, blocked_check_in[1])
    assert (answer.status, answer.id, answer.version) == (200, blocked_check_in[1], 2)
    assert recorded_names(answer) == ["Conversation.Opened", "Conversation.BlockerResolved"]
    assert okrs.load(KeyResult, world.launch).version == before
    assert is_resolved(okrs, world) == [str(blocked_check_in[1])]


def test_an_open_conversation_records_the_resolution(okrs, intent, world, blocked_check_in, recorded_names):
    okrs.comment_on_key_result(intent, world.launch, kind=CommentKind.QUESTION, text="Who is ill?")
    assert recorded_names(okrs.resolve_blocker(intent, world.launch, blocked_check_in[1])) == ["Conversation.BlockerResolved"]


def test_a_blocker_is_resolved_once(okrs, intent, world, blocked_check_in, store):
    okrs.resolve_blocker(intent, world.launch, blocked_check_in[1])
    head = store.log.head()
    with pytest.raises(BlockerNotOpen):
        okrs.resolve_blocker(intent, world.launch, blocked_check_in[1])
    assert store.log.head() == head


def test_a_blocker_that_its_check_in_no_longer_states_is_not_resolved(okrs, intent_with_reason, world, blocked_check_in):
    check_in, blocker = blocked_check_in
    okrs.correct_check_in(intent_with_reason, world.launch, check_in, note="Three are ill")
    okrs.correct_check_in(intent_with_reason, world.launch, check_in, blockers=[ILLNESS | {"text": "Three are ill"}])
    with pytest.raises(BlockerNotOpen):
        okrs.resolve_blocker(intent_with_reason, world.launch, blocker)
    [other] = okrs.load(KeyResult, world.launch).blocker_ids
    okrs.retract_check_in(intent_with_reason, world.launch, check_in)
    with pytest.raises(BlockerNotOpen):
        okrs.resolve_blocker(intent_with_reason, world.launch, UUID(other))


def test_a_correction_without_blockers_keeps_them_open(okrs, intent_with_reason, world, blocked_check_in):
    okrs.correct_check_in(intent_with_reason, world.launch, blocked_check_in[0], note="Three are ill")
    assert okrs.resolve_blocker(intent_with_reason, world.launch, blocked_check_in[1]).version == 2


def test_an_unknown_key_result_or_blocker_is_refused(okrs, intent, world, blocked_check_in):
    with pytest.raises(NotFound):
        okrs.resolve_blocker(intent, world.build, blocked_check_in[1])
    with pytest.raises(BlockerNotOpen):
        okrs.resolve_blocker(intent, world.launch, uuid4())


def test_a_blocker_of_a_cancelled_key_result_in_a_closed_cycle_is_resolved(okrs, intent_with_reason, world, blocked_check_in):
    okrs.cancel_key_result(intent_with_reason, world.launch)
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.close_cycle(intent_with_reason, world.cycle, allow_unscored=True)
    assert okrs.resolve_blocker(intent_with_reason, world.launch, blocked_check_in[1]).status == 200


def test_the_expected_version_is_1_while_the_blocker_is_open_and_2_afterwards(okrs, intent, world, blocked_check_in):
    def expecting(version):
        return okrs.resolve_blocker(replace(intent, expected=version), world.launch, blocked_check_in[1])

    with pytest.raises(StaleVersion):
        expecting(2)
    assert expecting(1).version == 2
    with pytest.raises(StaleVersion) as refused:
        expecting(1)
    assert refused.value.version == 2
    with pytest.raises(BlockerNotOpen):
        expecting(2)


def test_a_repeated_resolution_gets_its_first_result(okrs, intent, world, blocked_check_in, store):
    keyed = replace(intent, key=KEY)
    first, head = okrs.resolve_blocker(keyed, world.launch, blocked_check_in[1]), store.log.head()
    with pytest.raises(DuplicateRequest) as again:
        okrs.resolve_blocker(keyed, world.launch, blocked_check_in[1])
    assert again.value.result == replace(first, replayed=True)
    assert store.log.head() == head


def test_a_dry_run_resolves_nothing(okrs, intent, world, blocked_check_in):
    with pytest.raises(DryRunCompleted):
        okrs.resolve_blocker(replace(intent, rehearse=True), world.launch, blocked_check_in[1])
    assert not okrs.exists(Conversation, Conversation.create_id(world.launch))


def test_a_blocker_that_a_concurrent_correction_removes_is_not_resolved(
    monkeypatch, okrs, intent_with_reason, world, blocked_check_in, store, concurrent_change
):
    def correct(okrs, _, world):
        okrs.correct_check_in(intent_with_reason, world.launch, blocked_check_in[0], blockers=[])

    concurrent_change(monkeypatch, correct, 1)
    with pytest.raises(BlockerNotOpen):
        okrs.resolve_blocker(intent_with_reason, world.launch, blocked_check_in[1])
    assert store.log.events_after(after=store.log.head().position - 1)[0].topic == "KeyResult.CheckInCorrected"


def test_a_correction_follows_a_concurrent_resolution(
    monkeypatch, okrs, intent_with_reason, world, blocked_check_in, store, concurrent_change
):
    concurrent_change(
        monkeypatch, lambda okrs, intent, world: okrs.resolve_blocker(intent, world.launch, blocked_check_in[1]), 1
    )
    okrs.correct_check_in(intent_with_reason, world.launch, blocked_check_in[0], blockers=[])
    topics = [event.topic for event in store.log.events_after(after=store.log.head().position - 2)]
    assert topics == ["Conversation.BlockerResolved", "KeyResult.CheckInCorrected"]
    assert is_resolved(okrs, world) == [str(blocked_check_in[1])]


def test_concurrent_check_ins_do_not_prevent_a_resolution(
    monkeypatch, okrs, intent, world, blocked_check_in, concurrent_change
):
    concurrent_change(monkeypatch, lambda okrs, intent, world: okrs.check_in(intent, world.launch, value=Decimal(2)), 3)
    assert okrs.resolve_blocker(intent, world.launch, blocked_check_in[1]).version == 2


def test_a_correction_and_a_resolution_at_once_are_recorded_in_one_order(okrs, intent_with_reason, world, store):
    for _ in range(ROUNDS):
        check_in = okrs.check_in(intent_with_reason, world.launch, status="at_risk", blockers=[ILLNESS]).id
        [blocker] = okrs.load(KeyResult, world.launch).get_check_in(check_in)["blockers"]
        start = store.log.head().position

        def resolve(blocker=blocker):
            try:
                return okrs.resolve_blocker(intent_with_reason, world.launch, UUID(blocker)).id
            except BlockerNotOpen:
                return None

        with ThreadPoolExecutor(2) as threads:
            resolving = threads.submit(resolve)
            threads.submit(okrs.correct_check_in, intent_with_reason, world.launch, check_in, blockers=[]).result()
        topics = [event.topic for event in store.log.events_after(after=start) if event.topic != "Conversation.Opened"]
        both = ["Conversation.BlockerResolved", "KeyResult.CheckInCorrected"]
        assert topics == (both if resolving.result() else both[1:])
