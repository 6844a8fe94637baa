"""Histories: every fact about one subject, in order, a page at a time."""

from typing import Any
from uuid import UUID

from api import rendering, shown
from api.reading import Reading, listed
from projections import audit_trail


def history_of(reading: Reading, subject: UUID) -> dict[str, Any]:
    limit = reading.query["limit"]
    facts = audit_trail.history(
        reading.connection, subject, position=reading.position, after=reading.query["after"], limit=limit + 1
    )
    return listed(shown.named(rendering.opened(facts)), [fact["position"] for fact in facts], limit)
