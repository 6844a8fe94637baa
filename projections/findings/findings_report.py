"""The findings that somebody asks about, with the scores of units, and what opened and closed since an earlier moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from projections.findings import scope_loader
from projections.findings.alignment_score import alignment_scores
from projections.findings.finding import Finding
from projections.findings.findings_difference import new_findings
from projections.findings.registry import find_all
from projections.moment import Moment


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Whose findings and which: of one cycle, some units, one code, one severity; what is null does not matter."""

    cycle_id: str | None = None
    units: frozenset[str] | None = None
    code: str | None = None
    severity: str | None = None

    def includes_unit(self, id: str) -> bool:
        return self.units is None or id in self.units

    def apply(self, found: Iterable[Finding]) -> list[Finding]:
        return [
            each
            for each in found
            if self.includes_unit(each.unit_id) and self.code in {None, each.code} and self.severity in {None, each.severity}
        ]


class FindingsReport:
    """What is found at a moment. Scores rest on all findings of a unit, whichever code or severity is asked."""

    def __init__(self, connection: Connection, moment: Moment, asked: FindingFilter) -> None:
        self.connection = connection
        self.moment = moment
        self.finding_filter = asked
        scene = scope_loader.load_scope(connection, moment, asked.cycle_id)
        found = find_all(scene)
        self.items = asked.apply(found)
        self.scores = alignment_scores([place for place in scene.by_unit_and_cycle if asked.includes_unit(place[0])], found)

    def differences_since(self, moment: Moment) -> dict[str, list[Finding]]:
        """What was not found yet at an earlier moment, and what is found no more."""
        scene = scope_loader.load_scope(self.connection, moment, self.finding_filter.cycle_id)
        before = self.finding_filter.apply(find_all(scene))
        return {"opened": new_findings(before, self.items), "closed": new_findings(self.items, before)}

    def as_dict(self, *, since: Moment | None, after: int, limit: int) -> dict[str, Any]:
        """A page of it: of each list as many, from the same place on."""
        lists = {"items": self.items, **(self.differences_since(since) if since else {})}
        end = after + limit
        return {
            **self.moment.as_dict(),
            **({"since": since.as_dict()} if since else {}),
            **{name: [each.as_dict() for each in found[after:end]] for name, found in lists.items()},
            "next": str(end) if any(len(found) > end for found in lists.values()) else None,
            "scores": [score.as_dict() for score in self.scores],
        }
