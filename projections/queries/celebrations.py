"""Celebrations: the milestones of key results as their histories tell them, each right after its check-in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from okr_events.domain.decimals import plain
from okr_events.domain.key_result import KeyResult
from projections.evaluation.milestones import Crossing, crossed
from projections.moment import Moment

CROSSED = "Milestone.Crossed"
"""The type of these entries. No event has it: whoever asks again after a correction may find other ones."""

Entry = dict[str, Any]


def celebrated(connection: Connection, moment: Moment, facts: Sequence[Entry]) -> list[Entry]:
    """Some facts of a history, in order, with what was reached by the check-ins among them."""
    reports = [fact for fact in facts if fact["type"] == KeyResult.CheckedIn.TOPIC]
    if not reports:
        return list(facts)
    ids = {fact["subject_id"] for fact in reports}
    found = crossed(connection, moment, ids, after=reports[0]["position"] - 1)
    return list(_told(facts, {crossing.position: crossing for crossing in found}))


def _told(facts: Iterable[Entry], found: dict[int, Crossing]) -> Iterator[Entry]:
    for fact in facts:
        yield fact
        if crossing := found.get(fact["position"]):
            yield {**fact, "type": CROSSED, "kind": "celebration", "reason": None, "fields": _fields(crossing)}


def _fields(crossing: Crossing) -> Entry:
    return {
        "check_in_id": crossing.check_in_id,
        "share": plain(crossing.share),
        "shares": [plain(share) for share in crossing.shares],
        "progress": plain(crossing.progress),
    }
