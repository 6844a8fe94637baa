"""The quarterly retrospective: what a cycle came to, for everybody or for a unit and what lies below it."""

from typing import Any

from projections.moment import Moment, rfc3339
from projections.reports import (
    alignment,
    carried,
    confidence,
    entries,
    found,
    glad,
    healths,
    looking_back,
    moved,
    obstacles,
    rhythm,
    scores,
)
from projections.reports.asked import Asked
from projections.reports.heading import heading
from projections.reports.making import Done, Part, Report, made


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
    reported = entries.Entries(asked)
    return {
        "confidence": {"over_time": confidence.OverTime(asked).as_list(), "calibration": confidence.calibration(asked)},
        "entries": reported.as_dict(),
        "wins": glad.wins(asked, reported.wins),
    }


PARTS: tuple[Part, ...] = (
    _span,
    _scores,
    lambda asked: {"moved": moved.moved(asked)},
    _reported,
    lambda asked: {"adherence": rhythm.kept(asked)},
    lambda asked: {"health": healths.against_each_other(asked)},
    lambda asked: {"blockers": obstacles.told(asked), "celebrations": glad.celebrated(asked)},
    looking_back.reviewed,
    lambda asked: {"findings": found.turned(asked)},
    lambda asked: {"carried_over": carried.on(asked), "alignment": alignment.both(asked)},
)
