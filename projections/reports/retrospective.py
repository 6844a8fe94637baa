"""The quarterly retrospective: what a cycle came to, for everybody or for a unit and what lies below it."""

from typing import Any

from projections.moment import rfc3339
from projections.reports import alignment, carried, confidence, entries, found, healths, looking_back, moved, obstacles, scores
from projections.reports.asked import Asked
from projections.reports.heading import heading
from projections.reports.named import named


def retrospective(asked: Asked) -> dict[str, Any]:
    """All of it, its words opened; numbers as plain decimal strings."""
    reported, over_time = entries.Entries(asked), confidence.OverTime(asked)
    for entry in entries.read(asked):
        reported.take(entry)
        over_time.take(entry)
    return named(
        asked,
        {
            **heading(asked, "retrospective"),
            "span": {name: _moment(moment) for name, moment in (("start", asked.start), ("end", asked.end))},
            "counts": scores.counted(asked),
            "commitments": scores.by_commitment(asked),
            "scores": asked.open(scores.items(asked)),
            "unscored": [_title(part) for _, part in asked.live if part.row.score is None],
            "moved": moved.moved(asked),
            "confidence": {"over_time": over_time.as_list(), "calibration": confidence.calibration(asked)},
            "health": healths.against_each_other(asked),
            "blockers": asked.open(obstacles.told(asked)),
            "entries": reported.as_dict(),
            "wins": asked.open(looking_back.wins(asked, reported.wins)),
            "celebrations": asked.open(looking_back.celebrated(asked, after=asked.start.position)),
            **asked.open(looking_back.reviewed(asked)),
            "findings": found.turned(asked),
            "carried_over": carried.on(asked),
            "alignment": alignment.both(asked),
        },
    )


def _moment(moment: Any) -> dict[str, Any]:
    return {"position": moment.position, "at": rfc3339(moment.evaluated_at)}


def _title(part: Any) -> dict[str, Any]:
    return {"key_result_id": part.row.id, "title": part.row.title, "owner": part.row.owner}
