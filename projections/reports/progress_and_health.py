"""Progress since the start, key results that are not on track, and dependencies that are not confirmed."""

from decimal import Decimal

from okr_events.domain.decimals import ZERO, format_decimal, format_decimal_or_null
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.reports.context import ReportContext
from projections.reports.scores import mean
from projections.store.tables import AlignmentRow, alignments

NOT_ON_TRACK_STATES = ("off_track", "outdated", "at_risk")
Evaluated = EvaluatedObjective | EvaluatedKeyResult


def summarize_progress(context: ReportContext) -> JsonObject:
    """The mean progress before and after (null counts as 0), and the goals whose progress or health changed."""
    live = [goal for goal in context.objectives if goal.live]
    before = [goal for goal in context.start_graph.objectives.values() if goal.live and context.includes(goal.row)]
    return {
        "before": format_decimal_or_null(mean(_progress(goal) or ZERO for goal in before)),
        "after": format_decimal_or_null(mean(_progress(goal) or ZERO for goal in live)),
        "objectives": [change for goal in live if (change := _objective_change(context, goal))],
        "key_results": [change for _, part in context.live_key_results if (change := _key_result_change(context, part))],
    }


def _progress(item: Evaluated) -> Decimal | None:
    return item.progress.value if item.progress else None


def _compare(before: Evaluated | None, after: Evaluated) -> JsonObject | None:
    """Progress and health before and after; null if neither changed."""
    old, new = _progress_and_health(before), _progress_and_health(after)
    return None if old == new else {"before": old[0], "after": new[0], "health_before": old[1], "health": new[1]}


def _progress_and_health(item: Evaluated | None) -> tuple[str | None, str | None]:
    if item is None:
        return None, None
    return format_decimal_or_null(_progress(item)), item.health.effective if item.health else None


def _objective_change(context: ReportContext, objective: EvaluatedObjective) -> JsonObject | None:
    row, change = objective.row, _compare(context.start_graph.objectives.get(objective.row.id), objective)
    return change and {"objective_id": row.id, "title": row.title, "unit_id": row.unit_id, "owner": row.owner, **change}


def _key_result_change(context: ReportContext, part: EvaluatedKeyResult) -> JsonObject | None:
    row, before = part.row, context.start_graph.key_results.get(part.row.id)
    change = _compare(before, part)
    return change and {
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "owner": row.owner,
        **change,
        "confidence_before": before.standing.confidence if before else None,
        "confidence": part.standing.confidence,
    }


def list_not_on_track(context: ReportContext) -> list[JsonObject]:
    """The key results whose health is off track, outdated or at risk, the worst first."""
    parts = [(part, part.health) for _, part in context.live_key_results if part.health]
    found = [(part, health) for part, health in parts if health.effective in NOT_ON_TRACK_STATES]
    ordered = sorted(found, key=lambda pair: (NOT_ON_TRACK_STATES.index(pair[1].effective), pair[0].row.created))
    return [
        {
            "key_result_id": part.row.id,
            "title": part.row.title,
            "owner": part.row.owner,
            "progress": format_decimal(part.progress.value) if part.progress else None,
            "confidence": part.standing.confidence,
            **health.as_dict(),
        }
        for part, health in ordered
    ]


def list_unconfirmed_dependencies(context: ReportContext) -> list[JsonObject]:
    """The dependencies of the report's objectives, or on them, that are neither confirmed nor declined."""
    goals = {objective.row.id for objective in context.objectives if objective.live}
    rows = context.fetch_rows(AlignmentRow, alignments.c.kind == "horizontal", alignments.c.state == "proposed")
    proposed = [row for row in rows if not goals.isdisjoint({row.child_id, row.parent_id})]
    titles = context.fetch_titles(context.moment, {id for row in proposed for id in (row.child_id, row.parent_id)})
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
