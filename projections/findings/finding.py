"""A finding: its code, subject, sentence and evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from okr_events.json_types import JsonObject
from projections.store.tables import AlignmentRow, KeyResultRow, ObjectiveRow, UnitRow, VersionedRow

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
"""Severities by code."""
CODE_RANKS = {code: SEVERITIES.index(severity) for code, severity in CODES.items()}
Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """`evidence` holds the positions of the events behind it, `position` is that of its subject's creation."""

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
        """What identifies a finding at every moment: its code and subject, for a unit in each cycle."""
        return self.code, self.subject_type, self.subject_id, self.cycle_id

    @property
    def sort_key(self) -> str:
        """The severity, the code and the age of the subject, as a text that sorts alike and continues a page."""
        return f"{CODE_RANKS[self.code]}.{self.code}.{self.position:019}.{self.subject_id}.{self.cycle_id}"

    def as_dict(self) -> JsonObject:
        return {
            "code": self.code,
            "severity": self.severity,
            "subject": {"type": self.subject_type, "id": self.subject_id},
            "unit_id": self.unit_id,
            "cycle_id": self.cycle_id,
            "sentence": self.sentence,
            "evidence": list(self.evidence),
        }


def objective_finding(code: str, objective: ObjectiveRow, sentence: str, evidence: Iterable[int] = ()) -> Finding:
    return _subject_finding("objective", code, objective, objective, sentence, evidence)


def key_result_finding(
    code: str, key_result: KeyResultRow, objective: ObjectiveRow, sentence: str, evidence: Iterable[int] = ()
) -> Finding:
    return _subject_finding("key_result", code, key_result, objective, sentence, evidence)


def link_finding(code: str, link: AlignmentRow, child: ObjectiveRow, sentence: str, evidence: Iterable[int] = ()) -> Finding:
    """A finding about a link, in the unit and cycle of its child."""
    return _subject_finding("alignment", code, link, child, sentence, evidence)


def unit_finding(code: str, unit: UnitRow, cycle_id: str, sentence: str, evidence: Iterable[int]) -> Finding:
    return Finding(code, "unit", unit.id, unit.id, cycle_id, sentence, tuple(sorted(set(evidence))), unit.created)


def _subject_finding(
    type: str, code: str, subject: VersionedRow, objective: ObjectiveRow, sentence: str, evidence: Iterable[int]
) -> Finding:
    """A finding with the creation of its subject as evidence too."""
    positions = tuple(sorted({subject.created, *evidence}))
    return Finding(code, type, subject.id, objective.unit_id, objective.cycle_id, sentence, positions, subject.created)


def new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """The findings after a change that were not there before; with the arguments swapped, those that it resolved."""
    known = {finding.identity for finding in before}
    return [finding for finding in after if finding.identity not in known]
