"""Commands about comments."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from okr_events.domain.conversation import CommentKind, Conversation
from okr_events.domain.errors import EmptyInput, NotFound, StaleVersion
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import DuplicateRequest, IdempotencyKey

COMMENT = {"kind": CommentKind.QUESTION, "text": "For whom?"}
COMMENT_COMMANDS = {
    "objective": (lambda world: world.build, lambda okrs, i, w: okrs.comment_on_objective(i, w.build, **COMMENT)),
    "key_result": (lambda world: world.launch, lambda okrs, i, w: okrs.comment_on_key_result(i, w.launch, **COMMENT)),
    "check_in": (lambda world: world.check_in, lambda okrs, i, w: okrs.comment_on_check_in(i, w.launch, w.check_in, **COMMENT)),
}
KEY = IdempotencyKey(b"caller and key", b"method, path and body")


@pytest.fixture(params=COMMENT_COMMANDS)
def comment(request, okrs, world):
    """A comment command for each kind of subject."""
    subject, command = COMMENT_COMMANDS[request.param]

    def remark(intent):
        return command(okrs, intent, world)

    remark.on, remark.kind = subject(world), request.param
    return remark


def load_conversation(okrs, subject_id):
    return okrs.load(Conversation, Conversation.create_id(subject_id))


def test_the_first_comment_opens_a_conversation_in_the_same_append(okrs, intent, comment, recorded_names):
    first, second = comment(intent), comment(intent)
    assert (first.status, first.version, recorded_names(first)) == (201, 1, ["Conversation.Opened", "Conversation.Commented"])
    assert (second.status, second.version, recorded_names(second)) == (201, 1, ["Conversation.Commented"])
    talk = load_conversation(okrs, comment.on)
    assert (talk.subject_type, talk.subject_id) == (comment.kind, comment.on)
    assert talk.comments == [str(first.id), str(second.id)]


def test_a_comment_leaves_its_subject_unchanged(okrs, intent, world, comment):
    before = okrs.load(Objective, world.build).version, okrs.load(KeyResult, world.launch).version
    okrs.answer_comment(intent, Conversation.create_id(comment.on), comment(intent).id, text="For all")
    assert (okrs.load(Objective, world.build).version, okrs.load(KeyResult, world.launch).version) == before


def test_the_text_of_a_comment_is_the_actors_and_encrypted(okrs, intent, comment, store):
    answer = okrs.answer_comment(intent, Conversation.create_id(comment.on), comment(intent).id, text="For all of us")
    texts = [okrs.mapper.to_domain_event(event).text for event in store.log.events_after(after=answer.position - 2)]
    plain = store.register.keys.decrypt(text.token for text in texts)
    assert [plain[text.token] for text in texts] == ["For whom?", "For all of us"]
    assert {text.author for text in texts} == {intent.actor}
    assert not any(b"For " in event.state for event in store.log.events_after(after=answer.position - 2))


def test_an_answer_refers_to_its_comment(okrs, intent, world, recorded_names):
    question = okrs.comment_on_objective(intent, world.build, **COMMENT)
    answer = okrs.answer_comment(intent, Conversation.create_id(world.build), question.id, text="For all")
    assert (answer.status, answer.version, recorded_names(answer)) == (201, 1, ["Conversation.Answered"])
    assert load_conversation(okrs, world.build).comments == [str(question.id), str(answer.id)]


def test_an_unknown_subject_accepts_no_comment(okrs, intent, world):
    question = okrs.comment_on_objective(intent, world.build, **COMMENT)
    for command in (
        lambda: okrs.comment_on_objective(intent, uuid4(), **COMMENT),
        lambda: okrs.comment_on_objective(intent, world.launch, **COMMENT),
        lambda: okrs.comment_on_key_result(intent, world.build, **COMMENT),
        lambda: okrs.comment_on_check_in(intent, world.launch, uuid4(), **COMMENT),
        lambda: okrs.answer_comment(intent, Conversation.create_id(world.build), uuid4(), text="x"),
        lambda: okrs.answer_comment(intent, Conversation.create_id(world.lead), question.id, text="x"),
        lambda: okrs.answer_comment(intent, world.build, question.id, text="x"),
    ):
        with pytest.raises(NotFound):
            command()


def test_a_cancelled_goal_accepts_comments(okrs, intent_with_reason, world, comment):
    okrs.cancel_key_result(intent_with_reason, world.launch)
    okrs.cancel_objective(intent_with_reason, world.build)
    okrs.answer_comment(
        intent_with_reason, Conversation.create_id(comment.on), comment(intent_with_reason).id, text="Next time"
    )


def test_the_expected_version_is_that_of_the_subject(intent, comment, store):
    comment(intent)
    before = store.log.head()
    with pytest.raises(StaleVersion) as refused:
        comment(replace(intent, expected=99))
    assert store.log.head() == before
    comment(replace(intent, expected=refused.value.version))
    comment(replace(intent, expected=refused.value.version))


def test_the_expected_version_of_an_answer_is_always_1(okrs, intent, world):
    question, talk = okrs.comment_on_objective(intent, world.build, **COMMENT), Conversation.create_id(world.build)
    with pytest.raises(StaleVersion):
        okrs.answer_comment(replace(intent, expected=2), talk, question.id, text="x")
    for _ in range(2):
        okrs.answer_comment(replace(intent, expected=1), talk, question.id, text="x")


def test_an_invalid_comment_is_reported_before_a_stale_version(okrs, intent, world):
    with pytest.raises(EmptyInput):
        okrs.comment_on_objective(replace(intent, expected=99), world.build, kind=CommentKind.FEEDBACK, text=" ")


def test_a_repeated_first_comment_gets_its_first_result(intent, comment, store):
    keyed = replace(intent, key=KEY)
    first, head = comment(keyed), store.log.head()
    with pytest.raises(DuplicateRequest) as again:
        comment(keyed)
    assert again.value.result == replace(first, replayed=True)
    assert (first.events, store.log.head()) == (2, head)


def test_a_dry_run_opens_no_conversation(okrs, intent, comment, store):
    head = store.log.head()
    with pytest.raises(DryRunCompleted):
        comment(replace(intent, rehearse=True))
    assert store.log.head() == head
    assert not okrs.exists(Conversation, Conversation.create_id(comment.on))


def test_concurrent_first_comments_share_one_conversation(monkeypatch, okrs, intent, comment):
    record, between = okrs.record, []

    def late(*args, **kwargs):
        if not between:
            between.append(None)
            between[0] = comment(intent)
        return record(*args, **kwargs)

    monkeypatch.setattr("okr_events.commands.retry.WAIT_SECONDS", 0)
    monkeypatch.setattr(okrs, "record", late)
    mine = comment(intent)
    assert (between[0].events, mine.events) == (2, 1)
    assert load_conversation(okrs, comment.on).comments == [str(between[0].id), str(mine.id)]


def test_concurrent_comments_are_all_recorded(okrs, intent, world):
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: okrs.comment_on_objective(intent, world.build, **COMMENT).id, range(24)))
    assert sorted(load_conversation(okrs, world.build).comments) == sorted(str(id) for id in ids)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_long_conversation_continues_from_a_snapshot(okrs, intent, world):
    first = okrs.comment_on_objective(intent, world.build, **COMMENT)
    for _ in range(205):
        okrs.comment_on_objective(intent, world.build, **COMMENT)
    okrs.answer_comment(intent, Conversation.create_id(world.build), first.id, text="Since you question")
    assert len(load_conversation(okrs, world.build).comments) == 207
