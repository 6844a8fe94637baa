"""The quarterly retrospective: what a cycle came to, for everybody or for a unit and what lies below it."""

from typing import Any

from projections.moment import Moment, rfc3339
from projections.reports import (
    adherence,
    alignment,
    blockers,
    carry_over,
    celebrations,
    check_in_entries,
    confidence,
    findings,
    health_comparison,
    plan_changes,
    reviews,
    scores,
)
from projections.reports.builder import PartBuilder, ProgressCallback, Report, build_report
from projections.reports.context import ReportContext
from projections.reports.header import build_header


def build_retrospective(asked: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """All of it, its words opened; numbers as plain decimal strings. `done` is called after each of the `PARTS`."""
    return build_report(asked, build_header(asked, "retrospective"), PARTS, done)


def _span(asked: ReportContext) -> Report:
    return {"span": {name: _serialize_moment(moment) for name, moment in (("start", asked.start), ("end", asked.end))}}


def _serialize_moment(moment: Moment) -> dict[str, Any]:
    return {"position": moment.position, "at": rfc3339(moment.evaluated_at)}


def _scores(asked: ReportContext) -> Report:
    return {
        "counts": scores.summarize_counts(asked),
        "commitments": scores.summarize_commitments(asked),
        "scores": scores.list_scores(asked),
        "unscored": [_serialize_unscored(part) for _, part in asked.live_key_results if part.row.score is None],
    }


def _serialize_unscored(part: Any) -> dict[str, Any]:
    return {"key_result_id": part.row.id, "title": part.row.title, "owner": part.row.owner}


def _check_in_summary(asked: ReportContext) -> Report:
    """What rests on all check-ins."""
    reported = check_in_entries.Entries(asked)
    return {
        "confidence": {
            "over_time": confidence.ConfidenceOverTime(asked).as_list(),
            "calibration": confidence.calibration(asked),
        },
        "entries": reported.as_dict(),
        "wins": celebrations.summarize_wins(asked, reported.wins),
    }


PARTS: tuple[PartBuilder, ...] = (
    _span,
    _scores,
    lambda asked: {"moved": plan_changes.summarize_changes(asked)},
    _check_in_summary,
    lambda asked: {"adherence": adherence.summarize_adherence(asked)},
    lambda asked: {"health": health_comparison.compare_health(asked)},
    lambda asked: {
        "blockers": blockers.summarize_blockers(asked),
        "celebrations": celebrations.list_celebration_comments(asked),
    },
    reviews.summarize_reviews,
    lambda asked: {"findings": findings.summarize_findings(asked)},
    lambda asked: {"carried_over": carry_over.summarize_carry_over(asked), "alignment": alignment.alignment_maps(asked)},
)
