"""The report of a sealed cycle: ids, numbers and hashes, never names or text, as canonical JSON."""

from hashlib import sha256

import orjson
import rfc8785
from sqlalchemy import Connection

from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.moment import Moment
from projections.queries import goal_serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow, KeyResultRow, UnitRow

FORMAT_VERSION = 3
"""Raised when the members of the report or their meaning change."""
RULES_VERSION = 2
"""Raised when a rule or formula gives another number for the same events. The first one read the numbers from the views."""


def build_canonical_report(connection: Connection, moment: Moment, cycle: CycleRow, root: bytes) -> bytes:
    """The report of a cycle at its closing, canonical by RFC 8785; `root` is the log's Merkle root there."""
    return rfc8785.dumps(orjson.loads(orjson.dumps(_build_report(connection, moment, cycle, root))))


def _build_report(connection: Connection, moment: Moment, cycle: CycleRow, root: bytes) -> JsonObject:
    graph, units = GoalGraph.for_cycle(connection, moment, cycle.id), fetch_rows_at(connection, UnitRow, moment.position)
    tree = AlignmentTree(graph, TreeFilter(cycle=cycle.id, ended=True), units, side_links=graph.side_links).as_graph()
    key_results = [part for part in graph.key_results.values() if part.row.cycle_id == cycle.id]
    tree_members = ("position", "evaluated_at", "effective_on", "units", "objectives", "alignments")
    cycle_fields = goal_serializers.serialize_cycle(cycle)
    return {
        "format": FORMAT_VERSION,
        "cycle": {name: cycle_fields[name] for name in ("id", "name", "starts_on", "ends_on", "parent_id", "policy")},
        "ledger_root": root.hex(),
        **{name: tree[name] for name in tree_members},
        "scores": [_serialize_score(part.row) for part in key_results if part.row.score is not None],
        "unscored": [part.row.id for part in key_results if part.live and part.row.score is None],
    }


def _serialize_score(row: KeyResultRow) -> JsonObject:
    root_cause = sha256(row.root_cause.encode()).hexdigest() if row.root_cause else None
    columns = goal_serializers.select_columns(row, "score", "suggested", "suggested_at", "decision", "scored_at")
    return {"key_result_id": row.id, **columns, "root_cause_sha256": root_cause}
