"""Computes what one event did to the numbers of its goal and of all goals above it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, or_, select

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.domain.health import Health
from okr_events.domain.progress import Progress
from okr_events.json_types import JsonObject
from projections.evaluation.cadences import has_unit_cadences
from projections.evaluation.goal_graph import GoalGraph
from projections.event_catalog import CATALOG
from projections.impact.affected_objectives import find_affected_objectives
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.store.lookups import fetch_row, fetch_unit_subtree
from projections.store.tables import AlignmentRow, KeyResultRow, alignments, key_results, valid_at


@dataclass(frozen=True, slots=True)
class Numbers:
    """The progress of a goal, clamped to [0, 1], its effective health and, for an objective, its score."""

    progress: str | None
    health: str | None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class GoalEffect:
    """The numbers of a goal right before and right after an event, both as of the time of the event."""

    id: str
    before: Numbers
    after: Numbers


def compute_effects(connection: Connection, moment: Moment, fact: JsonObject) -> list[GoalEffect]:
    """The goals whose numbers the fact of a moment changed: key result, objective, then the goals above, the nearest first."""
    ids = _affected_goals(connection, moment, fact) if CATALOG[fact["type"]].moves else []
    if not ids:
        return []
    before, after = (
        goal_numbers(_load_graph(connection, replace(moment, position=position), fact, ids))
        for position in (moment.position - 1, moment.position)
    )
    known = [id for id in dict.fromkeys(ids) if id in before and id in after]
    return [GoalEffect(id, before[id], after[id]) for id in known if before[id] != after[id]]


def _affected_goals(connection: Connection, moment: Moment, fact: JsonObject) -> list[str]:
    """The goals whose numbers may change."""
    id: str = fact["subject_id"]
    match fact["type"].partition(".")[0]:
        case "Cycle":
            graph = GoalGraph.for_cycle(connection, moment, id)
            return [*graph.objectives, *graph.key_results]
        case "Unit":
            return _goals_affected_by_unit(connection, moment, id)
        case "KeyResult":
            objective_id = fetch_row(connection, KeyResultRow, UUID(id), moment.position).objective_id
            return [id, *_goals_above(connection, moment, objective_id, id)]
        case "Alignment":
            link = fetch_row(connection, AlignmentRow, UUID(id), moment.position)
            return [link.parent_id, *_goals_above(connection, moment, link.child_id)] if link.kind in CONTRIBUTING_KINDS else []
    own = select(key_results.c.id).where(key_results.c.objective_id == id, valid_at(key_results, moment.position))
    return [id, *connection.scalars(own), *_goals_above(connection, moment, id)]


def _goals_affected_by_unit(connection: Connection, moment: Moment, id: str) -> list[str]:
    if not has_unit_cadences(connection, moment.position):
        return []
    graph = GoalGraph.for_units(connection, moment, fetch_unit_subtree(connection, UUID(id), moment.position), None)
    above = [goal_id for objective_id in graph.objectives for goal_id in _goals_above(connection, moment, objective_id)]
    return [*graph.key_results, *graph.objectives, *above]


def _goals_above(connection: Connection, moment: Moment, objective_id: str, key_result_id: str | None = None) -> list[str]:
    """The objectives that one contributes to, right before or right after, each after its inherited key results on the way."""
    positions = (moment.position - 1, moment.position)
    affected = find_affected_objectives(connection, objective_id, positions, key_result_id=key_result_id)
    above = [entry["id"] for entry in affected["up"]]
    inherited = _inherited_key_results(connection, {objective_id, *above}, positions)
    return [id for parent_id in above for id in (*inherited.get(parent_id, ()), parent_id)]


def _inherited_key_results(connection: Connection, heirs: Collection[str], positions: Collection[int]) -> dict[str, list[str]]:
    """The key results that these objectives inherit, by the objective that each belongs to."""
    inherits = (alignments.c.kind == "explicit") & or_(*(valid_at(alignments, position) for position in positions))
    inherited: dict[str, list[str]] = {}
    for batch in batches(heirs):
        parent_ids = select(alignments.c.parent_id).where(inherits, alignments.c.child_id.in_(batch))
        query = select(key_results.c.id, key_results.c.objective_id).where(key_results.c.id.in_(parent_ids)).distinct()
        for id, objective_id in connection.execute(query):
            inherited.setdefault(objective_id, []).append(id)
    return inherited


def goal_numbers(graph: GoalGraph) -> dict[str, Numbers]:
    """The numbers of all goals of a graph by id."""
    numbers = {id: _numbers(each.progress, each.health) for id, each in graph.key_results.items()}
    return numbers | {
        id: _numbers(each.progress, each.health, format_decimal_or_null(each.score)) for id, each in graph.objectives.items()
    }


def _numbers(progress: Progress | None, health: Health | None, score: str | None = None) -> Numbers:
    value = format_decimal_or_null(progress.value if progress else None)
    return Numbers(value, health.effective if health else None, score)


def _load_graph(connection: Connection, moment: Moment, fact: JsonObject, ids: list[str]) -> GoalGraph:
    if fact["type"].startswith("Cycle."):
        return GoalGraph.for_cycle(connection, moment, fact["subject_id"])
    return GoalGraph.for_objectives(connection, moment, list(dict.fromkeys(ids)))
