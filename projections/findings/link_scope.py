"""Findings about links that skip a level, leave the parent's cycle, or lead to an ended goal."""

from collections.abc import Iterator

from okr_events.domain.values import Level
from projections.findings.finding import Finding, link_finding
from projections.findings.finding_scope import FindingScope
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.store.tables import AlignmentRow, ObjectiveRow


def find_level_skips(scope: FindingScope) -> Iterator[Finding]:
    """`level_skip`: the child's unit has a unit above it on a level between those of the child and the parent."""
    for link, child, parent in _contributing_links(scope):
        unit, above = scope.unit_of(child), scope.unit_of(parent)
        low, high = Level(unit.level).depth, Level(above.level).depth
        skipped = [list(Level)[depth] for depth in sorted(scope.lineage_depths[unit.id]) if high < depth < low]
        if skipped:
            sentence = (
                f"{scope.label(child)} ({unit.level}) contributes to {scope.label(parent)} ({above.level}) "
                f"past the {' and the '.join(skipped)} between them."
            )
            moves = (position for position in (unit.moved_at, above.moved_at) if position is not None)
            yield link_finding("level_skip", link, child, sentence, moves)


def find_cycle_mismatches(scope: FindingScope) -> Iterator[Finding]:
    """`cycle_mismatch`: the child's cycle starts before its parent's or ends after it."""
    for link, child, parent in _contributing_links(scope):
        inner, outer = scope.rules[child.cycle_id], scope.rules[parent.cycle_id]
        if inner.starts_on < outer.starts_on or inner.ends_on > outer.ends_on:
            sentence = (
                f"“{child.title}” runs from {inner.starts_on} to {inner.ends_on} ({inner.row.name}), outside “{parent.title}”, "
                f"to which it contributes: {outer.starts_on} to {outer.ends_on} ({outer.row.name})."
            )
            yield link_finding("cycle_mismatch", link, child, sentence, (child.created, parent.created))


def find_dangling_links(scope: FindingScope) -> Iterator[Finding]:
    """`dangling`: a live link leads from an open objective to a closed, cancelled or retired goal."""
    for link, child in scope.child_links:
        parent, objective = scope.parent(link), scope.parent_objective(link)
        ended = [row for row in (parent, objective) if row is not None and scope.is_ended(row)]
        if ended and not scope.is_ended(child):
            sentence = f"{scope.label(child)} is linked ({link.kind}) to “{parent.title}”, which has ended."
            yield link_finding("dangling", link, child, sentence, (row.from_position for row in ended))


def _contributing_links(scope: FindingScope) -> Iterator[tuple[AlignmentRow, ObjectiveRow, ObjectiveRow]]:
    return ((link, child, parent) for link, child, parent in scope.objective_links if link.kind in CONTRIBUTING_KINDS)
