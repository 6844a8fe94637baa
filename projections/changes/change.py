"""A change: one fact with its subject, the fields that it changed and its effects on progress."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from okr_events.json_types import JsonObject
from projections.changes.row_diff import Fields
from projections.changes.subject import Subject

FACT_FIELDS = ("position", "recorded_at", "type", "actor", "reason", "correlation_id", "imported")
ID_FIELDS = ("objective_id", "origin", "key_result_id", "check_in_id", "child_id", "parent_id", "unit_id", "owner", "person_id")
"""Fields of a fact whose ids a sentence shows by name."""
MAX_EFFECTS = 10


@dataclass(frozen=True, slots=True)
class Effect:
    """The progress of an objective right before and right after a fact; null where there is none."""

    objective_id: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, serialized as in histories.

    `direction` compares a revised target. `check_in` has the author and the delays of a check-in. `progress` is the key
    result's own before and after; `effects` are those on the objectives above, the nearest first.
    """

    fact: JsonObject
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
        """The ids that its sentence may show by name."""
        fields = (self.fact["fields"].get(name) for name in ID_FIELDS)
        author = (self.check_in or {}).get("author")
        return {id for id in (self.fact["subject_id"], self.fact["actor"], author, *fields) if id}

    def as_dict(self, sentence: str) -> JsonObject:
        return {
            **{name: self.fact[name] for name in FACT_FIELDS},
            "kind": self.kind,
            "sentence": sentence,
            "subject": self.subject.as_dict(),
            "fields": self.fields,
            "direction": self.direction,
            "check_in": self.check_in,
            "progress": self.progress,
            "effects": [asdict(effect) for effect in self.effects[:MAX_EFFECTS]],
            "more_effects": max(len(self.effects) - MAX_EFFECTS, 0),
        }


@dataclass(frozen=True, slots=True)
class NetChange:
    """The fields of a subject that differ between the two moments, whatever happened in between."""

    subject: Subject
    fields: Mapping[str, Fields]
    direction: str | None = None

    def as_dict(self) -> JsonObject:
        return asdict(self)
