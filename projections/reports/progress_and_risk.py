"""Watched: how goals moved since the last time, and which of them want attention now."""

from collections.abc import Collection
from typing import Any

from okr_events.domain.decimals import ZERO, format_decimal, format_decimal_or_null
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.reports.context import ReportContext, fetch_rows
from projections.reports.scores import mean
from projections.store.batching import batches
from projections.store.tables import alignments, objectives

AT_RISK_STATES = ("off_track", "outdated", "at_risk")


def summarize_progress(asked: ReportContext) -> dict[str, Any]:
    """The mean progress of all objectives then and now (null counts as 0), and what moved, objectives and key results."""
    live = [each for each in asked.objectives if each.live]
    before = [each for each in asked.start_graph.objectives.values() if each.live and asked.includes(each.row)]
    return {
        "before": format_decimal_or_null(mean(_progress_value(each) or ZERO for each in before)),
        "after": format_decimal_or_null(mean(_progress_value(each) or ZERO for each in live)),
        "objectives": [turn for each in live if (turn := _objective_change(asked, each))],
        "key_results": [turn for _, part in asked.live_key_results if (turn := _key_result_change(asked, part))],
    }


def _progress_value(each: Any) -> Any:
    return each.progress.value if each.progress else None


def _compare(before: Any, after: Any) -> dict[str, Any] | None:
    """Progress and health then and now; null where neither moved."""
    then, now = _progress_and_health(before), _progress_and_health(after)
    if then == now:
        return None
    return {"before": then[0], "after": now[0], "health_before": then[1], "health": now[1]}


def _progress_and_health(each: Any) -> tuple[str | None, str | None]:
    if each is None:
        return None, None
    return format_decimal_or_null(_progress_value(each)), each.health.effective if each.health else None


def _objective_change(asked: ReportContext, each: EvaluatedObjective) -> dict[str, Any] | None:
    row, turn = each.row, _compare(asked.start_graph.objectives.get(each.row.id), each)
    return turn and {"objective_id": row.id, "title": row.title, "unit_id": row.unit_id, "owner": row.owner, **turn}


def _key_result_change(asked: ReportContext, part: EvaluatedKeyResult) -> dict[str, Any] | None:
    row, before = part.row, asked.start_graph.key_results.get(part.row.id)
    turn = _compare(before, part)
    sure = {"confidence_before": before.standing["confidence"] if before else None, "confidence": part.standing["confidence"]}
    about = {"key_result_id": row.id, "title": row.title, "objective_id": row.objective_id, "owner": row.owner}
    return turn and {**about, **turn, **sure}


def list_at_risk(asked: ReportContext) -> list[dict[str, Any]]:
    """The key results whose health is off track, outdated or at risk, the worst first."""
    worrying = [
        (part, part.health) for _, part in asked.live_key_results if part.health and part.health.effective in AT_RISK_STATES
    ]
    ordered = sorted(worrying, key=lambda each: (AT_RISK_STATES.index(each[1].effective), each[0].row.created))
    return [
        {
            "key_result_id": part.row.id,
            "title": part.row.title,
            "owner": part.row.owner,
            "progress": format_decimal(part.progress.value) if part.progress else None,
            "confidence": part.standing["confidence"],
            **health.as_dict(),
        }
        for part, health in ordered
    ]


def list_unconfirmed_dependencies(asked: ReportContext) -> list[dict[str, Any]]:
    """The dependencies of objectives asked about, or on them, that nobody has confirmed or declined yet."""
    mine = {each.row.id for each in asked.objectives if each.live}
    rows = fetch_rows(asked, alignments, alignments.c.kind == "horizontal", alignments.c.state == "proposed")
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


def _titles(asked: ReportContext, ids: Collection[str]) -> dict[str, str]:
    rows = (fetch_rows(asked, objectives, objectives.c.id.in_(some)) for some in batches(ids))
    return {row.id: row.title for some in rows for row in some}
