"""Histories: every fact of some streams, in order, a page at a time."""

from typing import Any

from api import rendering, shown
from api.current import stores
from api.reading import Reading, listed
from projections import audit_trail
from projections.audit_trail import Streams


def history_of(reading: Reading, streams: Streams) -> dict[str, Any]:
    mapper, limit, after = stores().okrs.mapper, reading.query["limit"], reading.query["after"]
    facts = audit_trail.history(reading.connection, mapper, streams, position=reading.position, after=after, limit=limit + 1)
    return listed(shown.named(rendering.opened(facts)), [fact["position"] for fact in facts], limit)
