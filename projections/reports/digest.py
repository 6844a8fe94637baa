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
from projections.reports.builder import Done, Part, Report, made
from projections.reports.context import Asked
from projections.reports.header import heading


def weekly(asked: Asked, done: Done = lambda: None) -> Report:
    """Short enough to read in a meeting of a team. Its words are opened; numbers are plain decimal strings."""
    return _digest(asked, "weekly", WEEKLY, done)


def monthly(asked: Asked, done: Done = lambda: None) -> Report:
    """The same over a month, with where the cycle stands as a whole."""
    return _digest(asked, "monthly", MONTHLY, done)


def _digest(asked: Asked, kind: str, parts: tuple[Part, ...], done: Done) -> Report:
    begun = rfc3339(asked.start.evaluated_at)
    since = {"since": {"position": asked.start.position, "at": begun}}
    return made(asked, heading(asked, kind, since=begun) | since, parts, done)


def _standing(asked: Asked) -> Report:
    """Where the cycle stands as a whole."""
    return {
        "counts": scores.counted(asked),
        "confidence": {"over_time": confidence.OverTime(asked).as_list()},
        "health": health_comparison.against_each_other(asked),
        "entries": check_in_entries.Entries(asked).as_dict(),
    }


WEEKLY: tuple[Part, ...] = (
    lambda asked: {"progress": progress_and_risk.progress(asked)},
    lambda asked: {"moved": plan_changes.moved(asked)},
    lambda asked: {"due": adherence.due(asked)},
    lambda asked: {"at_risk": progress_and_risk.at_risk(asked), "unconfirmed": progress_and_risk.unconfirmed(asked)},
    lambda asked: {"blocked": blockers.standing(asked), "decisions": reviews.open_decisions(asked)},
    lambda asked: {"celebrated": celebrations.of(asked)},
)
MONTHLY = (
    *WEEKLY,
    _standing,
    lambda asked: {"adherence": adherence.kept(asked)},
    lambda asked: {"findings": findings.turned(asked)},
)
