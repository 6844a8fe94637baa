"""Drivers: what counts in a roll-up, with its weight and what set it, and what is left out and why."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from okr_events.domain.decimals import format_decimal
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective
from projections.explanations.evidence import ENDING_EVENTS, WEIGHT_EVENTS
from projections.explanations.formula import build_input
from projections.explanations.inputs import FormulaBuilder
from projections.moment import Moment

PATH_SEGMENTS = {"objective": "objectives", "key_result": "key-results"}


def serialize_drivers(objective: EvaluatedObjective, grounds: FormulaBuilder) -> list[dict[str, Any]]:
    parts, below = objective.progress_sources
    return [*(_serialize_key_result(part, grounds) for part in parts), *serialize_links(below, grounds)]


def serialize_links(below: ChildLinks, grounds: FormulaBuilder) -> list[dict[str, Any]]:
    return [_serialize_linked_objective(link, child, grounds) for link, child in below]


def serialize_excluded_drivers(objective: EvaluatedObjective, grounds: FormulaBuilder) -> list[dict[str, Any]]:
    """The key results and links that do not count, and why: what is over, and what `progress_driver` does not name."""
    parts, below = objective.progress_sources
    counted = {part.row.id for part in parts} | {link.id for link, _ in below}
    unnamed = grounds.driver_positions(objective)
    found = [
        _exclude_if_cancelled(part, grounds) or _serialize_exclusion(part, "not_a_driver", unnamed)
        for part in objective.key_results
        if part.row.id not in counted
    ]
    return [
        *found,
        *_serialize_excluded_links(
            ((link, child) for link, child in objective.children if link.id not in counted), grounds, unnamed
        ),
    ]


def serialize_excluded_heirs(each: EvaluatedKeyResult, grounds: FormulaBuilder) -> list[dict[str, Any]]:
    """The objectives that inherited a key result and do not count any more."""
    counted = {link.id for link, _ in grounds.live_heirs(each)}
    others = ((link, child) for link, child in grounds.graph.heirs.get(each.row.id, []) if link.id not in counted)
    return list(_serialize_excluded_links(others, grounds, grounds.evidence.newest_positions(each.row.id, *ENDING_EVENTS)))


def explanation_url(type: str, id: str, moment: Moment) -> str:
    """Where a number is explained, as of the same moment."""
    query = {"as_of": moment.as_of} if moment.as_of else {}
    if moment.effective_on != moment.today:
        query["effective_on"] = moment.effective_on.isoformat()
    return f"/v1/{PATH_SEGMENTS[type]}/{id}/progress" + (f"?{urlencode(query)}" if query else "")


def _serialize_key_result(part: EvaluatedKeyResult, grounds: FormulaBuilder) -> dict[str, Any]:
    heirs = [child.row.id for _, child in grounds.live_heirs(part)]
    weight = build_input(part.weight, grounds.evidence.newest_positions(part.row.id, *WEIGHT_EVENTS))
    return {**_serialize_driver("key_result", part, weight, grounds), "kind": None, "alignment_id": None, "heirs": heirs}


def _serialize_linked_objective(link: Any, child: EvaluatedObjective, grounds: FormulaBuilder) -> dict[str, Any]:
    weight = build_input(link.weight, grounds.evidence.newest_positions(link.id, *WEIGHT_EVENTS))
    return {**_serialize_driver("objective", child, weight, grounds), "kind": link.kind, "alignment_id": link.id, "heirs": []}


def _serialize_driver(
    type: str, thing: EvaluatedKeyResult | EvaluatedObjective, weight: dict[str, Any], grounds: FormulaBuilder
) -> dict[str, Any]:
    progress = thing.progress
    return {
        "type": type,
        "id": thing.row.id,
        "title": thing.row.title,
        "weight": weight,
        "progress": progress.as_dict() if progress else None,
        "counts_as": format_decimal(progress.value) if progress else "0",
        "not_started": progress is None,
        "href": explanation_url(type, thing.row.id, grounds.graph.moment),
    }


def _serialize_excluded_links(
    links: Iterable[tuple[Any, EvaluatedObjective]], grounds: FormulaBuilder, unnamed: list[int]
) -> Iterator[dict[str, Any]]:
    for link, child in links:
        ended = grounds.evidence.newest_positions(link.id, *ENDING_EVENTS)
        over = (
            _serialize_exclusion(child, "ended", ended, link.id)
            if link.state != "active"
            else _exclude_if_cancelled(child, grounds, link.id)
        )
        yield over or _serialize_exclusion(child, "not_a_driver", unnamed, link.id)


def _exclude_if_cancelled(
    thing: EvaluatedKeyResult | EvaluatedObjective, grounds: FormulaBuilder, link_id: str | None = None
) -> dict[str, Any] | None:
    """Whether it is cancelled itself, or its objective is."""
    if thing.live:
        return None
    own = grounds.evidence.newest_positions(thing.row.id, *ENDING_EVENTS)
    above = (
        []
        if isinstance(thing, EvaluatedObjective)
        else grounds.evidence.newest_positions(thing.row.objective_id, *ENDING_EVENTS)
    )
    return _serialize_exclusion(thing, "cancelled", own or above, link_id)


def _serialize_exclusion(
    thing: EvaluatedKeyResult | EvaluatedObjective, because: str, positions: list[int], link_id: str | None = None
) -> dict[str, Any]:
    type = "objective" if isinstance(thing, EvaluatedObjective) else "key_result"
    return {"type": type, "id": thing.row.id, "alignment_id": link_id, "because": because, "positions": positions}
