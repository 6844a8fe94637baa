"""The retrospective of a cycle, for all units or for a unit and those below it."""

from projections.moment import rfc3339
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


def build_retrospective(context: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """The report. Texts are decrypted; numbers are decimal strings. `done` is called after each of the `PARTS`."""
    return build_report(context, build_header(context, "retrospective"), PARTS, done)


def _span(context: ReportContext) -> Report:
    moments = {"start": context.start, "end": context.end}
    return {"span": {name: {"position": at.position, "at": rfc3339(at.evaluated_at)} for name, at in moments.items()}}


def _scores(context: ReportContext) -> Report:
    unscored = [part.row for _, part in context.live_key_results if part.row.score is None]
    return {
        "counts": scores.summarize_counts(context),
        "commitments": scores.summarize_commitments(context),
        "scores": scores.list_scores(context),
        "unscored": [{"key_result_id": row.id, "title": row.title, "owner": row.owner} for row in unscored],
    }


def _check_in_summary(context: ReportContext) -> Report:
    entries = check_in_entries.Entries(context)
    return {
        "confidence": {
            "over_time": confidence.ConfidenceOverTime(context).as_list(),
            "calibration": confidence.summarize_calibration(context),
        },
        "entries": entries.as_dict(),
        "wins": celebrations.summarize_wins(context, entries.wins),
    }


PARTS: tuple[PartBuilder, ...] = (
    _span,
    _scores,
    lambda context: {"moved": plan_changes.summarize_changes(context)},
    _check_in_summary,
    lambda context: {"adherence": adherence.summarize_adherence(context)},
    lambda context: {"health": health_comparison.compare_health(context)},
    lambda context: {
        "blockers": blockers.summarize_blockers(context),
        "celebrations": celebrations.list_celebration_comments(context),
    },
    reviews.summarize_reviews,
    lambda context: {"findings": findings.summarize_findings(context)},
    lambda context: {
        "carried_over": carry_over.summarize_carry_over(context),
        "alignment": alignment.summarize_alignment(context),
    },
)
