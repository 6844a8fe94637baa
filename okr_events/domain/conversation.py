"""Conversations: the comments on one subject, in a stream of their own, so that they never raise the subject's version."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from okr_events.domain.errors import NotFound, Refused
from okr_events.domain.values import AuthoredText, EncryptedText, new_id

NAMESPACE = UUID("66774e33-de96-4864-aa91-4f6e91f715d3")
"""Never changes: it turns a subject's id into the id of its conversation."""


class Subject(StrEnum):
    """What can be commented on."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    CHECK_IN = "check_in"

    @property
    def label(self) -> str:
        return "check-in" if self is Subject.CHECK_IN else self.value.replace("_", " ")


class CommentKind(StrEnum):
    FEEDBACK = "feedback"
    COACHING = "coaching"
    QUESTION = "question"
    CELEBRATION = "celebration"


class BlockerNotOpen(Refused):
    code = "blocker-gone"
    title = "The blocker is not open: it was resolved, or its check-in was corrected or retracted."


class Conversation(Aggregate):
    TOPIC = "Conversation"

    class Created(Aggregate.Created):
        TOPIC = "Conversation.Opened"
        subject_type: str
        subject_id: UUID

    class Commented(Aggregate.Event):
        TOPIC = "Conversation.Commented"
        comment_id: UUID
        kind: str
        text: AuthoredText | EncryptedText

    class Answered(Aggregate.Event):
        TOPIC = "Conversation.Answered"
        comment_id: UUID
        answers_to: UUID
        kind: str
        text: AuthoredText | EncryptedText

    class BlockerResolved(Aggregate.Event):
        TOPIC = "Conversation.BlockerResolved"
        blocker_id: UUID
        resolved_on: date

    @staticmethod
    def create_id(subject_id: UUID) -> UUID:
        """The conversation's id follows from its subject's, so that concurrent first comments share one stream."""
        return uuid5(NAMESPACE, subject_id.hex)

    @classmethod
    def open(cls, subject: Subject, id: UUID) -> "Conversation":
        return cls(subject_type=subject.value, subject_id=id)

    def comment(self, kind: CommentKind, text: AuthoredText) -> UUID:
        text.check_not_blank("/text")
        comment_id = new_id()
        self._commented(comment_id=comment_id, kind=kind.value, text=text)
        return comment_id

    def answer(self, answers_to: UUID, text: AuthoredText, kind: CommentKind = CommentKind.FEEDBACK) -> UUID:
        """Answer a comment or an answer; raises `NotFound` when the conversation has no such comment."""
        if str(answers_to) not in self.comments:
            raise NotFound(f"The conversation has no comment with the id {answers_to}.")
        text.check_not_blank("/text")
        comment_id = new_id()
        self._answered(comment_id=comment_id, answers_to=answers_to, kind=kind.value, text=text)
        return comment_id

    def resolve(self, blocker_id: UUID, today: date) -> None:
        if str(blocker_id) in self.resolved:
            raise BlockerNotOpen
        self._blocker_resolved(blocker_id=blocker_id, resolved_on=today)

    @event(Created)
    def __init__(self, subject_type: str, subject_id: UUID) -> None:
        self.subject_type = subject_type
        self.subject_id = subject_id
        self.comments: list[str] = []
        self.resolved: list[str] = []

    @event(Commented)
    def _commented(self, comment_id: UUID, kind: str, text: AuthoredText | EncryptedText) -> None:
        self.comments.append(str(comment_id))

    @event(Answered)
    def _answered(self, comment_id: UUID, answers_to: UUID, kind: str, text: AuthoredText | EncryptedText) -> None:
        self.comments.append(str(comment_id))

    @event(BlockerResolved)
    def _blocker_resolved(self, blocker_id: UUID, resolved_on: date) -> None:
        self.resolved.append(str(blocker_id))
