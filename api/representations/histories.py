"""Histories: every fact of some streams, in order, a page at a time."""

from typing import Any
from uuid import UUID

from api.http import responses
from api.http.context import stores
from api.http.query_endpoint import QueryContext, page_response
from api.representations import resources
from okr_events.domain.cycle import Cycle
from projections.impact.history import ImpactHistory
from projections.queries import fact_history
from projections.queries.celebrations import with_celebrations
from projections.queries.fact_history import StreamCondition
from projections.store import lookups
from projections.store.tables import CycleRow


def history_page(
    reading: QueryContext, streams: StreamCondition, felt: ImpactHistory | None = None, *, sealed_at: int | None = None
) -> dict[str, Any]:
    """A page of facts, with the milestones that were reached by the check-ins among them.

    `sealed_at` is where the cycle of what it tells was sealed, if it is.
    """
    mapper, limit, after = stores().okrs.mapper, reading.query["limit"], reading.query["after"]
    place = {"position": reading.position, "after": after, "limit": limit + 1}
    facts = fact_history.fetch_history(reading.connection, mapper, streams, felt, **place)
    told = [{**fact, "after_seal": _is_after_seal(sealed_at, fact)} for fact in facts]
    page = page_response(told, [fact["position"] for fact in facts], limit)
    items = with_celebrations(reading.connection, reading.moment, page["items"])
    return {**page, "items": resources.with_person_names(responses.decrypt(items))}


def _is_after_seal(sealed_at: int | None, fact: dict[str, Any]) -> bool:
    """The event that fixes the report follows the closing, and is a part of it."""
    return sealed_at is not None and fact["position"] > sealed_at and fact["type"] != Cycle.Sealed.TOPIC


def seal_position(reading: QueryContext, cycle_id: str) -> int | None:
    """Where a cycle was sealed, if it is."""
    at: int | None = lookups.fetch_row(reading.connection, CycleRow, UUID(cycle_id), reading.position).closed_at
    return at
