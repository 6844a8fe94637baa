"""Findings about key results without a number, baseline or deadline, and about targets that were made easier."""

from collections import defaultdict
from collections.abc import Iterator

import orjson

from okr_events.domain.metrics.target_direction import classify_revision
from projections.findings.finding import Finding, key_result_finding
from projections.findings.finding_scope import FindingScope, Revision
from projections.store.tables import KeyResultRow
from projections.text.phrases import format_target


def find_not_smart(scope: FindingScope) -> Iterator[Finding]:
    """`not_smart`: an increase or decrease without a baseline, no deadline, or no number (binary)."""
    for objective, key_result in scope.key_results:
        row = key_result.row
        if missing := _missing_parts(row):
            sentence = f"“{row.title}” of “{objective.row.title}” has no {' and no '.join(missing)}."
            yield key_result_finding("not_smart", row, objective.row, sentence, (row.metric_at,))


def find_moved_goalposts(scope: FindingScope) -> Iterator[Finding]:
    """`goalposts_moved`: a target was made easier on the cycle's first day or later."""
    eased = _eased_revisions(scope)
    for objective, key_result in scope.key_results:
        row = key_result.row
        if revisions := eased.get(row.id):
            last, times = revisions[-1], f", the last of {len(revisions)} times" if len(revisions) > 1 else ""
            sentence = (
                f"The target of “{row.title}” of “{objective.row.title}” was eased from {format_target(last.before)} to "
                f"{format_target(last.after)} on {scope.moment.recorded_day(last.recorded_at)}{times}."
            )
            evidence = (revision.position for revision in revisions)
            yield key_result_finding("goalposts_moved", row, objective.row, sentence, evidence)


def _missing_parts(row: KeyResultRow) -> list[str]:
    metric = orjson.loads(row.metric)
    missing = {
        "baseline": metric["kind"] in {"increase", "decrease"} and metric.get("baseline") is None,
        "deadline": row.due_on is None,
        "number": metric["kind"] == "binary",
    }
    return [name for name, is_missing in missing.items() if is_missing]


def _eased_revisions(scope: FindingScope) -> dict[str, list[Revision]]:
    """The revisions of each key result that made its target easier after the cycle began, in order."""
    eased: dict[str, list[Revision]] = defaultdict(list)
    cycle_ids = {key_result.row.id: key_result.row.cycle_id for _, key_result in scope.key_results}
    for revision in sorted(scope.revisions, key=lambda revision: revision.position):
        cycle = scope.rules.get(cycle_ids.get(revision.key_result_id, ""))
        begun = cycle is not None and scope.moment.recorded_day(revision.recorded_at) >= cycle.starts_on
        if begun and classify_revision(revision.before, revision.after) == "easier":
            eased[revision.key_result_id].append(revision)
    return eased
