"""The envelope of an event: actor, reason, correlation id, and where it was imported from."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID, uuid4

from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.event_log.hash_chain import WALL_TIME


@dataclass(frozen=True, slots=True)
class Envelope:
    """`imported` describes the origin of a journal's event: `file`, `sha256`, `imported_at`, `times` (`claimed` by the
    journal or `witnessed` by the log), and of the row its `recorded_at`, a digest of the `row`, and its names
    for `cycle`, `objective` and `key_result`. `wall_time`, in microseconds, says when an event was recorded whose own time
    leads the clock.
    """

    actor: UUID
    reason: AuthoredText | EncryptedText | None = None
    correlation_id: UUID = field(default_factory=uuid4)
    imported: dict[str, str] | None = None
    wall_time: int | None = None

    def with_encrypted_reason(
        self, encrypt: Callable[[AuthoredText, str], EncryptedText], originator_id: UUID, version: int
    ) -> "Envelope":
        """Return the envelope with its reason encrypted and bound to its event."""
        if not isinstance(self.reason, AuthoredText):
            return self
        return replace(self, reason=encrypt(self.reason, _reason_binding(originator_id, version)))

    def encode(self) -> bytes:
        """Return compact JSON with sorted names, in UTF-8 on one line: the bytes that the ledger hashes."""
        parts: dict[str, object] = {"actor": self.actor.hex, "correlation_id": self.correlation_id.hex}
        if isinstance(self.reason, AuthoredText):
            raise TypeError("encrypt the reason before recording it")
        if self.reason:
            parts["reason"] = [self.reason.author.hex, self.reason.ciphertext]
        if self.imported:
            parts["imported"] = self.imported
        if self.wall_time is not None:
            parts[WALL_TIME] = self.wall_time
        return json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, data: bytes, originator_id: UUID, version: int) -> Self:
        parts = json.loads(data)
        reason = parts.get("reason")
        encrypted = EncryptedText(UUID(reason[0]), reason[1], _reason_binding(originator_id, version)) if reason else None
        return cls(UUID(parts["actor"]), encrypted, UUID(parts["correlation_id"]), parts.get("imported"), parts.get(WALL_TIME))


def _reason_binding(originator_id: UUID, version: int) -> str:
    return f"{originator_id.hex}/{version}/reason"
