"""Links that reach too far: past a level, out of the parent's cycle, to what is over."""

from collections.abc import Iterator
from typing import Any

from okr_events.domain.values import Level
from projections.findings.finding import Finding, link_finding
from projections.findings.finding_scope import FindingScope
from projections.store.links import CONTRIBUTING_KINDS


def find_level_skips(scene: FindingScope) -> Iterator[Finding]:
    """`level_skip`: between the two levels stands another, on which the child's unit has a unit above it."""
    for link, child, goal in _contributing_links(scene):
        own, above = scene.unit_of(child), scene.unit_of(goal)
        low, high = Level(own.level).depth, Level(above.level).depth
        skipped = [list(Level)[depth] for depth in sorted(scene.lineage_depths[own.id]) if high < depth < low]
        if skipped:
            sentence = (
                f"“{child.title}” of {own.name} ({own.level}) serves “{goal.title}” of {above.name} ({above.level}) "
                f"past the {' and the '.join(skipped)} between them."
            )
            yield link_finding("level_skip", link, child, sentence, (own.moved_at, above.moved_at))


def find_cycle_mismatches(scene: FindingScope) -> Iterator[Finding]:
    """`cycle_mismatch`: the child's cycle begins before its parent's or ends after it."""
    for link, child, goal in _contributing_links(scene):
        own, above = scene.rules[child.cycle_id], scene.rules[goal.cycle_id]
        if own.starts_on < above.starts_on or own.ends_on > above.ends_on:
            sentence = (
                f"“{child.title}” runs from {own.starts_on} to {own.ends_on} ({own.row.name}), outside “{goal.title}” "
                f"which it serves: {above.starts_on} to {above.ends_on} ({above.row.name})."
            )
            yield link_finding("cycle_mismatch", link, child, sentence, (child.created, goal.created))


def find_dangling_links(scene: FindingScope) -> Iterator[Finding]:
    """`dangling`: a live link from what is still open to what is closed, cancelled or retired."""
    for link, child in scene.child_links:
        ends = (scene.linked_row(link.parent_id), scene.parent_objective(link))
        over = [end for end in ends if end is not None and scene.is_ended(end)]
        if over and not scene.is_ended(child):
            unit = scene.unit_of(child)
            sentence = f"“{child.title}” of {unit.name} is linked ({link.kind}) to “{ends[0].title}”, which is over."
            yield link_finding("dangling", link, child, sentence, (end.from_position for end in over))


def _contributing_links(scene: FindingScope) -> Iterator[tuple[Any, Any, Any]]:
    """The vertical and explicit links, with the child and the objective that they lead to."""
    return ((link, child, scene.parent_objective(link)) for link, child in scene.child_links if link.kind in CONTRIBUTING_KINDS)
