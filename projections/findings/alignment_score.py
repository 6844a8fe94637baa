"""The alignment score of a unit in a cycle: 100 minus the points of its findings, not below 0."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from okr_events.json_types import JsonObject
from projections.findings.finding import CODES, HIGH, LOW, MEDIUM, Finding
from projections.findings.finding_scope import UnitCycle

MAX_SCORE = 100
POINTS_BY_SEVERITY = {HIGH: 10, MEDIUM: 5, LOW: 2}
MAX_COUNTED = 3
"""Of one code so many findings count, so that no single code can use up the score."""


@dataclass(frozen=True, slots=True)
class AlignmentScore:
    """`deductions` hold the number of findings and the points of each code, in the order of `CODES`."""

    unit_id: str
    cycle_id: str
    deductions: Mapping[str, tuple[int, int]]

    @property
    def value(self) -> int:
        return max(MAX_SCORE - sum(points for _, points in self.deductions.values()), 0)

    def as_dict(self) -> JsonObject:
        deductions = [{"code": code, "count": count, "points": points} for code, (count, points) in self.deductions.items()]
        return {"unit_id": self.unit_id, "cycle_id": self.cycle_id, "score": self.value, "deductions": deductions}


def alignment_scores(unit_cycles: Iterable[UnitCycle], findings: Iterable[Finding]) -> list[AlignmentScore]:
    """The score of each unit in each cycle, by its own findings; findings of the units below it do not count."""
    counts: dict[UnitCycle, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.unit_id, finding.cycle_id][finding.code] += 1
    return [AlignmentScore(*key, _deductions(counts[key])) for key in unit_cycles]


def _deductions(counts: Counter[str]) -> dict[str, tuple[int, int]]:
    points = {code: POINTS_BY_SEVERITY[CODES[code]] * min(count, MAX_COUNTED) for code, count in counts.items()}
    return {code: (counts[code], points[code]) for code in CODES if counts[code]}
