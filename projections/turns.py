"""Turns: what one event did to the progress and health of its goal and of everything that stands above it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, select

from okr_events.numbers import plain
from projections.graph import Graph
from projections.impact import CONTRIBUTES, touched
from projections.moment import Moment
from projections.tables import alignments, at, key_results

STILL = (
    *("Unit.Created", "Unit.Renamed", "Unit.VisionStated", "Unit.MissionStated", "Unit.Moved"),
    *("Priority.Set", "Priority.Renamed", "Priority.Described", "Priority.PerspectiveChanged", "Priority.HorizonMoved"),
    *("Priority.Reassigned", "Priority.Retired", "Cycle.Created", "Cycle.Activated"),
    *("Objective.Created", "Objective.Agreed", "Objective.Renamed", "Objective.Described", "Objective.CommitmentChanged"),
    *("Objective.Prioritised", "Objective.WeightsSet", "Objective.Reassigned"),
    *("KeyResult.Renamed", "KeyResult.Described", "KeyResult.DeadlineMoved", "KeyResult.Reassigned"),
    *("KeyResult.Scored", "KeyResult.ScoreCorrected", "KeyResult.ContributorNamed", "KeyResult.ContributorReleased"),
    *("Initiative.Started", "Initiative.Completed", "Alignment.CapacityAsked", "Alignment.Confirmed", "Alignment.Declined"),
    *("Conversation.Opened", "Conversation.Commented", "Conversation.Answered", "Person.Erased"),
)
"""Events that move no progress and no health."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A goal's progress, clamped to [0, 1], and its effective health; null where there is none."""

    progress: str | None
    health: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A goal, with its numbers right before an event and right after it, both as of the event's own time."""

    id: str
    before: Numbers
    after: Numbers


def turns(connection: Connection, moment: Moment, fact: Mapping[str, Any]) -> list[Turn]:
    """What changed: the key result first, then its objective, then what that contributes to, the nearest first.

    `moment` is that of the fact.
    """
    felt = [] if fact["type"] in STILL else _felt(connection, moment, fact)
    if not felt:
        return []
    before, after = (_numbers(connection, replace(moment, position=moment.position - back), fact, felt) for back in (1, 0))
    return [Turn(id, before[id], after[id]) for id in felt if id in before and id in after and before[id] != after[id]]


def _felt(connection: Connection, moment: Moment, fact: Mapping[str, Any]) -> list[str]:
    """The goals that may feel it."""
    id: str = fact["subject_id"]
    match fact["type"].partition(".")[0]:
        case "Cycle":
            graph = Graph.of_cycle(connection, moment, id)
            return [*graph.objectives, *graph.key_results]
        case "KeyResult":
            objective = _row(connection, key_results, id, moment).objective_id
            return [id, *_above(connection, moment, objective, id)]
        case "Alignment":
            link = _row(connection, alignments, id, moment)
            return [link.parent_id, *_above(connection, moment, link.child_id)] if link.kind in CONTRIBUTES else []
    return [id, *_above(connection, moment, id)]


def _above(connection: Connection, moment: Moment, objective_id: str, key_result_id: str | None = None) -> list[str]:
    """What an objective contributes to, as linked right before or right after."""
    around = (moment.position - 1, moment.position)
    return [each["id"] for each in touched(connection, objective_id, around, key_result_id=key_result_id)["up"]]


def _numbers(connection: Connection, moment: Moment, fact: Mapping[str, Any], felt: list[str]) -> dict[str, Numbers]:
    graph = _graph(connection, moment, fact, felt)
    told: list[Any] = [*graph.objectives.values(), *graph.key_results.values()]
    return {
        each.row.id: Numbers(
            plain(each.progress.value) if each.progress else None,
            each.health.effective if each.health else None,
        )
        for each in told
    }


def _graph(connection: Connection, moment: Moment, fact: Mapping[str, Any], felt: list[str]) -> Graph:
    if fact["type"].startswith("Cycle."):
        return Graph.of_cycle(connection, moment, fact["subject_id"])
    return Graph.of_objectives(connection, moment, list(dict.fromkeys(felt)))


def _row(connection: Connection, table: Table, id: str, moment: Moment) -> Any:
    return connection.execute(select(table).where(table.c.id == id, at(table, moment.position))).one()
