"""Findings about dependencies: unconfirmed, too many on one objective, and in a loop."""

from collections import defaultdict
from collections.abc import Iterator

from projections.findings.finding import Finding, link_finding, objective_finding
from projections.findings.finding_scope import FindingScope
from projections.findings.graph_cycles import strongly_connected_components
from projections.store.tables import ObjectiveRow
from projections.text.phrases import with_spaces

MAX_TITLES = 5


def find_unconfirmed_dependencies(scope: FindingScope) -> Iterator[Finding]:
    """`unconfirmed_dependency`: a proposed dependency of an open objective is not confirmed or declined yet."""
    for link, child, parent in scope.objective_links:
        if link.kind == "horizontal" and link.state == "proposed" and not scope.is_ended(child):
            sentence = f"{scope.label(child)} depends on {scope.label(parent)}, which has not confirmed it."
            yield link_finding("unconfirmed_dependency", link, child, sentence)


def find_bottlenecks(scope: FindingScope) -> Iterator[Finding]:
    """`bottleneck`: at least as many objectives as the policy names depend on one that is neither on track nor closed."""
    for id, objective in scope.objectives.items():
        health = objective.health.effective if objective.health else "pending"
        links = [link for link in scope.links.by_parent.get(id, ()) if link.kind == "horizontal"]
        if links and health not in {"on_track", "closed"} and len(links) >= scope.policy(objective.row)["bottleneck"]:
            sentence = f"{len(links)} objectives depend on {scope.label(objective.row)}, which is {with_spaces(health)}."
            yield objective_finding("bottleneck", objective.row, sentence, (link.created for link in links))


def find_dependency_loops(scope: FindingScope) -> Iterator[Finding]:
    """`dependency_loop`: objectives depend on one another; one finding in each cycle, about the oldest objective there."""
    open_links = [
        link
        for link, child, parent in ((link, scope.child(link), scope.parent(link)) for link in scope.links.live)
        if link.kind == "horizontal" and not scope.is_ended(child) and not scope.is_ended(parent)
    ]
    loops = strongly_connected_components([(link.child_id, link.parent_id) for link in open_links])
    loop_numbers = {id: number for number, ids in enumerate(loops) for id in ids}
    evidence: dict[int | None, list[int]] = defaultdict(list)
    for link in open_links:
        if loop_numbers.get(link.child_id) == loop_numbers.get(link.parent_id):
            evidence[loop_numbers.get(link.child_id)].append(link.created)
    for number, ids in enumerate(loops):
        rows = sorted((scope.linked.objectives[id] for id in ids), key=lambda row: row.created)
        sentence = f"{len(rows)} objectives depend on one another in a circle: {_join_titles(rows)}."
        oldest_by_cycle = {row.cycle_id: row for row in reversed(rows) if row.id in scope.objectives}
        for objective in oldest_by_cycle.values():
            yield objective_finding("dependency_loop", objective, sentence, evidence[number])


def _join_titles(rows: list[ObjectiveRow]) -> str:
    more = f" and {len(rows) - MAX_TITLES} more" if len(rows) > MAX_TITLES else ""
    return ", ".join(f"“{row.title}”" for row in rows[:MAX_TITLES]) + more
