"""The feed: which facts of the log are asked for, as rising positions."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, exists, func, or_, select, union

from okr_events.domain.conversation import Conversation
from okr_events.domain.errors import NotFound
from projections.queries import fact_history
from projections.queries.fact_history import StreamCondition
from projections.store.tables import (
    alignments,
    blockers,
    check_ins,
    comments,
    conversations,
    decisions,
    facts,
    initiatives,
    key_results,
    objectives,
    reviews,
)

Ids = Select[tuple[str]]
Conditions = Sequence[ColumnElement[bool]]
"""What all facts that are asked for have in common; nothing means every fact."""

BATCH_SIZE = 5_000


def find_positions(connection: Connection, chosen: Conditions, *, after: int, upto: int, limit: int) -> list[int]:
    """The first so many positions of chosen facts after one position and up to another, rising."""
    between = (facts.c.position > after) & (facts.c.position <= upto)
    query = select(facts.c.position).where(between, *chosen).order_by(facts.c.position).limit(limit)
    return list(connection.scalars(query))


def iterate_cycle_positions(connection: Connection, cycle_id: str, *, upto: int) -> Iterator[int]:
    """All positions of facts about a cycle, rising, up to one."""
    found = [0]
    while found:
        found = find_positions(connection, [cycle_condition(cycle_id)], after=found[-1], upto=upto, limit=BATCH_SIZE)
        yield from found


def cycle_condition(id: str) -> StreamCondition:
    """Facts about a cycle, its objectives and all that belongs to these."""
    theirs = select(objectives.c.id).where(objectives.c.cycle_id == id)
    held = select(reviews.c.id).where(reviews.c.cycle_id == id)
    return or_(facts.c.stream_id == id, facts.c.stream_id.in_(_related_streams(theirs, held)))


def units_condition(ids: Collection[str]) -> StreamCondition:
    """Facts about some units, their objectives and all that belongs to these."""
    theirs = select(objectives.c.id).where(objectives.c.unit_id.in_(ids))
    held = select(reviews.c.id).where(reviews.c.unit_id.in_(ids))
    return or_(facts.c.stream_id.in_(ids), facts.c.stream_id.in_(_related_streams(theirs, held)))


def subject_condition(connection: Connection, id: UUID) -> StreamCondition:
    """Facts of one stream, of an objective's or a key result's history, or about one check-in, comment,
    blocker or decision.

    Raises `NotFound`.
    """
    first = select(facts.c.type).where(facts.c.stream_id == str(id)).order_by(facts.c.position).limit(1)
    match (connection.scalar(first) or "").partition(".")[0]:
        case "":
            return _part_condition(connection, id)
        case "Objective":
            return fact_history.objective_condition(id)
        case "KeyResult":
            return fact_history.key_result_condition(id)
    return fact_history.stream_condition(id)


def types_condition(names: Collection[str]) -> ColumnElement[bool]:
    return facts.c.type.in_(names)


def actor_condition(id: UUID) -> ColumnElement[bool]:
    """Facts that a person recorded: an envelope begins with its actor, since its names are sorted."""
    start = f'{{"actor":"{id.hex}"'
    return func.substr(facts.c.envelope, 1, len(start)) == start


def _part_condition(connection: Connection, id: UUID) -> StreamCondition:
    """Facts about what is a part of a stream: those that name it, and remarks on it."""
    report = select(check_ins.c.key_result_id).where(check_ins.c.id == str(id)).limit(1)
    remark = select(comments.c.conversation_id).where(comments.c.id == str(id))
    blocked = select(blockers.c.key_result_id).where(blockers.c.id == str(id)).limit(1)
    if key_result_id := connection.scalar(blocked):
        talk = Conversation.create_id(UUID(key_result_id))
        return facts.c.stream_id.in_((key_result_id, str(talk))) & facts.c.state.contains(id.hex)
    decided = select(decisions.c.review_id).where(decisions.c.id == str(id)).limit(1)
    holder = connection.scalar(report) or connection.scalar(remark) or connection.scalar(decided)
    if holder is None:
        raise NotFound
    talks = select(conversations.c.id).where(conversations.c.subject_id == str(id))
    return or_((facts.c.stream_id == holder) & facts.c.state.contains(id.hex), facts.c.stream_id.in_(talks))


def _related_streams(goals: Ids, held: Ids) -> CompoundSelect[tuple[str]]:
    """The streams of objectives, their key results and initiatives, of the links from and to them, of remarks on them, and of
    the reviews held.
    """
    measures = select(key_results.c.id).where(key_results.c.objective_id.in_(goals))
    report = (check_ins.c.id == conversations.c.subject_id) & check_ins.c.key_result_id.in_(measures)
    work = select(initiatives.c.id).where(initiatives.c.key_result_id.in_(measures))
    ends = union(goals, measures)
    links = select(alignments.c.id).where(alignments.c.child_id.in_(goals) | alignments.c.parent_id.in_(ends))
    talks = select(conversations.c.id).where(conversations.c.subject_id.in_(ends) | exists().where(report))
    return union(goals, measures, work, links, talks, held)
