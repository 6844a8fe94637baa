"""The weekly digest and the monthly report: what changed since the last one, and what needs attention now."""

from projections.moment import rfc3339
from projections.reports import (
    adherence,
    blockers,
    celebrations,
    check_in_entries,
    confidence,
    findings,
    health_comparison,
    plan_changes,
    progress_and_health,
    reviews,
    scores,
)
from projections.reports.builder import PartBuilder, ProgressCallback, Report, build_report
from projections.reports.context import ReportContext
from projections.reports.header import build_header


def build_weekly(context: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """The digest of a week. Texts are decrypted; numbers are decimal strings. `done` is called after each part."""
    return _build_digest(context, "weekly", WEEKLY_PARTS, done)


def build_monthly(context: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """The digest of a month, with the status of the whole cycle."""
    return _build_digest(context, "monthly", MONTHLY_PARTS, done)


def _build_digest(context: ReportContext, kind: str, parts: tuple[PartBuilder, ...], done: ProgressCallback) -> Report:
    since = rfc3339(context.start.evaluated_at)
    header = build_header(context, kind, since=since) | {"since": {"position": context.start.position, "at": since}}
    return build_report(context, header, parts, done)


def _cycle_status(context: ReportContext) -> Report:
    return {
        "counts": scores.summarize_counts(context),
        "confidence": {"over_time": confidence.ConfidenceOverTime(context).as_list()},
        "health": health_comparison.compare_health(context),
        "entries": check_in_entries.Entries(context).as_dict(),
    }


WEEKLY_PARTS: tuple[PartBuilder, ...] = (
    lambda context: {"progress": progress_and_health.summarize_progress(context)},
    lambda context: {"moved": plan_changes.summarize_changes(context)},
    lambda context: {"due": adherence.list_due_check_ins(context)},
    lambda context: {
        "not_on_track": progress_and_health.list_not_on_track(context),
        "unconfirmed": progress_and_health.list_unconfirmed_dependencies(context),
    },
    lambda context: {"blocked": blockers.list_open_blockers(context), "decisions": reviews.list_open_decisions(context)},
    lambda context: {"celebrated": celebrations.summarize_celebrations(context)},
)
MONTHLY_PARTS = (
    *WEEKLY_PARTS,
    _cycle_status,
    lambda context: {"adherence": adherence.summarize_adherence(context)},
    lambda context: {"findings": findings.summarize_findings(context)},
)
