"""Measures: key results without a number or a start, and targets that were made easier."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson

from okr_events.domain.metrics.target_direction import direction
from projections.findings.finding import Finding, about_key_result
from projections.findings.finding_scope import Revision, Scene


def not_smart(scene: Scene) -> Iterator[Finding]:
    """`not_smart`: an increase or decrease without a baseline, no deadline, or no number (binary)."""
    for objective, part in scene.key_results:
        lacking = _lacking(part.row)
        if lacking:
            sentence = f"“{part.row.title}” of “{objective.row.title}” has no {' and no '.join(lacking)}."
            yield about_key_result("not_smart", part.row, objective.row, sentence, (part.row.metric_at,))


def goalposts_moved(scene: Scene) -> Iterator[Finding]:
    """`goalposts_moved`: a target was made easier on the cycle's first day or later."""
    eased = _eased(scene)
    for objective, part in scene.key_results:
        if part.row.id in eased:
            last = eased[part.row.id][-1]
            times = "" if len(eased[part.row.id]) == 1 else f", the last of {len(eased[part.row.id])} times"
            sentence = (
                f"The target of “{part.row.title}” of “{objective.row.title}” was eased from {_target(last.before)} to "
                f"{_target(last.after)} on {scene.moment.day_of(last.recorded_at)}{times}."
            )
            positions = (revision.position for revision in eased[part.row.id])
            yield about_key_result("goalposts_moved", part.row, objective.row, sentence, positions)


def _lacking(row: Any) -> list[str]:
    metric = orjson.loads(row.metric)
    baseline = metric["kind"] in {"increase", "decrease"} and metric.get("baseline") is None
    said = {"baseline": baseline, "deadline": row.due_on is None, "number": metric["kind"] == "binary"}
    return [name for name, lacks in said.items() if lacks]


def _eased(scene: Scene) -> dict[str, list[Revision]]:
    found: dict[str, list[Revision]] = defaultdict(list)
    cycles = {part.row.id: part.row.cycle_id for _, part in scene.key_results}
    for revision in sorted(scene.revisions, key=lambda revision: revision.position):
        cycle = scene.rules.get(cycles.get(revision.key_result_id, ""))
        begun = cycle is not None and scene.moment.day_of(revision.recorded_at) >= cycle.starts_on
        if begun and direction(revision.before, revision.after) == "easier":
            found[revision.key_result_id].append(revision)
    return found


def _target(metric: Any) -> str:
    if metric["kind"] == "between":
        return f"{metric['low']} to {metric['high']}"
    return str(metric["target"])
