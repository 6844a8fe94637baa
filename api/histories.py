"""Histories: every fact of some streams, in order, a page at a time."""

from typing import Any

from api import rendering, shown
from api.current import stores
from api.reading import Reading, listed
from projections import audit_trail
from projections.audit_trail import Streams
from projections.felt import Felt


def history_of(reading: Reading, streams: Streams, felt: Felt | None = None) -> dict[str, Any]:
    mapper, limit, after = stores().okrs.mapper, reading.query["limit"], reading.query["after"]
    place = {"position": reading.position, "after": after, "limit": limit + 1}
    if felt:
        facts = audit_trail.history_with(reading.connection, mapper, streams, felt, **place)
    else:
        facts = audit_trail.history(reading.connection, mapper, streams, **place)
    return listed(shown.named(rendering.opened(facts)), [fact["position"] for fact in facts], limit)
