"""Conversations: facts in, command, facts out."""

from uuid import UUID, uuid4

import pytest

from okr_events.domain.conversation import CommentKind, Conversation, Subject
from okr_events.domain.errors import EmptyInput, NotFound
from okr_events.domain.values import MAX_TEXT_LENGTH, AuthoredText, TooLong

ADA, OBJECTIVE, FIRST, SECOND = UUID(int=30), UUID(int=60), UUID(int=80), UUID(int=81)
CONVERSATION_STARTED = "Conversation.Opened", {"subject_type": "objective", "subject_id": OBJECTIVE}
COMMENT_TEXT = AuthoredText(ADA, "For whom?")


def commented_event(id=FIRST, kind="question", text=COMMENT_TEXT):
    return "Conversation.Commented", {"comment_id": id, "kind": kind, "text": text}


def answered_event(to, id=SECOND, kind="feedback", text=COMMENT_TEXT):
    return "Conversation.Answered", {"comment_id": id, "answers_to": to, "kind": kind, "text": text}


def test_the_first_comment_opens_the_conversation(facts):
    talk = Conversation.open(Subject.OBJECTIVE, OBJECTIVE)
    id = talk.comment(CommentKind.QUESTION, COMMENT_TEXT)
    assert facts(talk) == [CONVERSATION_STARTED, commented_event(id)]


def test_the_next_comment_joins_the_conversation(given, facts):
    talk = given(CONVERSATION_STARTED, commented_event())
    id = talk.comment(CommentKind.CELEBRATION, COMMENT_TEXT)
    assert id != FIRST
    assert facts(talk) == [commented_event(id, "celebration")]


def test_the_id_of_a_conversation_follows_from_its_subject():
    first, second = (Conversation.open(Subject.OBJECTIVE, OBJECTIVE) for _ in range(2))
    assert first.id == second.id == UUID("fbc59c97-c1ce-58ab-a5dd-2cc99b9f8c0b")
    assert Conversation.open(Subject.OBJECTIVE, uuid4()).id != first.id


def test_a_comment_is_answered(given, facts):
    talk = given(CONVERSATION_STARTED, commented_event())
    id = talk.answer(FIRST, COMMENT_TEXT)
    assert facts(talk) == [answered_event(FIRST, id)]


def test_an_answer_may_have_a_kind(given, facts):
    talk = given(CONVERSATION_STARTED, commented_event())
    id = talk.answer(FIRST, COMMENT_TEXT, CommentKind.COACHING)
    assert facts(talk) == [answered_event(FIRST, id, "coaching")]


def test_an_answer_is_answered_too(given, facts):
    talk = given(CONVERSATION_STARTED, commented_event(), answered_event(FIRST))
    id = talk.answer(SECOND, COMMENT_TEXT)
    assert facts(talk) == [answered_event(SECOND, id)]


def test_an_unknown_comment_is_not_answered(given):
    with pytest.raises(NotFound):
        given(CONVERSATION_STARTED, commented_event()).answer(uuid4(), COMMENT_TEXT)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_comment_is_not_blank(given, facts, text):
    talk = given(CONVERSATION_STARTED, commented_event())
    for remark in (
        lambda: talk.comment(CommentKind.FEEDBACK, AuthoredText(ADA, text)),
        lambda: talk.answer(FIRST, AuthoredText(ADA, text)),
    ):
        with pytest.raises(EmptyInput) as refused:
            remark()
        assert refused.value.pointer == "/text"
    assert facts(talk) == []


def test_a_comment_has_a_maximum_length():
    with pytest.raises(TooLong):
        AuthoredText(ADA, "x" * (MAX_TEXT_LENGTH + 1))
