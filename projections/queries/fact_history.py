"""The audit trail: every fact as it was recorded, and the streams that tell the history of a thing."""

from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, union

from okr_events.domain.values import Sealed
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import Recorded, instant
from projections.handlers.goals import simple
from projections.impact.history import FELT, Felt
from projections.moment import rfc3339
from projections.store.row_buffer import Fact, Rows
from projections.store.tables import alignments, check_ins, conversations, facts, felt_facts, initiatives, key_results

Streams = ColumnElement[bool]
UNTOLD = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def record(fact: Fact, rows: Rows) -> None:
    """Note any event, as the log holds it."""
    rows.add(
        facts,
        position=rows.position,
        recorded_at=fact.recorded.recorded_at,
        stream_id=fact.id,
        type=fact.recorded.topic,
        version=fact.version,
        state=fact.recorded.state.decode(),
        envelope=fact.recorded.envelope.decode(),
    )


def record_felt(fact: Fact, rows: Rows) -> None:
    """Note an event that others than its subject may feel."""
    if fact.recorded.topic in FELT:
        rows.add(felt_facts, position=rows.position, stream_id=fact.id)


def of_stream(id: UUID) -> Streams:
    """The facts of a thing that has no others: a unit, a cycle, a priority."""
    return facts.c.stream_id == str(id)


def of_key_result(id: UUID) -> Streams:
    """The facts that tell a key result's history: its own, its initiatives', those of the links to it, what was remarked on it,
    that its objective was cancelled or closed, and how it was carried over.
    """
    own = str(id)
    itself = select(key_results.c.id).where(key_results.c.id == own)
    above = select(key_results.c.objective_id).where(key_results.c.id == own)
    ended = facts.c.type.in_(("Objective.Cancelled", "Objective.Closed")) & facts.c.stream_id.in_(above)
    around = union(_work(itself), _links_to(itself), _talks(own, itself))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), ended, _carrying_on(itself))


def of_objective(id: UUID) -> Streams:
    """The facts that tell an objective's history: its own, its key results' and their initiatives', those of the links from it,
    to it and to these, remarks, and how key results were carried over.
    """
    own = str(id)
    theirs = select(key_results.c.id).where(key_results.c.objective_id == own)
    links = select(alignments.c.id).where((alignments.c.child_id == own) | (alignments.c.parent_id == own))
    around = union(theirs, _work(theirs), links, _links_to(theirs), _talks(own, theirs))
    return or_(facts.c.stream_id == own, facts.c.stream_id.in_(around), _carrying_on(theirs))


def _carrying_on(measures: Select[tuple[str]]) -> Streams:
    """The facts that brought into being what carries key results on."""
    carrying = select(key_results.c.id).where(key_results.c.origin.in_(measures))
    return facts.c.stream_id.in_(carrying) & (facts.c.type == "KeyResult.Defined")


def _work(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(initiatives.c.id).where(initiatives.c.key_result_id.in_(measures))


def _links_to(measures: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(alignments.c.id).where(alignments.c.parent_id.in_(measures))


def _talks(own: str, measures: Select[tuple[str]]) -> Select[tuple[str]]:
    """The conversations about a goal, about key results and about the check-ins on these."""
    reports = select(check_ins.c.id).where(check_ins.c.key_result_id.in_(measures))
    return select(conversations.c.id).where(conversations.c.subject_id.in_(union(select(literal(own)), measures, reports)))


def history(
    connection: Connection, mapper: Mapper[UUID], streams: Streams, *, position: int, after: int, limit: int
) -> list[dict[str, Any]]:
    """The facts of some streams, in order, after one position and up to another; words still sealed."""
    return [_entry(row, mapper) for row in _rows(connection, streams, position, after, limit)]


def history_with(
    connection: Connection, mapper: Mapper[UUID], streams: Streams, felt: Felt, *, position: int, after: int, limit: int
) -> list[dict[str, Any]]:
    """The same with the facts about others that were felt: `felt_from` says whose they are."""
    own = {row.position: _entry(row, mapper) for row in _rows(connection, streams, position, after, limit)}
    others = {
        row.position: {**_entry(row, mapper), "felt_from": objective_id}
        for row, objective_id in islice(felt.facts(after), limit + len(own))
    }
    found = others | own
    return [found[place] for place in sorted(found)[:limit]]


def _rows(connection: Connection, streams: Streams, position: int, after: int, limit: int) -> list[Any]:
    between = (facts.c.position > after) & (facts.c.position <= position)
    return list(connection.execute(select(facts).where(streams, between).order_by(facts.c.position).limit(limit)))


def _entry(row: Any, mapper: Mapper[UUID]) -> dict[str, Any]:
    place = (row.position, row.recorded_at, UUID(row.stream_id), row.version, row.type)
    return {**told(Recorded(*place, row.state.encode(), row.envelope.encode(), b""), mapper), "felt_from": None}


def told(recorded: Recorded, mapper: Mapper[UUID]) -> dict[str, Any]:
    """A fact as a reader is told it; words still sealed."""
    id, version = recorded.originator_id, recorded.originator_version
    event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
    envelope = Envelope.decoded(recorded.envelope, id, version)
    return {
        "position": recorded.position,
        "recorded_at": rfc3339(instant(recorded.recorded_at)),
        "type": recorded.topic,
        "subject_id": str(id),
        "version": version,
        "actor": str(envelope.actor),
        "reason": _told(envelope.reason),
        "correlation_id": str(envelope.correlation_id),
        "imported": envelope.imported,
        "fields": {name: _told(value) for name, value in vars(event).items() if name not in UNTOLD},
    }


def _told(value: Any) -> Any:
    """A field of an event as a reader is told it; sealed words as `{"sealed": token}` until they are opened."""
    match value:
        case Sealed():
            return {"sealed": value.token}
        case dict():
            return {name: _told(part) for name, part in value.items()}
        case list():
            return [_told(part) for part in value]
        case _:
            return simple(value)
