"""Histories: every fact of some streams, in order, a page at a time."""

from typing import Any
from uuid import UUID

from api.http import responses
from api.http.context import stores
from api.http.query_endpoint import Reading, listed
from api.representations import resources
from okr_events.domain.cycle import Cycle
from projections.impact.history import Felt
from projections.queries import fact_history
from projections.queries.celebrations import celebrated
from projections.queries.fact_history import Streams
from projections.store import lookups
from projections.store.tables import cycles


def history_of(reading: Reading, streams: Streams, felt: Felt | None = None, *, sealed_at: int | None = None) -> dict[str, Any]:
    """A page of facts, with the milestones that were reached by the check-ins among them.

    `sealed_at` is where the cycle of what it tells was sealed, if it is.
    """
    mapper, limit, after = stores().okrs.mapper, reading.query["limit"], reading.query["after"]
    place = {"position": reading.position, "after": after, "limit": limit + 1}
    if felt:
        facts = fact_history.history_with(reading.connection, mapper, streams, felt, **place)
    else:
        facts = fact_history.history(reading.connection, mapper, streams, **place)
    told = [{**fact, "after_seal": _after(sealed_at, fact)} for fact in facts]
    page = listed(told, [fact["position"] for fact in facts], limit)
    items = celebrated(reading.connection, reading.moment, page["items"])
    return {**page, "items": resources.named(responses.opened(items))}


def _after(sealed_at: int | None, fact: dict[str, Any]) -> bool:
    """The event that fixes the report follows the closing, and is a part of it."""
    return sealed_at is not None and fact["position"] > sealed_at and fact["type"] != Cycle.Sealed.TOPIC


def sealed_at(reading: Reading, cycle_id: str) -> int | None:
    """Where a cycle was sealed, if it is."""
    at: int | None = lookups.one(reading.connection, cycles, UUID(cycle_id), reading.position).closed_at
    return at
