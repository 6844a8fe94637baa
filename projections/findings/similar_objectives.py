"""Findings about objectives of two units with nearly the same title."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from okr_events.domain.decimals import divide
from projections.findings.finding import Finding, objective_finding
from projections.findings.finding_scope import FindingScope
from projections.findings.title_similarity import TitleIndex, normalize_title
from projections.store.tables import ObjectiveRow
from projections.text.phrases import PERCENT, format_exact_percent
from projections.text.rounding import Rounding

RowsByUnit = dict[str, list[ObjectiveRow]]
EXACT_MATCH = 100.0


def find_overlaps(scope: FindingScope) -> Iterator[Finding]:
    """`overlap`: an unlinked objective of another unit in the same cycle has nearly the same title; the closest one."""
    linked = _linked_objectives(scope)
    for cycle_id, titles in _group_by_title(scope).items():
        index, min_similarity = TitleIndex(titles), scope.rules[cycle_id].policy["overlap"]
        for title, by_unit in titles.items():
            similar = [(title, EXACT_MATCH), *index.find_similar(title, min_similarity)]
            for objective in (row for rows in by_unit.values() for row in rows):
                candidates = ((score, titles[other]) for other, score in similar)
                if closest := _find_closest(objective, candidates, linked[objective.id]):
                    yield _overlap_finding(scope, objective, *closest)


def _group_by_title(scope: FindingScope) -> dict[str, dict[str, RowsByUnit]]:
    """The objectives by cycle, normalized title and unit, so that each distinct title is compared once."""
    groups: dict[str, dict[str, RowsByUnit]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for objective in scope.objectives.values():
        row = objective.row
        groups[row.cycle_id][normalize_title(row.title)][row.unit_id].append(row)
    return groups


def _linked_objectives(scope: FindingScope) -> dict[str, set[str]]:
    """The ids of the objectives that live links join directly to each objective."""
    linked: dict[str, set[str]] = defaultdict(set)
    for link in scope.links.live:
        if parent := scope.parent_objective(link):
            linked[link.child_id].add(parent.id)
            linked[parent.id].add(link.child_id)
    return linked


def _find_closest(
    objective: ObjectiveRow, candidates: Iterable[tuple[float, RowsByUnit]], linked: set[str]
) -> tuple[float, ObjectiveRow] | None:
    """The first candidate of another unit that is not linked to the objective, with its similarity."""
    for score, by_unit in candidates:
        for unit_id, rows in by_unit.items():
            if unit_id != objective.unit_id and (other := next((row for row in rows if row.id not in linked), None)):
                return score, other
    return None


def _overlap_finding(scope: FindingScope, objective: ObjectiveRow, score: float, other: ObjectiveRow) -> Finding:
    similarity = format_exact_percent(str(Rounding().round(divide(Decimal(score), PERCENT), 2)))
    sentence = f"{scope.label(objective)} and {scope.label(other)} are {similarity} alike."
    return objective_finding("overlap", objective, sentence, (other.created,))
