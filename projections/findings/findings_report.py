"""The findings of a scope with the alignment scores of its units, and what opened and closed since an earlier moment."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.kept_graphs import LoadGraph
from projections.findings.alignment_score import alignment_scores
from projections.findings.finding import Finding, new_findings
from projections.findings.finding_scope import FindingScope
from projections.findings.registry import find_all
from projections.findings.scope_loader import load_scope
from projections.moment import Moment


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Selects findings by cycle, units, code and severity; null selects all."""

    cycle_id: str | None = None
    units: frozenset[str] | None = None
    code: str | None = None
    severity: str | None = None

    def includes_unit(self, id: str) -> bool:
        return self.units is None or id in self.units

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        in_units = (finding for finding in findings if self.includes_unit(finding.unit_id))
        return [each for each in in_units if self.code in {None, each.code} and self.severity in {None, each.severity}]


class FindingsReport:
    """The findings at a moment. Scores count all findings of a unit, whatever code or severity the filter selects."""

    def __init__(
        self, connection: Connection, moment: Moment, finding_filter: FindingFilter, load_graph: LoadGraph = GoalGraph.for_cycle
    ) -> None:
        self.connection = connection
        self.load_graph = load_graph
        self.moment = moment
        self.finding_filter = finding_filter
        scope = self._load_scope(moment)
        findings = find_all(scope)
        self.items = finding_filter.apply(findings)
        unit_cycles = [key for key in scope.by_unit_and_cycle if finding_filter.includes_unit(key[0])]
        self.scores = alignment_scores(unit_cycles, findings)

    def differences_since(self, moment: Moment) -> dict[str, list[Finding]]:
        """The findings that opened, and those that closed, since an earlier moment."""
        scope = self._load_scope(moment)
        before = self.finding_filter.apply(find_all(scope))
        return {"opened": new_findings(before, self.items), "closed": new_findings(self.items, before)}

    def _load_scope(self, moment: Moment) -> FindingScope:
        cycle_id = self.finding_filter.cycle_id
        return load_scope(self.connection, moment, cycle_id, self.load_graph(self.connection, moment, cycle_id, None))

    def as_dict(self, *, since: Moment | None, after: str, limit: int) -> JsonObject:
        """One page: of each list the findings behind the sort key `after`, up to the first `limit`-th of a longer list."""
        lists = {"items": self.items, **(self.differences_since(since) if since else {})}
        behind = {name: [finding for finding in found if finding.sort_key > after] for name, found in lists.items()}
        end = min((found[limit - 1].sort_key for found in behind.values() if len(found) > limit), default=None)
        page = {name: [each for each in found if end is None or each.sort_key <= end] for name, found in behind.items()}
        return {
            **self.moment.as_dict(),
            **({"since": since.as_dict()} if since else {}),
            **{name: [finding.as_dict() for finding in found] for name, found in page.items()},
            "next": end,
            "scores": [score.as_dict() for score in self.scores],
        }
