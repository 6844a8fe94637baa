"""Filters for facts of the log: conditions, and the positions that meet them."""

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
"""Conditions that a fact must meet all; none means every fact."""

BATCH_SIZE = 5_000


def find_positions(connection: Connection, chosen: Conditions, *, after: int, upto: int, limit: int) -> list[int]:
    """The first positions, rising, of chosen facts after one position and up to another."""
    between = (facts.c.position > after) & (facts.c.position <= upto)
    query = select(facts.c.position).where(between, *chosen).order_by(facts.c.position).limit(limit)
    return list(connection.scalars(query))


def iterate_cycle_positions(connection: Connection, cycle_id: str, *, upto: int) -> Iterator[int]:
    """All positions of facts about a cycle, rising."""
    positions = [0]
    while positions:
        positions = find_positions(connection, [cycle_condition(cycle_id)], after=positions[-1], upto=upto, limit=BATCH_SIZE)
        yield from positions


def cycle_condition(id: str) -> StreamCondition:
    """Facts about a cycle, its objectives, all that belongs to these, and its reviews."""
    goals = select(objectives.c.id).where(objectives.c.cycle_id == id)
    cycle_reviews = select(reviews.c.id).where(reviews.c.cycle_id == id)
    return or_(facts.c.stream_id == id, facts.c.stream_id.in_(_related_streams(goals, cycle_reviews)))


def units_condition(ids: Collection[str]) -> StreamCondition:
    """Facts about some units, their objectives, all that belongs to these, and their reviews."""
    goals = select(objectives.c.id).where(objectives.c.unit_id.in_(ids))
    unit_reviews = select(reviews.c.id).where(reviews.c.unit_id.in_(ids))
    return or_(facts.c.stream_id.in_(ids), facts.c.stream_id.in_(_related_streams(goals, unit_reviews)))


def subject_condition(connection: Connection, id: UUID) -> StreamCondition:
    """Facts about one thing: a stream, an objective's or key result's history, or a check-in, comment, blocker or decision.

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
    """Facts that a person recorded; envelopes begin with the actor, since their members are sorted."""
    start = f'{{"actor":"{id.hex}"'
    return func.substr(facts.c.envelope, 1, len(start)) == start


def _part_condition(connection: Connection, id: UUID) -> StreamCondition:
    """Facts about a part of a stream: those that name it, and the comments on it."""
    blocked = select(blockers.c.key_result_id).where(blockers.c.id == str(id)).limit(1)
    if key_result_id := connection.scalar(blocked):
        conversation_id = Conversation.create_id(UUID(key_result_id))
        return facts.c.stream_id.in_((key_result_id, str(conversation_id))) & facts.c.state.contains(id.hex)
    parts = (check_ins, check_ins.c.key_result_id), (comments, comments.c.conversation_id), (decisions, decisions.c.review_id)
    queries = (select(stream_id).where(table.c.id == str(id)).limit(1) for table, stream_id in parts)
    stream_id = next((found for query in queries if (found := connection.scalar(query))), None)
    if stream_id is None:
        raise NotFound
    about = select(conversations.c.id).where(conversations.c.subject_id == str(id))
    return or_((facts.c.stream_id == stream_id) & facts.c.state.contains(id.hex), facts.c.stream_id.in_(about))


def _related_streams(goals: Ids, goal_reviews: Ids) -> CompoundSelect[tuple[str]]:
    """The streams of objectives, their key results, initiatives, links and conversations, and of reviews."""
    measures = select(key_results.c.id).where(key_results.c.objective_id.in_(goals))
    about_check_in = (check_ins.c.id == conversations.c.subject_id) & check_ins.c.key_result_id.in_(measures)
    work = select(initiatives.c.id).where(initiatives.c.key_result_id.in_(measures))
    ends = union(goals, measures)
    links = select(alignments.c.id).where(alignments.c.child_id.in_(goals) | alignments.c.parent_id.in_(ends))
    talks = select(conversations.c.id).where(conversations.c.subject_id.in_(ends) | exists().where(about_check_in))
    return union(goals, measures, work, links, talks, goal_reviews)
