"""The JSON of each resource, read by its id, and of lists of them."""

from collections.abc import Callable, Iterable
from uuid import UUID

from api.http.context import R, ReadContext, SerializeById
from api.representations.decryption import decrypt, decrypt_and_name
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import blockers, check_ins, goal_serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.queries.check_in_source import is_after_end
from projections.store import tables


def _by_id(row_type: type[R], serialize: Callable[[R], JsonObject]) -> SerializeById:
    """The serializer of the row with an id."""
    return lambda context, row_id: serialize(context.fetch_row(row_type, row_id))


def first_of(row_type: type[R], serialize: Callable[[ReadContext, list[R]], list[JsonObject]]) -> SerializeById:
    """The serializer of the row with an id, from that of several rows."""
    return lambda context, row_id: serialize(context, [context.fetch_row(row_type, row_id)])[0]


unit = _by_id(tables.UnitRow, goal_serializers.serialize_unit)
priority = _by_id(tables.PriorityRow, goal_serializers.serialize_priority)
initiative = _by_id(tables.InitiativeRow, goal_serializers.serialize_initiative)
cycle = _by_id(tables.CycleRow, goal_serializers.serialize_cycle)


def serialize_alignments(context: ReadContext, rows: Iterable[tables.AlignmentRow]) -> list[JsonObject]:
    return decrypt(context.stores.register.keys, [goal_serializers.serialize_link_with_agreement(row) for row in rows])


def objective(context: ReadContext, id: UUID) -> JsonObject:
    """An objective as a node of the alignment tree: with its key results and all that contributes to it."""
    row = context.fetch_row(tables.ObjectiveRow, id)
    graph = GoalGraph.for_objectives(context.connection, context.moment, [row.id])
    tree = AlignmentTree(graph, TreeFilter(root=row.id, ended=row.state == "cancelled"), ())
    node: JsonObject = tree.as_tree()["roots"][0]
    return node


def key_result(context: ReadContext, id: UUID) -> JsonObject:
    row = context.fetch_row(tables.KeyResultRow, id)
    graph = GoalGraph.for_key_results(context.connection, context.moment, [row])
    node = AlignmentTree(graph, TreeFilter(), ()).serialize_key_result(row.id)
    evaluated = graph.key_results[row.id]
    decision = goal_serializers.serialize_score_decision(evaluated)
    contributors = {"contributors": goal_serializers.serialize_contributors(evaluated)}
    return {**node, **decrypt(context.stores.register.keys, {**decision, **contributors})}


def check_in(context: ReadContext, id: UUID) -> JsonObject:
    return serialize_check_ins(context, [context.check_ins.versions(id)])[0]


def serialize_check_ins(context: ReadContext, histories: list[check_ins.Versions]) -> list[JsonObject]:
    """Check-ins of any key results; each is given as its versions, the original first."""
    source = context.check_ins
    states = source.blocker_states([versions[0].id for versions in histories])
    ends = [source.cycle_end(versions[0]) for versions in histories]
    serialized = [
        check_ins.serialize_check_in(
            versions,
            after_end=is_after_end(versions[0], end, context.moment),
            sealed_at=end.closed_at,
            blocker_states=states,
        )
        for versions, end in zip(histories, ends, strict=True)
    ]
    return decrypt_and_name(context.stores.register, serialized)


def serialize_blockers(context: ReadContext, rows: Iterable[tables.BlockerRow]) -> list[JsonObject]:
    serialized = [blockers.serialize_blocker(row, context.moment) for row in rows]
    return decrypt_and_name(context.stores.register, serialized)


def serialize_comments(context: ReadContext, rows: Iterable[tables.CommentRow]) -> list[JsonObject]:
    return decrypt_and_name(context.stores.register, [goal_serializers.serialize_comment(row) for row in rows])


alignment = first_of(tables.AlignmentRow, serialize_alignments)
blocker = first_of(tables.BlockerRow, serialize_blockers)
comment = first_of(tables.CommentRow, serialize_comments)
