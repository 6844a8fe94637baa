"""Conversations: comments with their answers, each under the subject that it is about."""

from okr_events.domain.conversation import Conversation
from projections.store.column_values import event_column_values
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import comments, conversations


@handles(Conversation.Created)
def insert_conversation(event: Conversation.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(conversations, fact.id, version=fact.version, **event_column_values(event, conversations))


@handles(Conversation.Commented, Conversation.Answered)
def insert_comment(event: Conversation.Commented | Conversation.Answered, fact: EventMetadata, rows: RowBuffer) -> None:
    conversation = rows.current(conversations, fact.id)
    about = {name: conversation[name] for name in ("subject_type", "subject_id")}
    said = {
        "answers_to": None,
        **event_column_values(event, comments),
        "author": fact.actor,
        "recorded_at": fact.recorded.recorded_at,
    }
    rows.insert(comments, str(event.comment_id), version=1, conversation_id=fact.id, **about, **said)
