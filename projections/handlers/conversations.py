"""Conversations: comments with their answers, each under the subject that it is about."""

from okr_events.domain.conversation import Conversation
from projections.handlers.goals import columns
from projections.store.row_buffer import Fact, Rows, handles
from projections.store.tables import comments, conversations


@handles(Conversation.Created)
def opened(event: Conversation.Created, fact: Fact, rows: Rows) -> None:
    rows.open(conversations, fact.id, version=fact.version, **columns(event, conversations))


@handles(Conversation.Commented, Conversation.Answered)
def remarked(event: Conversation.Commented | Conversation.Answered, fact: Fact, rows: Rows) -> None:
    conversation = rows.current(conversations, fact.id)
    about = {name: conversation[name] for name in ("subject_type", "subject_id")}
    said = {"answers_to": None, **columns(event, comments), "author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    rows.open(comments, str(event.comment_id), version=1, conversation_id=fact.id, **about, **said)
