"""Envelopes: who recorded a fact, why, and whether it was imported. One stands beside every event."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID, uuid4

from okr_events.domain.values import AuthoredText, EncryptedText


@dataclass(frozen=True, slots=True)
class Envelope:
    """`imported` says of a journal's event: `file`, `sha256`, `imported_at`, the journal's `recorded_at`, and whether the
    log's time is `claimed` by the journal or `witnessed` by the log.
    """

    actor: UUID
    reason: AuthoredText | EncryptedText | None = None
    correlation_id: UUID = field(default_factory=uuid4)
    imported: dict[str, str] | None = None

    def with_encrypted_reason(self, seal: Any, originator_id: UUID, version: int) -> "Envelope":
        """Itself with its reason sealed, bound to the event that it stands beside."""
        if not isinstance(self.reason, AuthoredText):
            return self
        return replace(self, reason=seal(self.reason, _reason_binding(originator_id, version)))

    def encode(self) -> bytes:
        """Compact JSON with sorted names, in UTF-8, on one line: the form that the ledger hashes."""
        parts: dict[str, Any] = {"actor": self.actor.hex, "correlation_id": self.correlation_id.hex}
        if isinstance(self.reason, AuthoredText):
            raise TypeError("a reason is sealed before it is recorded")
        if self.reason:
            parts["reason"] = [self.reason.author.hex, self.reason.ciphertext]
        if self.imported:
            parts["imported"] = self.imported
        return json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, data: bytes, originator_id: UUID, version: int) -> Self:
        parts = json.loads(data)
        reason = parts.get("reason")
        sealed = EncryptedText(UUID(reason[0]), reason[1], _reason_binding(originator_id, version)) if reason else None
        return cls(UUID(parts["actor"]), sealed, UUID(parts["correlation_id"]), parts.get("imported"))


def _reason_binding(originator_id: UUID, version: int) -> str:
    return f"{originator_id.hex}/{version}/reason"
