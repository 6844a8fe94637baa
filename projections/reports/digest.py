"""The weekly team digest and the monthly report: what changed since the last one, and what wants attention now."""

from projections.moment import rfc3339
from projections.reports import (
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
    watched,
)
from projections.reports.asked import Asked
from projections.reports.heading import heading
from projections.reports.making import Done, Part, Report, made


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
        "health": healths.against_each_other(asked),
        "entries": entries.Entries(asked).as_dict(),
    }


WEEKLY: tuple[Part, ...] = (
    lambda asked: {"progress": watched.progress(asked)},
    lambda asked: {"moved": moved.moved(asked)},
    lambda asked: {"due": rhythm.due(asked)},
    lambda asked: {"at_risk": watched.at_risk(asked), "unconfirmed": watched.unconfirmed(asked)},
    lambda asked: {"blocked": obstacles.standing(asked), "decisions": looking_back.open_decisions(asked)},
    lambda asked: {"celebrated": glad.of(asked)},
)
MONTHLY = (*WEEKLY, _standing, lambda asked: {"adherence": rhythm.kept(asked)}, lambda asked: {"findings": found.turned(asked)})
