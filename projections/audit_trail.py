"""The audit trail: every fact, under every subject in whose history it belongs."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from okr_events.alignment import Alignment
from okr_events.log.ledger import instant
from okr_events.numbers import plain
from okr_events.values import Sealed
from projections.rows import Fact, Rows
from projections.tables import alignments, fact_subjects, facts, key_results

UNTOLD = {"originator_id", "originator_version", "originator_topic", "timestamp"}
Open = Callable[[Sequence[str]], dict[str, str]]


def told(value: Any) -> Any:
    """A field of an event as a reader is told it; sealed words as `{"sealed": token}` until they are opened."""
    match value:
        case Decimal():
            return plain(value)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case Sealed():
            return {"sealed": value.token}
        case dict():
            return {name: told(part) for name, part in value.items()}
        case list():
            return [told(part) for part in value]
        case _:
            return value


def record(event: Any, fact: Fact, rows: Rows) -> None:
    """Note any event, once under each of its subjects."""
    reason = fact.envelope.reason
    rows.add(
        facts,
        position=rows.position,
        recorded_at=fact.recorded.recorded_at,
        type=fact.recorded.topic,
        subject_id=fact.id,
        version=fact.version,
        actor=fact.envelope.actor.hex,
        reason=reason.token if isinstance(reason, Sealed) else None,
        correlation_id=fact.envelope.correlation_id.hex,
        imported=json.dumps(fact.envelope.imported) if fact.envelope.imported else None,
        fields=json.dumps({name: told(value) for name, value in vars(event).items() if name not in UNTOLD}),
    )
    for subject in {fact.id, *_touched(event, fact, rows)}:
        rows.add(fact_subjects, subject_id=subject, position=rows.position)


def _touched(event: Any, fact: Fact, rows: Rows) -> set[str]:
    """The objectives in whose history the fact belongs too: a key result's own, both ends of a link."""
    if fact.recorded.topic.startswith("KeyResult."):
        return {rows.current(key_results, fact.id)["objective_id"]}
    if fact.recorded.topic.startswith("Alignment."):
        link = event if isinstance(event, Alignment.Created) else None
        row = rows.current(alignments, fact.id)
        return {link.child_id.hex, link.parent_id.hex} if link else {row["child_id"], row["parent_id"]}
    return set()


def history(connection: Connection, subject: UUID, *, position: int, after: int, limit: int) -> list[dict[str, Any]]:
    """The facts about a subject, in order, after one position and up to another; words still sealed."""
    query = (
        select(facts)
        .join(fact_subjects, fact_subjects.c.position == facts.c.position)
        .where(fact_subjects.c.subject_id == subject.hex)
        .where(fact_subjects.c.position > after, fact_subjects.c.position <= position)
        .order_by(fact_subjects.c.position)
        .limit(limit)
    )
    return [_entry(row) for row in connection.execute(query)]


def _entry(row: Any) -> dict[str, Any]:
    return {
        "position": row.position,
        "recorded_at": instant(row.recorded_at).isoformat().replace("+00:00", "Z"),
        "type": row.type,
        "subject_id": str(UUID(row.subject_id)),
        "version": row.version,
        "actor": str(UUID(row.actor)),
        "reason": {"sealed": row.reason} if row.reason else None,
        "correlation_id": str(UUID(row.correlation_id)),
        "imported": json.loads(row.imported) if row.imported else None,
        "fields": json.loads(row.fields),
    }
