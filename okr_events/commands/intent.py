"""Intents: the actor, the reason and the conditions of a command."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from okr_events.domain.errors import ReasonRequired
from okr_events.domain.names import is_blank
from okr_events.domain.values import AuthoredText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.idempotency import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Intent:
    """Who runs a command and why: only at the version `expected`, with an idempotency key, or as a dry run (`rehearse`)."""

    actor: UUID
    reason: str | None = None
    expected: int | None = None
    key: IdempotencyKey | None = None
    rehearse: bool = False
    correlation_id: UUID = field(default_factory=uuid4)

    @property
    def has_reason(self) -> bool:
        """Whether there is a reason that shows something."""
        return not is_blank(self.reason or "")

    def require_reason(self) -> None:
        if not self.has_reason:
            raise ReasonRequired

    def authored_text(self, text: str | None) -> AuthoredText | None:
        return AuthoredText.from_text(self.actor, text)

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.actor, self.authored_text(self.reason), self.correlation_id)
