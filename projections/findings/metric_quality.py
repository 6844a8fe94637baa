"""Measures: key results without a number or a start, and targets that were made easier."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson

from okr_events.domain.metrics.target_direction import classify_revision
from projections.findings.finding import Finding, key_result_finding
from projections.findings.finding_scope import FindingScope, Revision


def find_not_smart(scene: FindingScope) -> Iterator[Finding]:
    """`not_smart`: an increase or decrease without a baseline, no deadline, or no number (binary)."""
    for objective, part in scene.key_results:
        lacking = _missing_parts(part.row)
        if lacking:
            sentence = f"“{part.row.title}” of “{objective.row.title}” has no {' and no '.join(lacking)}."
            yield key_result_finding("not_smart", part.row, objective.row, sentence, (part.row.metric_at,))


def find_moved_goalposts(scene: FindingScope) -> Iterator[Finding]:
    """`goalposts_moved`: a target was made easier on the cycle's first day or later."""
    eased = _eased_revisions(scene)
    for objective, part in scene.key_results:
        if part.row.id in eased:
            last = eased[part.row.id][-1]
            times = "" if len(eased[part.row.id]) == 1 else f", the last of {len(eased[part.row.id])} times"
            sentence = (
                f"The target of “{part.row.title}” of “{objective.row.title}” was eased from {_format_target(last.before)} to "
                f"{_format_target(last.after)} on {scene.moment.recorded_day(last.recorded_at)}{times}."
            )
            positions = (revision.position for revision in eased[part.row.id])
            yield key_result_finding("goalposts_moved", part.row, objective.row, sentence, positions)


def _missing_parts(row: Any) -> list[str]:
    metric = orjson.loads(row.metric)
    baseline = metric["kind"] in {"increase", "decrease"} and metric.get("baseline") is None
    said = {"baseline": baseline, "deadline": row.due_on is None, "number": metric["kind"] == "binary"}
    return [name for name, lacks in said.items() if lacks]


def _eased_revisions(scene: FindingScope) -> dict[str, list[Revision]]:
    found: dict[str, list[Revision]] = defaultdict(list)
    cycles = {part.row.id: part.row.cycle_id for _, part in scene.key_results}
    for revision in sorted(scene.revisions, key=lambda revision: revision.position):
        cycle = scene.rules.get(cycles.get(revision.key_result_id, ""))
        begun = cycle is not None and scene.moment.recorded_day(revision.recorded_at) >= cycle.starts_on
        if begun and classify_revision(revision.before, revision.after) == "easier":
            found[revision.key_result_id].append(revision)
    return found


def _format_target(metric: Any) -> str:
    if metric["kind"] == "between":
        return f"{metric['low']} to {metric['high']}"
    return str(metric["target"])
