"""Turns: what one event did to the numbers of its goal and of everything that stands above it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, or_, select

from okr_events.domain.decimals import format_decimal, format_decimal_or_null
from projections.evaluation.cadences import has_unit_cadences
from projections.evaluation.goal_graph import GoalGraph
from projections.impact.links import find_affected_objectives
from projections.moment import Moment
from projections.store import lookups
from projections.store.batching import batches
from projections.store.links import CONTRIBUTING_KINDS
from projections.store.tables import alignments, key_results, valid_at

EVENTS_WITHOUT_EFFECT = (
    *("Unit.Created", "Unit.Renamed", "Unit.VisionStated", "Unit.MissionStated"),
    *("Priority.Set", "Priority.Renamed", "Priority.Described", "Priority.PerspectiveChanged", "Priority.HorizonMoved"),
    *("Priority.Reassigned", "Priority.Retired", "Cycle.Created", "Cycle.Activated"),
    *("Objective.Created", "Objective.Agreed", "Objective.Renamed", "Objective.Described", "Objective.CommitmentChanged"),
    *("Objective.Prioritised", "Objective.WeightsSet", "Objective.Reassigned"),
    *("KeyResult.Renamed", "KeyResult.Described", "KeyResult.DeadlineMoved", "KeyResult.Reassigned"),
    *("KeyResult.ContributorNamed", "KeyResult.ContributorReleased"),
    *("Initiative.Started", "Initiative.Completed", "Alignment.CapacityAsked", "Alignment.Confirmed", "Alignment.Declined"),
    *("Conversation.Opened", "Conversation.Commented", "Conversation.Answered", "Conversation.BlockerResolved"),
    *("Review.Held", "Review.AdjustmentsLinked", "Review.DecisionCompleted", "Person.Erased"),
)
"""Events that move no progress, no health and no objective's score."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A goal's progress, clamped to [0, 1], its effective health, and an objective's score; null where there is none."""

    progress: str | None
    health: str | None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class GoalEffect:
    """A goal, with its numbers right before an event and right after it, both as of the event's own time."""

    id: str
    before: Numbers
    after: Numbers


def compute_effects(connection: Connection, moment: Moment, fact: Mapping[str, Any]) -> list[GoalEffect]:
    """What changed: the key result first, then its objective, then what that contributes to, the nearest first.

    `moment` is that of the fact.
    """
    felt = [] if fact["type"] in EVENTS_WITHOUT_EFFECT else _affected_goals(connection, moment, fact)
    if not felt:
        return []
    before, after = (_load_numbers(connection, replace(moment, position=moment.position - back), fact, felt) for back in (1, 0))
    seen = [id for id in dict.fromkeys(felt) if id in before and id in after]
    return [GoalEffect(id, before[id], after[id]) for id in seen if before[id] != after[id]]


def _affected_goals(connection: Connection, moment: Moment, fact: Mapping[str, Any]) -> list[str]:
    """The goals that may feel it."""
    id: str = fact["subject_id"]
    match fact["type"].partition(".")[0]:
        case "Cycle":
            graph = GoalGraph.for_cycle(connection, moment, id)
            return [*graph.objectives, *graph.key_results]
        case "Unit":
            return _goals_affected_by_unit(connection, moment, id)
        case "KeyResult":
            objective = _fetch_row(connection, key_results, id, moment).objective_id
            return [id, *_goals_above(connection, moment, objective, id)]
        case "Alignment":
            link = _fetch_row(connection, alignments, id, moment)
            return [link.parent_id, *_goals_above(connection, moment, link.child_id)] if link.kind in CONTRIBUTING_KINDS else []
    own = select(key_results.c.id).where(key_results.c.objective_id == id, valid_at(key_results, moment.position))
    return [id, *connection.scalars(own), *_goals_above(connection, moment, id)]


def _goals_affected_by_unit(connection: Connection, moment: Moment, id: str) -> list[str]:
    if not has_unit_cadences(connection, moment.position):
        return []
    graph = GoalGraph.for_units(connection, moment, lookups.fetch_unit_subtree(connection, UUID(id), moment.position), None)
    above = [goal for objective in graph.objectives for goal in _goals_above(connection, moment, objective)]
    return [*graph.key_results, *graph.objectives, *above]


def _goals_above(connection: Connection, moment: Moment, objective_id: str, key_result_id: str | None = None) -> list[str]:
    """What an objective contributes to, as linked right before or right after: each objective after those of its key results
    that are inherited on the way.
    """
    around = (moment.position - 1, moment.position)
    found = [
        each["id"] for each in find_affected_objectives(connection, objective_id, around, key_result_id=key_result_id)["up"]
    ]
    inherited = _inherited_key_results(connection, {objective_id, *found}, around)
    return [id for goal in found for id in (*inherited.get(goal, ()), goal)]


def _inherited_key_results(connection: Connection, heirs: Collection[str], around: Collection[int]) -> dict[str, list[str]]:
    """The key results that these objectives inherit, by the objectives that they belong to."""
    inherits = (alignments.c.kind == "explicit") & or_(*(valid_at(alignments, position) for position in around))
    found: dict[str, list[str]] = {}
    for some in batches(heirs):
        ends = select(alignments.c.parent_id).where(inherits, alignments.c.child_id.in_(some))
        query = select(key_results.c.id, key_results.c.objective_id).where(key_results.c.id.in_(ends)).distinct()
        for id, objective_id in connection.execute(query):
            found.setdefault(objective_id, []).append(id)
    return found


def _load_numbers(connection: Connection, moment: Moment, fact: Mapping[str, Any], felt: list[str]) -> dict[str, Numbers]:
    return goal_numbers(_load_graph(connection, moment, fact, felt))


def goal_numbers(graph: GoalGraph) -> dict[str, Numbers]:
    """The numbers of all goals of a graph, by their ids."""
    measured = {id: Numbers(*_progress_and_health(each)) for id, each in graph.key_results.items()}
    return measured | {
        id: Numbers(*_progress_and_health(each), format_decimal_or_null(each.score)) for id, each in graph.objectives.items()
    }


def _progress_and_health(each: Any) -> tuple[str | None, str | None]:
    return (format_decimal(each.progress.value) if each.progress else None), (each.health.effective if each.health else None)


def _load_graph(connection: Connection, moment: Moment, fact: Mapping[str, Any], felt: list[str]) -> GoalGraph:
    if fact["type"].startswith("Cycle."):
        return GoalGraph.for_cycle(connection, moment, fact["subject_id"])
    return GoalGraph.for_objectives(connection, moment, list(dict.fromkeys(felt)))


def _fetch_row(connection: Connection, table: Table, id: str, moment: Moment) -> Any:
    return connection.execute(select(table).where(table.c.id == id, valid_at(table, moment.position))).one()
