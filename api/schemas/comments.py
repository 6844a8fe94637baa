"""Comments: requests and responses."""

from marshmallow import Schema, fields

from api.schemas.fields import CommandSchema, choice, one_of, text
from api.schemas.queries import AsOf, Paged
from api.schemas.response_parts import Authored, Recorded
from okr_events.domain.conversation import CommentKind


class CommentBody(CommandSchema):
    kind = choice(CommentKind, required=True)
    text = text(required=True, metadata={"description": "Stored encrypted."})


class AnswerBody(CommandSchema):
    kind = choice(CommentKind, metadata={"description": "Default: `feedback`."})
    text = text(required=True, metadata={"description": "Stored encrypted."})


class CommentList(AsOf, Paged):
    kind = one_of(*(kind.value for kind in CommentKind))


class CommentSubject(Schema):
    type = fields.String(metadata={"description": "`objective`, `key_result` or `check_in`."})
    id = fields.UUID()


class Comment(Authored, Recorded):
    """A comment never changes: its version is always 1."""

    subject = fields.Nested(CommentSubject)
    kind = fields.String()
    text = fields.String()
    answers_to = fields.UUID(allow_none=True, metadata={"description": "The comment that it answers."})
