"""Findings about objectives that serve no goal above them, or that no objective below contributes to."""

from collections.abc import Iterable, Iterator

from projections.findings.finding import Finding, objective_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.store.tables import AlignmentRow

UPWARD_KINDS = (*CONTRIBUTING_KINDS, "strategic")
"""The kinds of links by which an objective serves a goal above it."""


def find_orphans(scope: FindingScope) -> Iterator[Finding]:
    """`orphan`: an objective below the company has no live vertical, explicit or strategic link."""
    for id, objective in scope.objectives.items():
        unit = scope.unit_of(objective.row)
        if unit.level != "company" and not _filter_kinds(scope.links.by_child.get(id, ()), UPWARD_KINDS):
            ended = _filter_kinds(scope.links.ended_by_child.get(id, ()), UPWARD_KINDS)
            sentence = f"{scope.label(objective.row)} ({unit.level}) serves no goal above it."
            yield objective_finding("orphan", objective.row, sentence, map(scope.end_position, ended))


def find_unsupported(scope: FindingScope) -> Iterator[Finding]:
    """`unsupported`: no live vertical or explicit link leads to an objective of the company or a department."""
    for objective in scope.objectives.values():
        unit, links = scope.unit_of(objective.row), scope.links
        ids = (objective.row.id, *(key_result.row.id for key_result in uncancelled_key_results(objective)))
        below = (link for id in ids for link in links.by_parent.get(id, ()))
        if unit.level in {"company", "department"} and not _filter_kinds(below, CONTRIBUTING_KINDS):
            ended = _filter_kinds((link for id in ids for link in links.ended_by_parent.get(id, ())), CONTRIBUTING_KINDS)
            sentence = f"No objective contributes to {scope.label(objective.row)} ({unit.level})."
            yield objective_finding("unsupported", objective.row, sentence, map(scope.end_position, ended))


def _filter_kinds(links: Iterable[AlignmentRow], kinds: tuple[str, ...]) -> list[AlignmentRow]:
    return [link for link in links if link.kind in kinds]
