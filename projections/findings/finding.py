"""A finding: what was found, about what, in a sentence with the numbers behind it, and the events that prove it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HIGH, MEDIUM, LOW = "high", "medium", "low"
SEVERITIES = (HIGH, MEDIUM, LOW)
CODES = {
    "orphan": HIGH,
    "no_key_results": HIGH,
    "no_owner": HIGH,
    "watermelon": HIGH,
    "bottleneck": HIGH,
    "dependency_loop": HIGH,
    "dangling": HIGH,
    "unsupported": MEDIUM,
    "too_few_key_results": MEDIUM,
    "too_many_objectives": MEDIUM,
    "everything_important": MEDIUM,
    "stale": MEDIUM,
    "diverging": MEDIUM,
    "silo": MEDIUM,
    "unconfirmed_dependency": MEDIUM,
    "overlap": MEDIUM,
    "cycle_mismatch": MEDIUM,
    "not_smart": MEDIUM,
    "goalposts_moved": MEDIUM,
    "overreach": MEDIUM,
    "too_many_key_results": LOW,
    "level_skip": LOW,
    "too_safe": LOW,
}
"""Every code with its severity."""
CODE_RANKS = {code: SEVERITIES.index(severity) for code, severity in CODES.items()}
Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """`evidence` are the positions of the events behind it; `position` is where its subject came into being."""

    code: str
    subject_type: str
    subject_id: str
    unit_id: str
    cycle_id: str
    sentence: str
    evidence: tuple[int, ...]
    position: int

    @property
    def severity(self) -> str:
        return CODES[self.code]

    @property
    def identity(self) -> Identity:
        """What stays the same from one moment to another: the code and the subject, a unit's once per cycle."""
        return self.code, self.subject_type, self.subject_id, self.cycle_id

    @property
    def sort_key(self) -> tuple[Any, ...]:
        return CODE_RANKS[self.code], self.code, self.position, self.subject_id, self.cycle_id

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "subject": {"type": self.subject_type, "id": self.subject_id},
            "unit_id": self.unit_id,
            "cycle_id": self.cycle_id,
            "sentence": self.sentence,
            "evidence": list(self.evidence),
        }


def objective_finding(code: str, objective: Any, sentence: str, evidence: Iterable[int] = ()) -> Finding:
    return _subject_finding("objective", code, objective, objective, sentence, evidence)


def key_result_finding(code: str, key_result: Any, objective: Any, sentence: str, evidence: Iterable[int] = ()) -> Finding:
    return _subject_finding("key_result", code, key_result, objective, sentence, evidence)


def link_finding(code: str, link: Any, child: Any, sentence: str, evidence: Iterable[int] = ()) -> Finding:
    """A link is a matter of its child's unit and cycle."""
    return _subject_finding("alignment", code, link, child, sentence, evidence)


def unit_finding(code: str, unit: Any, cycle_id: str, sentence: str, evidence: Iterable[int]) -> Finding:
    return Finding(code, "unit", unit.id, unit.id, cycle_id, sentence, _sort_positions(evidence), unit.created)


def _subject_finding(type: str, code: str, subject: Any, objective: Any, sentence: str, evidence: Iterable[int]) -> Finding:
    """The subject's own creation is always evidence."""
    positions = _sort_positions((subject.created, *evidence))
    place = objective.unit_id, objective.cycle_id
    return Finding(code, type, subject.id, *place, sentence, positions, subject.created)


def _sort_positions(positions: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(positions)))
