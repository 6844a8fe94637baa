"""Serializes the drivers of a roll-up with their weights, and what the roll-up leaves out and why."""

from collections.abc import Iterator
from urllib.parse import urlencode

from okr_events.domain.decimals import format_decimal
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective
from projections.explanations.evidence import ENDING_EVENTS, WEIGHT_EVENTS, Goal
from projections.explanations.formula import Input, build_input
from projections.explanations.formula_builder import FormulaBuilder
from projections.moment import Moment
from projections.store.tables import AlignmentRow


def serialize_drivers(objective: EvaluatedObjective, builder: FormulaBuilder) -> list[JsonObject]:
    key_results, links = objective.progress_sources
    return [*(_serialize_key_result(key_result, builder) for key_result in key_results), *serialize_links(links, builder)]


def serialize_links(links: ChildLinks, builder: FormulaBuilder) -> list[JsonObject]:
    return [_serialize_linked_objective(link, child, builder) for link, child in links]


def serialize_excluded_drivers(objective: EvaluatedObjective, builder: FormulaBuilder) -> list[JsonObject]:
    """The key results and links that do not count: those that ended, and those that `progress_driver` leaves out."""
    key_results, links = objective.progress_sources
    counted = {key_result.row.id for key_result in key_results} | {link.id for link, _ in links}
    driven_at = builder.driver_positions(objective)
    excluded = [key_result for key_result in objective.key_results if key_result.row.id not in counted]
    excluded_links = [(link, child) for link, child in objective.children if link.id not in counted]
    own = [_exclude_if_cancelled(each, builder) or _serialize_exclusion(each, "not_a_driver", driven_at) for each in excluded]
    return [*own, *_serialize_excluded_links(excluded_links, builder, driven_at)]


def serialize_excluded_heirs(key_result: EvaluatedKeyResult, builder: FormulaBuilder) -> list[JsonObject]:
    """The objectives that inherited a key result and do not count any more."""
    id = key_result.row.id
    counted = {link.id for link, _ in builder.live_heirs(key_result)}
    excluded = [(link, child) for link, child in builder.graph.heirs.get(id, []) if link.id not in counted]
    return list(_serialize_excluded_links(excluded, builder, builder.evidence.newest_positions(id, *ENDING_EVENTS)))


def explanation_url(type: str, id: str, moment: Moment) -> str:
    """The path of the explanation of a goal at the same moment."""
    query = {"as_of": moment.as_of} if moment.as_of else {}
    if moment.effective_on != moment.today:
        query["effective_on"] = moment.effective_on.isoformat()
    return f"/v1/{type.replace('_', '-')}s/{id}/progress" + (f"?{urlencode(query)}" if query else "")


def _serialize_key_result(key_result: EvaluatedKeyResult, builder: FormulaBuilder) -> JsonObject:
    heirs = [child.row.id for _, child in builder.live_heirs(key_result)]
    weight = build_input(key_result.weight, builder.evidence.newest_positions(key_result.row.id, *WEIGHT_EVENTS))
    driver = _serialize_driver("key_result", key_result, weight, builder)
    return {**driver, "kind": None, "alignment_id": None, "heirs": heirs}


def _serialize_linked_objective(link: AlignmentRow, child: EvaluatedObjective, builder: FormulaBuilder) -> JsonObject:
    weight = build_input(link.weight, builder.evidence.newest_positions(link.id, *WEIGHT_EVENTS))
    return {**_serialize_driver("objective", child, weight, builder), "kind": link.kind, "alignment_id": link.id, "heirs": []}


def _serialize_driver(type: str, goal: Goal, weight: Input, builder: FormulaBuilder) -> JsonObject:
    progress = goal.progress
    return {
        "type": type,
        "id": goal.row.id,
        "title": goal.row.title,
        "weight": weight,
        "progress": progress.as_dict() if progress else None,
        "counts_as": format_decimal(progress.value) if progress else "0",
        "not_started": progress is None,
        "href": explanation_url(type, goal.row.id, builder.graph.moment),
    }


def _serialize_excluded_links(links: ChildLinks, builder: FormulaBuilder, driven_at: list[int]) -> Iterator[JsonObject]:
    for link, child in links:
        if link.state != "active":
            ended_at = builder.evidence.newest_positions(link.id, *ENDING_EVENTS)
            yield _serialize_exclusion(child, "ended", ended_at, link.id)
        else:
            cancelled = _exclude_if_cancelled(child, builder, link.id)
            yield cancelled or _serialize_exclusion(child, "not_a_driver", driven_at, link.id)


def _exclude_if_cancelled(goal: Goal, builder: FormulaBuilder, link_id: str | None = None) -> JsonObject | None:
    """The exclusion of a goal that was cancelled itself or whose objective was."""
    if goal.live:
        return None
    cancelled_at = builder.evidence.newest_positions(goal.row.id, *ENDING_EVENTS)
    if not cancelled_at and isinstance(goal, EvaluatedKeyResult):
        cancelled_at = builder.evidence.newest_positions(goal.row.objective_id, *ENDING_EVENTS)
    return _serialize_exclusion(goal, "cancelled", cancelled_at, link_id)


def _serialize_exclusion(goal: Goal, because: str, positions: list[int], link_id: str | None = None) -> JsonObject:
    type = "objective" if isinstance(goal, EvaluatedObjective) else "key_result"
    return {"type": type, "id": goal.row.id, "alignment_id": link_id, "because": because, "positions": positions}
