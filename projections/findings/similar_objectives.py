"""Objectives of two units that say nearly the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from projections.findings.finding import Finding, objective_finding
from projections.findings.finding_scope import FindingScope
from projections.findings.title_similarity import TitleIndex, normalize_title

RowsByUnit = dict[str, list[Any]]
EXACT_MATCH = 100.0


def find_overlaps(scene: FindingScope) -> Iterator[Finding]:
    """`overlap`: in one cycle another unit, not linked to it, has a title nearly the same; told of the closest alone."""
    linked = _linked_objectives(scene)
    for cycle_id, titles in _group_by_title(scene).items():
        alike, least = TitleIndex(titles), scene.rules[cycle_id].policy["overlap"]
        for title, own in titles.items():
            near = [(title, EXACT_MATCH), *alike.find_similar(title, least)]
            for objective in (each for rows in own.values() for each in rows):
                others = ((score, titles[other]) for other, score in near)
                found = _find_closest(objective, others, linked[objective.id])
                if found:
                    yield _overlap_finding(scene, objective, *found)


def _group_by_title(scene: FindingScope) -> dict[str, dict[str, RowsByUnit]]:
    """The objectives of each cycle by title and unit: equal titles are looked at together."""
    found: dict[str, dict[str, RowsByUnit]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for objective in scene.objectives.values():
        row = objective.row
        found[row.cycle_id][normalize_title(row.title)][row.unit_id].append(row)
    return found


def _linked_objectives(scene: FindingScope) -> dict[str, set[str]]:
    """The objectives that live links join directly to each."""
    found: dict[str, set[str]] = defaultdict(set)
    for link in scene.links.live:
        goal = scene.parent_objective(link)
        if goal is not None:
            found[link.child_id].add(goal.id)
            found[goal.id].add(link.child_id)
    return found


def _find_closest(objective: Any, near: Iterable[tuple[float, RowsByUnit]], linked: set[str]) -> tuple[float, Any] | None:
    """The first that fits: what does not is of the same unit, passed over as a whole, or linked to it."""
    for score, by_unit in near:
        for unit_id, rows in by_unit.items():
            other = next((row for row in rows if row.id not in linked), None) if unit_id != objective.unit_id else None
            if other is not None:
                return score, other
    return None


def _overlap_finding(scene: FindingScope, objective: Any, score: float, other: Any) -> Finding:
    sentence = (
        f"“{objective.title}” of {scene.unit_of(objective).name} and “{other.title}” of {scene.unit_of(other).name} "
        f"are {score:.0f} % alike."
    )
    return objective_finding("overlap", objective, sentence, (other.created,))
