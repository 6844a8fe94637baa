"""The audit trail: every fact as it was recorded, and the streams that tell the history of a thing."""

from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, union

from okr_events.domain.key_result import KeyResult
from okr_events.domain.values import EncryptedText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import RecordedEvent, from_microseconds
from projections.event_catalog import event_names
from projections.impact.history import ImpactHistory
from projections.moment import rfc3339
from projections.store.column_values import plain_value
from projections.store.tables import alignments, check_ins, conversations, facts, initiatives, key_results

StreamCondition = ColumnElement[bool]
ENDING_EVENTS = event_names(lambda entry: entry.evidence == "end")
INTERNAL_FIELDS = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def stream_condition(id: UUID) -> StreamCondition:
    """The facts of a thing that has no others: a unit, a cycle, a priority."""
    return facts.c.stream_id == str(id)


def key_result_condition(id: UUID) -> StreamCondition:
    """The facts that tell a key result's history: its own, its initiatives', those of the links to it, what was remarked on it,
    that its objective was cancelled or closed, and how it was carried over.
    """
    own = str(id)
    itself = select(key_results.c.id).where(key_results.c.id == own)
    above = select(key_results.c.objective_id).where(key_results.c.id == own)
    ended = facts.c.type.in_(ENDING_EVENTS) & facts.c.stream_id.in_(above)
    around = union(_initiative_ids(itself), _link_ids(itself), _conversation_ids(own, itself))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), ended, _carry_over_condition(itself))


def objective_condition(id: UUID) -> StreamCondition:
    """The facts that tell an objective's history: its own, its key results' and their initiatives', those of the links from it,
    to it and to these, remarks, and how key results were carried over.
    """
    own = str(id)
    theirs = select(key_results.c.id).where(key_results.c.objective_id == own)
    links = select(alignments.c.id).where((alignments.c.child_id == own) | (alignments.c.parent_id == own))
    around = union(theirs, _initiative_ids(theirs), links, _link_ids(theirs), _conversation_ids(own, theirs))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), _carry_over_condition(theirs))


def _carry_over_condition(measures: Select[tuple[str]]) -> StreamCondition:
    """The facts that brought into being what carries key results on."""
    carrying = select(key_results.c.id).where(key_results.c.origin.in_(measures))
    return facts.c.stream_id.in_(carrying) & (facts.c.type == KeyResult.Created.TOPIC)


def _initiative_ids(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(initiatives.c.id).where(initiatives.c.key_result_id.in_(measures))


def _link_ids(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(alignments.c.id).where(alignments.c.parent_id.in_(measures))


def _conversation_ids(own: str, measures: Select[tuple[str]]) -> Select[tuple[str]]:
    """The conversations about a goal, about key results and about the check-ins on these."""
    reports = select(check_ins.c.id).where(check_ins.c.key_result_id.in_(measures))
    return select(conversations.c.id).where(conversations.c.subject_id.in_(union(select(literal(own)), measures, reports)))


def fetch_history(
    connection: Connection, mapper: Mapper[UUID], streams: StreamCondition, *, position: int, after: int, limit: int
) -> list[dict[str, Any]]:
    """The facts of some streams, in order, after one position and up to another; words still sealed."""
    return [_serialize_row(row, mapper) for row in _rows(connection, streams, position, after, limit)]


def fetch_history_with_impact(
    connection: Connection,
    mapper: Mapper[UUID],
    streams: StreamCondition,
    felt: ImpactHistory,
    *,
    position: int,
    after: int,
    limit: int,
) -> list[dict[str, Any]]:
    """The same with the facts about others that were felt: `felt_from` says whose they are."""
    own = {row.position: _serialize_row(row, mapper) for row in _rows(connection, streams, position, after, limit)}
    others = {
        row.position: {**_serialize_row(row, mapper), "felt_from": objective_id}
        for row, objective_id in islice(felt.facts(after), limit + len(own))
    }
    found = others | own
    return [found[place] for place in sorted(found)[:limit]]


def _rows(connection: Connection, streams: StreamCondition, position: int, after: int, limit: int) -> list[Any]:
    between = (facts.c.position > after) & (facts.c.position <= position)
    return list(connection.execute(select(facts).where(streams, between).order_by(facts.c.position).limit(limit)))


def _serialize_row(row: Any, mapper: Mapper[UUID]) -> dict[str, Any]:
    place = (row.position, row.recorded_at, UUID(row.stream_id), row.version, row.type)
    return {**serialize_fact(RecordedEvent(*place, row.state.encode(), row.envelope.encode(), b""), mapper), "felt_from": None}


def serialize_fact(recorded: RecordedEvent, mapper: Mapper[UUID]) -> dict[str, Any]:
    """A fact as a reader is told it; words still sealed."""
    id, version = recorded.originator_id, recorded.originator_version
    event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
    envelope = Envelope.decode(recorded.envelope, id, version)
    return {
        "position": recorded.position,
        "recorded_at": rfc3339(from_microseconds(recorded.recorded_at)),
        "type": recorded.topic,
        "subject_id": str(id),
        "version": version,
        "actor": str(envelope.actor),
        "reason": _serialize_field(envelope.reason),
        "correlation_id": str(envelope.correlation_id),
        "imported": envelope.imported,
        "fields": {name: _serialize_field(value) for name, value in vars(event).items() if name not in INTERNAL_FIELDS},
    }


def _serialize_field(value: Any) -> Any:
    """A field of an event as a reader is told it; sealed words as `{"sealed": token}` until they are opened."""
    match value:
        case EncryptedText():
            return {"sealed": value.token}
        case dict():
            return {name: _serialize_field(part) for name, part in value.items()}
        case list():
            return [_serialize_field(part) for part in value]
        case _:
            return plain_value(value)
