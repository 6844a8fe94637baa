"""A change: one fact with who, when and why, what it changed from and to, and what that did to the numbers above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.changes.row_diff import Fields
from projections.changes.subject import Subject

FACT_FIELDS = ("position", "recorded_at", "type", "actor", "reason", "correlation_id", "imported")
ID_FIELDS = ("objective_id", "origin", "key_result_id", "check_in_id", "child_id", "parent_id", "unit_id", "owner", "person_id")
"""Fields of a fact by which a sentence names something."""
MAX_EFFECTS = 10


@dataclass(frozen=True, slots=True)
class Effect:
    """An objective's progress right before and right after a fact; null where it had none, or was not there."""

    objective_id: str
    title: str
    before: str | None
    after: str | None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("objective_id", "title", "before", "after")}


@dataclass(frozen=True, slots=True)
class Change:
    """`fact` is told as by the audit trail; `direction` is that of a moved target; `check_in` says of a check-in whose it was
    and how late; `progress` is the key result's own, before and after; `effects` are those on the objectives above, the
    nearest first.
    """

    fact: Mapping[str, Any]
    kind: str
    subject: Subject
    fields: Mapping[str, Fields]
    direction: str | None = None
    check_in: Fields | None = None
    progress: Fields | None = None
    effects: Sequence[Effect] = ()

    @property
    def position(self) -> int:
        return int(self.fact["position"])

    @property
    def mentioned_ids(self) -> set[str]:
        """Those of all that its fact may name."""
        said = (self.fact["fields"].get(name) for name in ID_FIELDS)
        author = (self.check_in or {}).get("author")
        return {id for id in (self.fact["subject_id"], self.fact["actor"], author, *said) if id}

    def as_dict(self, sentence: str) -> dict[str, Any]:
        return {
            **{name: self.fact[name] for name in FACT_FIELDS},
            "kind": self.kind,
            "sentence": sentence,
            "subject": self.subject.as_dict(),
            "fields": self.fields,
            "direction": self.direction,
            "check_in": self.check_in,
            "progress": self.progress,
            "effects": [effect.as_dict() for effect in self.effects[:MAX_EFFECTS]],
            "more_effects": max(len(self.effects) - MAX_EFFECTS, 0),
        }


@dataclass(frozen=True, slots=True)
class NetChange:
    """What differs of a subject between the two moments, whatever happened in between."""

    subject: Subject
    fields: Mapping[str, Fields]
    direction: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"subject": self.subject.as_dict(), "fields": self.fields, "direction": self.direction}
