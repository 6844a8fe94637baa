"""Intents: who wants something recorded, why, and on what terms."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from okr_events.domain.errors import ReasonRequired
from okr_events.domain.values import Words
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.idempotency import Key


@dataclass(frozen=True, slots=True)
class Intent:
    """Who wants something recorded, why, and on what terms: at the version `expected`, under an idempotency key, or only
    as a rehearsal that records nothing.
    """

    actor: UUID
    reason: str | None = None
    expected: int | None = None
    key: Key | None = None
    rehearse: bool = False
    correlation_id: UUID = field(default_factory=uuid4)

    @property
    def reasoned(self) -> bool:
        """Whether a reason is given: a blank one is none."""
        return bool((self.reason or "").strip())

    def because(self) -> None:
        """Raise `ReasonRequired` when no reason is given."""
        if not self.reasoned:
            raise ReasonRequired

    def words(self, text: str | None) -> Words | None:
        return Words.by(self.actor, text)

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.actor, self.words(self.reason), self.correlation_id)
