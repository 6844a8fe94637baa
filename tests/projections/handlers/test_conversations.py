"""Conversations: events in, comments out, each under its subject."""

import pytest

from projections.queries import fact_history
from projections.queries.fact_history import key_result_condition, objective_condition
from projections.store.tables import OPEN_ENDED, comments, conversations
from tests.projections.event_recorder import id_of


@pytest.fixture
def sample_conversations(record):
    """Something is said about an objective, about its key result and about a check-in; and about another objective."""
    record.objective("lead")
    record.objective("build")
    record.key_result("launch", of="lead")
    record.check_in("launch", "first", value=1)
    for subject, kind in (("lead", "objective"), ("launch", "key_result"), ("first", "check_in"), ("build", "objective")):
        record.conversation(subject, kind)
        record.comment(subject, f"on {subject}")
    record.answer("lead", "answer", to="on lead")
    return record


@pytest.mark.usefixtures("sample_conversations")
def test_a_comment_stands_under_its_subject(rows, views, sample_conversations):
    (row,) = rows(comments, "on launch")
    position = row.pop("from_position")
    [fact] = views.log.events_after(after=position - 1, limit=1)
    assert (row.pop("text").partition(":")[0], row.pop("recorded_at")) == (
        sample_conversations.intent.actor.hex,
        fact.recorded_at,
    )
    assert row == {
        "id": str(id_of("on launch")),
        "to_position": OPEN_ENDED,
        "created": position,
        "version": 1,
        "conversation_id": str(fact.originator_id),
        "subject_type": "key_result",
        "subject_id": str(id_of("launch")),
        "kind": "question",
        "author": str(sample_conversations.intent.actor),
        "answers_to": None,
    }


@pytest.mark.usefixtures("sample_conversations")
def test_an_answer_is_a_comment_on_the_same_subject(rows):
    (row,), (question,) = rows(comments, "answer"), rows(comments, "on lead")
    same = ("subject_type", "subject_id", "conversation_id")
    assert row["answers_to"] == question["id"]
    assert [row[name] for name in same] == [question[name] for name in same]


@pytest.mark.usefixtures("sample_conversations")
def test_a_conversation_knows_what_it_is_about(rows):
    (row,) = rows(conversations, "about first")
    assert (row["subject_type"], row["subject_id"], row["version"]) == ("check_in", str(id_of("first")), 1)


@pytest.mark.usefixtures("sample_conversations")
def test_remarks_are_facts_of_the_histories_above_them(views, okrs):
    def history(streams):
        head = views.catch_up(60).position
        with views.connect() as connection:
            found = fact_history.fetch_history(connection, okrs.mapper, streams, position=head, after=0, limit=100)
        return [(fact["type"], fact["fields"].get("comment_id")) for fact in found if fact["type"].startswith("Conversation.")]

    opened = ("Conversation.Opened", None)
    on_lead, on_launch, on_first, on_build = (
        [opened, ("Conversation.Commented", str(id_of(f"on {name}")))] for name in ("lead", "launch", "first", "build")
    )
    answer = ("Conversation.Answered", str(id_of("answer")))
    assert history(key_result_condition(id_of("launch"))) == [*on_launch, *on_first]
    assert history(objective_condition(id_of("lead"))) == [*on_lead, *on_launch, *on_first, answer]
    assert history(objective_condition(id_of("build"))) == on_build
