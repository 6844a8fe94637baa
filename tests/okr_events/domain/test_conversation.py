"""Conversations: facts in, command, facts out."""

from uuid import UUID, uuid4

import pytest

from okr_events.domain.conversation import CommentKind, Conversation, Subject
from okr_events.domain.errors import NotFound, NothingSaid
from okr_events.domain.values import WORDS_LENGTH, TooLong, Words

ADA, OBJECTIVE, FIRST, SECOND = UUID(int=30), UUID(int=60), UUID(int=80), UUID(int=81)
OPENED = "Conversation.Opened", {"subject_type": "objective", "subject_id": OBJECTIVE}
WHY = Words(ADA, "For whom?")


def commented(id=FIRST, kind="question", text=WHY):
    return "Conversation.Commented", {"comment_id": id, "kind": kind, "text": text}


def answered(to, id=SECOND, kind="feedback", text=WHY):
    return "Conversation.Answered", {"comment_id": id, "answers_to": to, "kind": kind, "text": text}


def test_the_first_comment_opens_the_conversation(facts):
    talk = Conversation.open(Subject.OBJECTIVE, OBJECTIVE)
    id = talk.comment(CommentKind.QUESTION, WHY)
    assert facts(talk) == [OPENED, commented(id)]


def test_the_next_one_joins_it(given, facts):
    talk = given(OPENED, commented())
    id = talk.comment(CommentKind.CELEBRATION, WHY)
    assert id != FIRST
    assert facts(talk) == [commented(id, "celebration")]


def test_two_who_open_a_conversation_at_once_meet_in_one_stream():
    first, second = (Conversation.open(Subject.OBJECTIVE, OBJECTIVE) for _ in range(2))
    assert first.id == second.id == UUID("fbc59c97-c1ce-58ab-a5dd-2cc99b9f8c0b")
    assert Conversation.open(Subject.OBJECTIVE, uuid4()).id != first.id


def test_a_comment_is_answered(given, facts):
    talk = given(OPENED, commented())
    id = talk.answer(FIRST, WHY)
    assert facts(talk) == [answered(FIRST, id)]


def test_an_answer_has_a_kind_where_one_is_stated(given, facts):
    talk = given(OPENED, commented())
    id = talk.answer(FIRST, WHY, CommentKind.COACHING)
    assert facts(talk) == [answered(FIRST, id, "coaching")]


def test_an_answer_is_answered_too(given, facts):
    talk = given(OPENED, commented(), answered(FIRST))
    id = talk.answer(SECOND, WHY)
    assert facts(talk) == [answered(SECOND, id)]


def test_what_nobody_said_here_is_not_answered(given):
    with pytest.raises(NotFound):
        given(OPENED, commented()).answer(uuid4(), WHY)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_remark_says_something(given, facts, text):
    talk = given(OPENED, commented())
    for remark in (lambda: talk.comment(CommentKind.FEEDBACK, Words(ADA, text)), lambda: talk.answer(FIRST, Words(ADA, text))):
        with pytest.raises(NothingSaid) as refused:
            remark()
        assert refused.value.pointer == "/text"
    assert facts(talk) == []


def test_and_not_too_much():
    with pytest.raises(TooLong):
        Words(ADA, "x" * (WORDS_LENGTH + 1))
