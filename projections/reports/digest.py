"""The weekly team digest and the monthly report: what changed since the last one, and what wants attention now."""

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
    progress_and_risk,
    reviews,
    scores,
)
from projections.reports.builder import PartBuilder, ProgressCallback, Report, build_report
from projections.reports.context import ReportContext
from projections.reports.header import build_header


def build_weekly(asked: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """Short enough to read in a meeting of a team. Its words are opened; numbers are plain decimal strings."""
    return _build_digest(asked, "weekly", WEEKLY_PARTS, done)


def build_monthly(asked: ReportContext, done: ProgressCallback = lambda: None) -> Report:
    """The same over a month, with where the cycle stands as a whole."""
    return _build_digest(asked, "monthly", MONTHLY_PARTS, done)


def _build_digest(asked: ReportContext, kind: str, parts: tuple[PartBuilder, ...], done: ProgressCallback) -> Report:
    begun = rfc3339(asked.start.evaluated_at)
    since = {"since": {"position": asked.start.position, "at": begun}}
    return build_report(asked, build_header(asked, kind, since=begun) | since, parts, done)


def _cycle_status(asked: ReportContext) -> Report:
    """Where the cycle stands as a whole."""
    return {
        "counts": scores.summarize_counts(asked),
        "confidence": {"over_time": confidence.ConfidenceOverTime(asked).as_list()},
        "health": health_comparison.compare_health(asked),
        "entries": check_in_entries.Entries(asked).as_dict(),
    }


WEEKLY_PARTS: tuple[PartBuilder, ...] = (
    lambda asked: {"progress": progress_and_risk.summarize_progress(asked)},
    lambda asked: {"moved": plan_changes.summarize_changes(asked)},
    lambda asked: {"due": adherence.list_due_check_ins(asked)},
    lambda asked: {
        "at_risk": progress_and_risk.list_at_risk(asked),
        "unconfirmed": progress_and_risk.list_unconfirmed_dependencies(asked),
    },
    lambda asked: {"blocked": blockers.list_open_blockers(asked), "decisions": reviews.list_open_decisions(asked)},
    lambda asked: {"celebrated": celebrations.summarize_celebrations(asked)},
)
MONTHLY_PARTS = (
    *WEEKLY_PARTS,
    _cycle_status,
    lambda asked: {"adherence": adherence.summarize_adherence(asked)},
    lambda asked: {"findings": findings.summarize_findings(asked)},
)
