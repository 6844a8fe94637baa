"""Histories: the facts about a thing, in order, and the conditions that select them."""

from itertools import islice
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, union

from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.values import EncryptedText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.impact.history import ImpactHistory
from projections.moment import format_recorded_at
from projections.store.column_values import encrypted_value, plain_value
from projections.store.tables import FactRow, alignments, check_ins, conversations, facts, initiatives, key_results

StreamCondition = ColumnElement[bool]
INTERNAL_FIELDS = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def stream_condition(id: UUID) -> StreamCondition:
    """The history of a unit, cycle or priority: its own facts."""
    return facts.c.stream_id == str(id)


def key_result_condition(id: UUID) -> StreamCondition:
    """The history of a key result: the facts about it, its initiatives, the links to it, the comments on it, the end of its
    objective, and its carry-over.
    """
    own = str(id)
    itself = select(key_results.c.id).where(key_results.c.id == own)
    above = select(key_results.c.objective_id).where(key_results.c.id == own)
    ended = facts.c.type.in_((Objective.Cancelled.TOPIC, Objective.Closed.TOPIC)) & facts.c.stream_id.in_(above)
    around = union(_initiative_ids(itself), _link_ids(itself), _conversation_ids(own, itself))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), ended, _carry_over_condition(itself))


def objective_condition(id: UUID) -> StreamCondition:
    """The history of an objective: the facts about it, its key results with their initiatives and carry-over, the links from
    and to all of these, and the comments on them.
    """
    own = str(id)
    measures = select(key_results.c.id).where(key_results.c.objective_id == own)
    links = select(alignments.c.id).where((alignments.c.child_id == own) | (alignments.c.parent_id == own))
    around = union(measures, _initiative_ids(measures), links, _link_ids(measures), _conversation_ids(own, measures))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), _carry_over_condition(measures))


def _carry_over_condition(measures: Select[tuple[str]]) -> StreamCondition:
    """The creation of the key results that carry these over."""
    successors = select(key_results.c.id).where(key_results.c.origin.in_(measures))
    return facts.c.stream_id.in_(successors) & (facts.c.type == KeyResult.Created.TOPIC)


def _initiative_ids(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(initiatives.c.id).where(initiatives.c.key_result_id.in_(measures))


def _link_ids(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(alignments.c.id).where(alignments.c.parent_id.in_(measures))


def _conversation_ids(own: str, measures: Select[tuple[str]]) -> Select[tuple[str]]:
    """The conversations about a goal, about key results and about their check-ins."""
    reports = select(check_ins.c.id).where(check_ins.c.key_result_id.in_(measures))
    return select(conversations.c.id).where(conversations.c.subject_id.in_(union(select(literal(own)), measures, reports)))


def fetch_history(
    connection: Connection,
    mapper: Mapper[UUID],
    streams: StreamCondition,
    impact: ImpactHistory | None = None,
    *,
    position: int,
    after: int,
    limit: int,
) -> list[JsonObject]:
    """The selected facts, in order, after one position and up to another; text is still encrypted.

    With `impact`, also facts about aligned objectives, whose ids are in `felt_from`.
    """
    found = {row.position: _serialize_row(row, mapper) for row in _rows(connection, streams, position, after, limit)}
    for row, objective_id in islice(impact.facts(after), limit + len(found)) if impact else ():
        if row.position not in found:
            found[row.position] = {**_serialize_row(row, mapper), "felt_from": objective_id}
    return [found[place] for place in sorted(found)[:limit]]


def _rows(connection: Connection, streams: StreamCondition, position: int, after: int, limit: int) -> list[FactRow]:
    between = (facts.c.position > after) & (facts.c.position <= position)
    query = select(facts).where(streams, between).order_by(facts.c.position).limit(limit)
    return fetch_rows(connection, FactRow, query)


def _serialize_row(row: FactRow, mapper: Mapper[UUID]) -> JsonObject:
    stored = (row.position, row.recorded_at, UUID(row.stream_id), row.version, row.type)
    return {**serialize_fact(RecordedEvent(*stored, row.state.encode(), row.envelope.encode(), b""), mapper), "felt_from": None}


def serialize_fact(recorded: RecordedEvent, mapper: Mapper[UUID]) -> JsonObject:
    """A fact as the API shows it; text is still encrypted."""
    id, version = recorded.originator_id, recorded.originator_version
    event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
    envelope = Envelope.decode(recorded.envelope, id, version)
    return {
        "position": recorded.position,
        "recorded_at": format_recorded_at(recorded.recorded_at),
        "type": recorded.topic,
        "subject_id": str(id),
        "version": version,
        "actor": str(envelope.actor),
        "reason": _serialize_field(envelope.reason),
        "correlation_id": str(envelope.correlation_id),
        "imported": envelope.imported,
        "fields": {name: _serialize_field(value) for name, value in vars(event).items() if name not in INTERNAL_FIELDS},
    }


def _serialize_field(value: object) -> object:
    """A field of an event as the API shows it; encrypted text as `{"sealed": token}`."""
    match value:
        case EncryptedText():
            return encrypted_value(value.token)
        case dict():
            return {name: _serialize_field(part) for name, part in value.items()}
        case list():
            return [_serialize_field(part) for part in value]
        case _:
            return plain_value(value)
