"""Histories: the facts of some streams in order, in pages."""

from api.http.query_endpoint import QueryContext, page_response
from api.representations.decryption import decrypt_and_name
from okr_events.domain.cycle import Cycle
from okr_events.json_types import JsonObject
from projections.impact.history import ImpactHistory
from projections.queries import fact_history
from projections.queries.celebrations import with_celebrations
from projections.queries.fact_history import StreamCondition


def history_page(
    context: QueryContext, streams: StreamCondition, impact: ImpactHistory | None = None, *, sealed_at: int | None = None
) -> JsonObject:
    """A page of facts, with the milestones that the check-ins among them reached.

    `impact` adds facts about aligned objectives; `sealed_at` is the position at which the cycle was closed, if it is sealed.
    """
    mapper, limit, after = context.stores.okrs.mapper, context.query["limit"], context.query["after"]
    span = {"position": context.position, "after": after, "limit": limit + 1}
    facts = fact_history.fetch_history(context.connection, mapper, streams, impact, **span)
    items = [{**fact, "after_seal": _is_after_seal(sealed_at, fact)} for fact in facts]
    page = page_response(items, [fact["position"] for fact in facts], limit)
    entries = with_celebrations(context.connection, context.moment, page["items"])
    return {**page, "items": decrypt_and_name(context.stores.register, entries)}


def _is_after_seal(sealed_at: int | None, fact: JsonObject) -> bool:
    """Whether the fact follows the seal; the event that fixes the report is a part of it."""
    return sealed_at is not None and fact["position"] > sealed_at and fact["type"] != Cycle.Sealed.TOPIC
