"""Watched: how goals moved since the last time, and which of them want attention now."""

from collections.abc import Collection
from typing import Any

from okr_events.domain.decimals import ZERO, plain, plain_or_null
from projections.evaluation.key_results import KeyResultAt, batches
from projections.evaluation.objectives import ObjectiveAt
from projections.reports.context import Asked, rows_about
from projections.reports.scores import mean
from projections.store.tables import alignments, objectives

WORRYING = ("off_track", "outdated", "at_risk")


def progress(asked: Asked) -> dict[str, Any]:
    """The mean progress of all objectives then and now (null counts as 0), and what moved, objectives and key results."""
    live = [each for each in asked.objectives if each.live]
    before = [each for each in asked.before.objectives.values() if each.live and asked.mine(each.row)]
    return {
        "before": plain_or_null(mean(_value(each) or ZERO for each in before)),
        "after": plain_or_null(mean(_value(each) or ZERO for each in live)),
        "objectives": [turn for each in live if (turn := _objective(asked, each))],
        "key_results": [turn for _, part in asked.live if (turn := _key_result(asked, part))],
    }


def _value(each: Any) -> Any:
    return each.progress.value if each.progress else None


def _turn(before: Any, after: Any) -> dict[str, Any] | None:
    """Progress and health then and now; null where neither moved."""
    then, now = _standing(before), _standing(after)
    if then == now:
        return None
    return {"before": then[0], "after": now[0], "health_before": then[1], "health": now[1]}


def _standing(each: Any) -> tuple[str | None, str | None]:
    if each is None:
        return None, None
    return plain_or_null(_value(each)), each.health.effective if each.health else None


def _objective(asked: Asked, each: ObjectiveAt) -> dict[str, Any] | None:
    row, turn = each.row, _turn(asked.before.objectives.get(each.row.id), each)
    return turn and {"objective_id": row.id, "title": row.title, "unit_id": row.unit_id, "owner": row.owner, **turn}


def _key_result(asked: Asked, part: KeyResultAt) -> dict[str, Any] | None:
    row, before = part.row, asked.before.key_results.get(part.row.id)
    turn = _turn(before, part)
    sure = {"confidence_before": before.standing["confidence"] if before else None, "confidence": part.standing["confidence"]}
    about = {"key_result_id": row.id, "title": row.title, "objective_id": row.objective_id, "owner": row.owner}
    return turn and {**about, **turn, **sure}


def at_risk(asked: Asked) -> list[dict[str, Any]]:
    """The key results whose health is off track, outdated or at risk, the worst first."""
    worrying = [(part, part.health) for _, part in asked.live if part.health and part.health.effective in WORRYING]
    ordered = sorted(worrying, key=lambda each: (WORRYING.index(each[1].effective), each[0].row.created))
    return [
        {
            "key_result_id": part.row.id,
            "title": part.row.title,
            "owner": part.row.owner,
            "progress": plain(part.progress.value) if part.progress else None,
            "confidence": part.standing["confidence"],
            **health.as_dict(),
        }
        for part, health in ordered
    ]


def unconfirmed(asked: Asked) -> list[dict[str, Any]]:
    """The dependencies of objectives asked about, or on them, that nobody has confirmed or declined yet."""
    mine = {each.row.id for each in asked.objectives if each.live}
    rows = rows_about(asked, alignments, alignments.c.kind == "horizontal", alignments.c.state == "proposed")
    proposed = [row for row in rows if not mine.isdisjoint({row.child_id, row.parent_id})]
    titles = _titles(asked, {id for row in proposed for id in (row.child_id, row.parent_id)})
    return [
        {
            "alignment_id": row.id,
            "child_id": row.child_id,
            "child": titles[row.child_id],
            "parent_id": row.parent_id,
            "parent": titles[row.parent_id],
            "capacity": row.capacity,
        }
        for row in proposed
    ]


def _titles(asked: Asked, ids: Collection[str]) -> dict[str, str]:
    rows = (rows_about(asked, objectives, objectives.c.id.in_(some)) for some in batches(ids))
    return {row.id: row.title for some in rows for row in some}
