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
from projections.reports.builder import Done, Part, Report, made
from projections.reports.context import Asked
from projections.reports.header import heading


def retrospective(asked: Asked, done: Done = lambda: None) -> Report:
    """All of it, its words opened; numbers as plain decimal strings. `done` is called after each of the `PARTS`."""
    return made(asked, heading(asked, "retrospective"), PARTS, done)


def _span(asked: Asked) -> Report:
    return {"span": {name: _told(moment) for name, moment in (("start", asked.start), ("end", asked.end))}}


def _told(moment: Moment) -> dict[str, Any]:
    return {"position": moment.position, "at": rfc3339(moment.evaluated_at)}


def _scores(asked: Asked) -> Report:
    return {
        "counts": scores.counted(asked),
        "commitments": scores.by_commitment(asked),
        "scores": scores.items(asked),
        "unscored": [_title(part) for _, part in asked.live if part.row.score is None],
    }


def _title(part: Any) -> dict[str, Any]:
    return {"key_result_id": part.row.id, "title": part.row.title, "owner": part.row.owner}


def _reported(asked: Asked) -> Report:
    """What rests on all check-ins."""
    reported = check_in_entries.Entries(asked)
    return {
        "confidence": {"over_time": confidence.OverTime(asked).as_list(), "calibration": confidence.calibration(asked)},
        "entries": reported.as_dict(),
        "wins": celebrations.wins(asked, reported.wins),
    }


PARTS: tuple[Part, ...] = (
    _span,
    _scores,
    lambda asked: {"moved": plan_changes.moved(asked)},
    _reported,
    lambda asked: {"adherence": adherence.kept(asked)},
    lambda asked: {"health": health_comparison.against_each_other(asked)},
    lambda asked: {"blockers": blockers.told(asked), "celebrations": celebrations.celebrated(asked)},
    reviews.reviewed,
    lambda asked: {"findings": findings.turned(asked)},
    lambda asked: {"carried_over": carry_over.on(asked), "alignment": alignment.both(asked)},
)
