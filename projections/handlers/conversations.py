"""Conversations: comments and answers, with the subject that they are about."""

from okr_events.domain.conversation import Conversation
from projections.store.column_values import event_column_values
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import ConversationRow, comments, conversations


@handles(Conversation.Created)
def insert_conversation(event: Conversation.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(conversations, meta.id, version=meta.version, **event_column_values(event, conversations))


@handles(Conversation.Commented, Conversation.Answered)
def insert_comment(event: Conversation.Commented | Conversation.Answered, meta: EventMetadata, rows: RowBuffer) -> None:
    about = rows.current(ConversationRow, meta.id)
    shared = {"conversation_id": about.id, "subject_type": about.subject_type, "subject_id": about.subject_id}
    values = {**event_column_values(event, comments), "author": meta.actor, "recorded_at": meta.recorded_at}
    rows.insert(comments, str(event.comment_id), version=1, **shared, **values)
