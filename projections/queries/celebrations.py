"""Celebrations: the milestones in the history of a key result, each right after its check-in."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from okr_events.domain.decimals import format_decimal
from okr_events.domain.key_result import KeyResult
from okr_events.json_types import JsonObject
from projections.evaluation.milestones import MilestoneCrossing, find_crossings
from projections.moment import Moment

CROSSED_TYPE = "Milestone.Crossed"
"""The type of these entries, which no event has: corrections may change them."""


def with_celebrations(connection: Connection, moment: Moment, facts: Sequence[JsonObject]) -> list[JsonObject]:
    """Facts of a history, in order, with the milestones that their check-ins reached."""
    check_ins = [fact for fact in facts if fact["type"] == KeyResult.CheckedIn.TOPIC]
    if not check_ins:
        return list(facts)
    ids = {fact["subject_id"] for fact in check_ins}
    crossings = find_crossings(connection, moment, ids, after=check_ins[0]["position"] - 1)
    return list(_insert_celebrations(facts, {crossing.position: crossing for crossing in crossings}))


def _insert_celebrations(facts: Iterable[JsonObject], crossings: dict[int, MilestoneCrossing]) -> Iterator[JsonObject]:
    for fact in facts:
        yield fact
        if crossing := crossings.get(fact["position"]):
            yield {**fact, "type": CROSSED_TYPE, "kind": "celebration", "reason": None, "fields": _fields(crossing)}


def _fields(crossing: MilestoneCrossing) -> JsonObject:
    return {
        "check_in_id": crossing.check_in_id,
        "share": format_decimal(crossing.share),
        "shares": [format_decimal(share) for share in crossing.shares],
        "progress": format_decimal(crossing.progress),
    }
