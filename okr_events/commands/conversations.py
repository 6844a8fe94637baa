"""Commands about comments and blockers. Comments are accepted on every goal and check-in, including ended ones."""

from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retry_on_conflict
from okr_events.domain.conversation import BlockerNotOpen, CommentKind, Conversation, Subject
from okr_events.domain.errors import NotFound
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.values import AuthoredText
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import VersionUnchanged


class ConversationCommands(RecordingApplication):
    @retry_on_conflict
    def comment_on_objective(self, intent: Intent, id: UUID, *, kind: CommentKind, text: str) -> CommandResult:
        return self._comment(intent, Subject.OBJECTIVE, id, self.load(Objective, id).version, kind, text)

    @retry_on_conflict
    def comment_on_key_result(self, intent: Intent, id: UUID, *, kind: CommentKind, text: str) -> CommandResult:
        return self._comment(intent, Subject.KEY_RESULT, id, self.load(KeyResult, id).version, kind, text)

    @retry_on_conflict
    def comment_on_check_in(
        self, intent: Intent, key_result_id: UUID, id: UUID, *, kind: CommentKind, text: str
    ) -> CommandResult:
        version = self.load(KeyResult, key_result_id).get_check_in(id)["version"]
        return self._comment(intent, Subject.CHECK_IN, id, version, kind, text)

    @retry_on_conflict
    def answer_comment(
        self, intent: Intent, conversation_id: UUID, id: UUID, *, text: str, kind: CommentKind = CommentKind.FEEDBACK
    ) -> CommandResult:
        with self.stream_lock(conversation_id):
            conversation = self.load(Conversation, conversation_id)
            with self._check_version(intent, conversation, ("comment", 1)):
                answer_id = conversation.answer(id, AuthoredText(intent.actor, text), kind)
            return self._commit(intent, conversation, status=201, resource=(answer_id, 1))

    @retry_on_conflict
    def resolve_blocker(self, intent: Intent, key_result_id: UUID, id: UUID) -> CommandResult:
        """Resolve a blocker that a check-in still states; retried when the key result changes before the append."""
        with self.stream_lock(Conversation.create_id(key_result_id)):
            key_result = self.load(KeyResult, key_result_id)
            conversation = self._load_or_open(Subject.KEY_RESULT, key_result_id)
            is_open = str(id) in key_result.blocker_ids and str(id) not in conversation.resolved
            with self._check_version(intent, conversation, ("blocker", 1 if is_open else 2)):
                if not is_open:
                    raise BlockerNotOpen
                conversation.resolve(id, self.today())
            unchanged = VersionUnchanged(key_result_id, key_result.version)
            return self._commit(intent, conversation, resource=(id, 2), constraints=[unchanged])

    def _comment(self, intent: Intent, subject: Subject, id: UUID, version: int, kind: CommentKind, text: str) -> CommandResult:
        """Add a comment and, with the first one, the conversation; a client expects the version of the subject."""
        with self.stream_lock(Conversation.create_id(id)):
            conversation = self._load_or_open(subject, id)
            with self._check_version(intent, conversation, (subject.label, version)):
                comment_id = conversation.comment(kind, AuthoredText(intent.actor, text))
            return self._commit(intent, conversation, status=201, resource=(comment_id, 1))

    def _load_or_open(self, subject: Subject, id: UUID) -> Conversation:
        try:
            return self.load(Conversation, Conversation.create_id(id))
        except NotFound:
            return Conversation.open(subject, id)
