"""Drivers: what counts in a roll-up, with its weight and what set it, and what is left out and why."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from okr_events.domain.decimals import plain
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import Below, ObjectiveAt
from projections.explanations.evidence import LINKED, OVER, WEIGHED
from projections.explanations.formula import stated
from projections.explanations.inputs import Grounds
from projections.moment import Moment

PLURAL = {"objective": "objectives", "key_result": "key-results"}


def of_objective(objective: ObjectiveAt, grounds: Grounds) -> list[dict[str, Any]]:
    parts, below = objective.driving
    return [*(_measure(part, grounds) for part in parts), *of_links(below, grounds)]


def of_links(below: Below, grounds: Grounds) -> list[dict[str, Any]]:
    return [_aligned(link, child, grounds) for link, child in below]


def left_out(objective: ObjectiveAt, grounds: Grounds) -> list[dict[str, Any]]:
    """The key results and links that do not count, and why: what is over, and what `progress_driver` does not name."""
    parts, below = objective.driving
    counted = {part.row.id for part in parts} | {link.id for link, _ in below}
    unnamed = grounds.driven_at(objective)
    found = [
        _over(part, grounds) or _left(part, "not_a_driver", unnamed)
        for part in objective.key_results
        if part.row.id not in counted
    ]
    return [
        *found,
        *_unlinked(((link, child) for link, child in objective.children if link.id not in counted), grounds, unnamed),
    ]


def disinherited(each: KeyResultAt, grounds: Grounds) -> list[dict[str, Any]]:
    """The objectives that inherited a key result and do not count any more."""
    counted = {link.id for link, _ in grounds.heirs(each)}
    others = ((link, child) for link, child in grounds.graph.heirs.get(each.row.id, []) if link.id not in counted)
    return list(_unlinked(others, grounds, grounds.evidence.newest(each.row.id, *OVER)))


def address(type: str, id: str, moment: Moment) -> str:
    """Where a number is explained, as of the same moment."""
    query = {"as_of": moment.as_of} if moment.as_of else {}
    if moment.effective_on != moment.today:
        query["effective_on"] = moment.effective_on.isoformat()
    return f"/v1/{PLURAL[type]}/{id}/progress" + (f"?{urlencode(query)}" if query else "")


def _measure(part: KeyResultAt, grounds: Grounds) -> dict[str, Any]:
    heirs = [child.row.id for _, child in grounds.heirs(part)]
    weight = stated(part.weight, grounds.evidence.newest(part.row.id, *WEIGHED))
    return {**_told("key_result", part, weight, grounds), "kind": None, "alignment_id": None, "heirs": heirs}


def _aligned(link: Any, child: ObjectiveAt, grounds: Grounds) -> dict[str, Any]:
    weight = stated(link.weight, grounds.evidence.newest(link.id, *LINKED))
    return {**_told("objective", child, weight, grounds), "kind": link.kind, "alignment_id": link.id, "heirs": []}


def _told(type: str, thing: KeyResultAt | ObjectiveAt, weight: dict[str, Any], grounds: Grounds) -> dict[str, Any]:
    progress = thing.progress
    return {
        "type": type,
        "id": thing.row.id,
        "title": thing.row.title,
        "weight": weight,
        "progress": progress.as_dict() if progress else None,
        "counts_as": plain(progress.value) if progress else "0",
        "not_started": progress is None,
        "href": address(type, thing.row.id, grounds.graph.moment),
    }


def _unlinked(links: Iterable[tuple[Any, ObjectiveAt]], grounds: Grounds, unnamed: list[int]) -> Iterator[dict[str, Any]]:
    for link, child in links:
        ended = grounds.evidence.newest(link.id, *OVER)
        over = _left(child, "ended", ended, link.id) if link.state != "active" else _over(child, grounds, link.id)
        yield over or _left(child, "not_a_driver", unnamed, link.id)


def _over(thing: KeyResultAt | ObjectiveAt, grounds: Grounds, link_id: str | None = None) -> dict[str, Any] | None:
    """Whether it is cancelled itself, or its objective is."""
    if thing.live:
        return None
    own = grounds.evidence.newest(thing.row.id, *OVER)
    above = [] if isinstance(thing, ObjectiveAt) else grounds.evidence.newest(thing.row.objective_id, *OVER)
    return _left(thing, "cancelled", own or above, link_id)


def _left(thing: KeyResultAt | ObjectiveAt, because: str, positions: list[int], link_id: str | None = None) -> dict[str, Any]:
    type = "objective" if isinstance(thing, ObjectiveAt) else "key_result"
    return {"type": type, "id": thing.row.id, "alignment_id": link_id, "because": because, "positions": positions}
