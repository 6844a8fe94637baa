"""Commands about what stands in the way of a key result."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from okr_events.domain.conversation import BlockerGone, CommentKind, Conversation
from okr_events.domain.errors import NotFound, Stale
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import AnsweredBefore, Key
from okr_events.event_log.recorder import Rehearsed

KEY = Key(b"caller and key", b"method, path and body")
ILL = {"kind": "capacity", "text": "Two are ill", "owner": None}
ROUNDS = 6


@pytest.fixture
def stopped(okrs, intent, world):
    """A check-in on `launch` with what it tells of as in the way."""
    before = okrs.load(KeyResult, world.launch).blockers
    made = okrs.check_in(intent, world.launch, status="off_track", blockers=[ILL]).id
    [blocker] = okrs.load(KeyResult, world.launch).blockers - before
    return made, UUID(blocker)


def resolved(okrs, world):
    return okrs.load(Conversation, Conversation.create_id(world.launch)).resolved


def test_resolving_opens_the_conversation_of_the_key_result_in_the_same_append(okrs, intent, world, stopped, recorded):
    before = okrs.load(KeyResult, world.launch).version
    answer = okrs.resolve_blocker(intent, world.launch, stopped[1])
    assert (answer.status, answer.id, answer.version) == (200, stopped[1], 2)
    assert recorded(answer) == ["Conversation.Opened", "Conversation.BlockerResolved"]
    assert okrs.load(KeyResult, world.launch).version == before
    assert resolved(okrs, world) == [str(stopped[1])]


def test_a_conversation_that_goes_on_takes_it_too(okrs, intent, world, stopped, recorded):
    okrs.comment_on_key_result(intent, world.launch, kind=CommentKind.QUESTION, text="Who is ill?")
    assert recorded(okrs.resolve_blocker(intent, world.launch, stopped[1])) == ["Conversation.BlockerResolved"]


def test_it_is_resolved_once(okrs, intent, world, stopped, store):
    okrs.resolve_blocker(intent, world.launch, stopped[1])
    head = store.log.head()
    with pytest.raises(BlockerGone):
        okrs.resolve_blocker(intent, world.launch, stopped[1])
    assert store.log.head() == head


def test_what_its_check_in_tells_of_no_more_is_not_resolved(okrs, reasoned, world, stopped):
    made, blocker = stopped
    okrs.correct_check_in(reasoned, world.launch, made, note="Three are ill")
    okrs.correct_check_in(reasoned, world.launch, made, blockers=[ILL | {"text": "Three are ill"}])
    with pytest.raises(BlockerGone):
        okrs.resolve_blocker(reasoned, world.launch, blocker)
    [other] = okrs.load(KeyResult, world.launch).blockers
    okrs.retract_check_in(reasoned, world.launch, made)
    with pytest.raises(BlockerGone):
        okrs.resolve_blocker(reasoned, world.launch, UUID(other))


def test_a_correction_that_says_nothing_of_blockers_leaves_them_in_the_way(okrs, reasoned, world, stopped):
    okrs.correct_check_in(reasoned, world.launch, stopped[0], note="Three are ill")
    assert okrs.resolve_blocker(reasoned, world.launch, stopped[1]).version == 2


def test_nothing_stands_in_the_way_of_what_is_not_there(okrs, intent, world, stopped):
    with pytest.raises(NotFound):
        okrs.resolve_blocker(intent, world.build, stopped[1])
    with pytest.raises(BlockerGone):
        okrs.resolve_blocker(intent, world.launch, uuid4())


def test_also_of_what_is_cancelled_or_sealed(okrs, reasoned, world, stopped):
    okrs.cancel_key_result(reasoned, world.launch)
    okrs.activate_cycle(reasoned, world.cycle)
    okrs.close_cycle(reasoned, world.cycle, allow_unscored=True)
    assert okrs.resolve_blocker(reasoned, world.launch, stopped[1]).status == 200


def test_the_version_expected_is_1_while_it_is_open_and_2_afterwards(okrs, intent, world, stopped):
    def expecting(version):
        return okrs.resolve_blocker(replace(intent, expected=version), world.launch, stopped[1])

    with pytest.raises(Stale):
        expecting(2)
    assert expecting(1).version == 2
    with pytest.raises(Stale) as refused:
        expecting(1)
    assert refused.value.version == 2
    with pytest.raises(BlockerGone):
        expecting(2)


def test_sent_again_it_gets_its_first_answer(okrs, intent, world, stopped, store):
    keyed = replace(intent, key=KEY)
    first, head = okrs.resolve_blocker(keyed, world.launch, stopped[1]), store.log.head()
    with pytest.raises(AnsweredBefore) as again:
        okrs.resolve_blocker(keyed, world.launch, stopped[1])
    assert again.value.answer == replace(first, replayed=True)
    assert store.log.head() == head


def test_a_rehearsal_resolves_nothing(okrs, intent, world, stopped):
    with pytest.raises(Rehearsed):
        okrs.resolve_blocker(replace(intent, rehearse=True), world.launch, stopped[1])
    assert not okrs.exists(Conversation, Conversation.create_id(world.launch))


def test_when_a_correction_is_faster_there_is_nothing_left_to_resolve(
    monkeypatch, okrs, reasoned, world, stopped, store, faster
):
    def correct(okrs, _, world):
        okrs.correct_check_in(reasoned, world.launch, stopped[0], blockers=[])

    faster(monkeypatch, correct, 1)
    with pytest.raises(BlockerGone):
        okrs.resolve_blocker(reasoned, world.launch, stopped[1])
    assert store.log.recorded(after=store.log.head().position - 1)[0].topic == "KeyResult.CheckInCorrected"


def test_when_a_resolution_is_faster_the_correction_comes_after_it(monkeypatch, okrs, reasoned, world, stopped, store, faster):
    faster(monkeypatch, lambda okrs, intent, world: okrs.resolve_blocker(intent, world.launch, stopped[1]), 1)
    okrs.correct_check_in(reasoned, world.launch, stopped[0], blockers=[])
    told = [event.topic for event in store.log.recorded(after=store.log.head().position - 2)]
    assert told == ["Conversation.BlockerResolved", "KeyResult.CheckInCorrected"]
    assert resolved(okrs, world) == [str(stopped[1])]


def test_who_else_checks_in_meanwhile_stops_nobody(monkeypatch, okrs, intent, world, stopped, faster):
    faster(monkeypatch, lambda okrs, intent, world: okrs.check_in(intent, world.launch, value=Decimal(2)), 3)
    assert okrs.resolve_blocker(intent, world.launch, stopped[1]).version == 2


def test_of_a_correction_and_a_resolution_at_once_the_log_has_one_order(okrs, reasoned, world, store):
    for _ in range(ROUNDS):
        made = okrs.check_in(reasoned, world.launch, status="at_risk", blockers=[ILL]).id
        [blocker] = okrs.load(KeyResult, world.launch).check_in_of(made)["blockers"]
        start = store.log.head().position

        def resolve(blocker=blocker):
            try:
                return okrs.resolve_blocker(reasoned, world.launch, UUID(blocker)).id
            except BlockerGone:
                return None

        with ThreadPoolExecutor(2) as threads:
            resolving = threads.submit(resolve)
            threads.submit(okrs.correct_check_in, reasoned, world.launch, made, blockers=[]).result()
        told = [event.topic for event in store.log.recorded(after=start) if event.topic != "Conversation.Opened"]
        both = ["Conversation.BlockerResolved", "KeyResult.CheckInCorrected"]
        assert told == (both if resolving.result() else both[1:])
