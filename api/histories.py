"""Histories: every fact of some streams, in order, a page at a time."""

from typing import Any
from uuid import UUID

from api import rendering, shown
from api.current import stores
from api.reading import Reading, listed
from okr_events.cycle import Cycle
from projections import audit_trail, places
from projections.audit_trail import Streams
from projections.celebrations import celebrated
from projections.felt import Felt
from projections.tables import cycles


def history_of(reading: Reading, streams: Streams, felt: Felt | None = None, *, sealed_at: int | None = None) -> dict[str, Any]:
    """A page of facts, with the milestones that were reached by the check-ins among them.

    `sealed_at` is where the cycle of what it tells was sealed, if it is.
    """
    mapper, limit, after = stores().okrs.mapper, reading.query["limit"], reading.query["after"]
    place = {"position": reading.position, "after": after, "limit": limit + 1}
    if felt:
        facts = audit_trail.history_with(reading.connection, mapper, streams, felt, **place)
    else:
        facts = audit_trail.history(reading.connection, mapper, streams, **place)
    told = [{**fact, "after_seal": _after(sealed_at, fact)} for fact in facts]
    page = listed(told, [fact["position"] for fact in facts], limit)
    items = celebrated(reading.connection, reading.moment, page["items"])
    return {**page, "items": shown.named(rendering.opened(items))}


def _after(sealed_at: int | None, fact: dict[str, Any]) -> bool:
    """The event that fixes the report follows the closing, and is a part of it."""
    return sealed_at is not None and fact["position"] > sealed_at and fact["type"] != Cycle.Sealed.TOPIC


def sealed_at(reading: Reading, cycle_id: str) -> int | None:
    """Where a cycle was sealed, if it is."""
    at: int | None = places.one(reading.connection, cycles, UUID(cycle_id), reading.position).closed_at
    return at
