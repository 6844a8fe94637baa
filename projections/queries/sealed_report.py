"""The report that a sealed cycle is fixed by: ids, numbers and hashes, never names or words, as canonical JSON."""

from hashlib import sha256
from typing import Any

import orjson
import rfc8785
from sqlalchemy import Connection, select

from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.moment import Moment
from projections.queries import serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store.tables import units, valid_at

FORMAT_VERSION = 2
"""The number rises when a report says other things, or says them otherwise."""


def build_canonical_report(connection: Connection, moment: Moment, cycle: Any, root: bytes) -> bytes:
    """The report of a cycle at the moment of its closing, by RFC 8785; `root` is the log's Merkle root there."""
    return rfc8785.dumps(orjson.loads(orjson.dumps(_build_report(connection, moment, cycle, root))))


def _build_report(connection: Connection, moment: Moment, cycle: Any, root: bytes) -> dict[str, Any]:
    graph = GoalGraph.for_cycle(connection, moment, cycle.id)
    places = connection.execute(select(units).where(valid_at(units, moment.position)).order_by(units.c.created))
    told = AlignmentTree(graph, TreeFilter(cycle=cycle.id, ended=True), places, side_links=graph.side_links()).as_graph()
    measured = [each for each in graph.key_results.values() if each.row.cycle_id == cycle.id]
    stated = {name: told[name] for name in ("position", "evaluated_at", "effective_on", "units", "objectives", "alignments")}
    said = serializers.serialize_cycle(cycle)
    return {
        "format": FORMAT_VERSION,
        "cycle": {name: said[name] for name in ("id", "name", "starts_on", "ends_on", "parent_id", "policy")},
        "ledger_root": root.hex(),
        **stated,
        "scores": [_serialize_score(each) for each in measured if each.row.score is not None],
        "unscored": [each.row.id for each in measured if each.live and each.row.score is None],
    }


def _serialize_score(each: EvaluatedKeyResult) -> dict[str, Any]:
    row = each.row
    words = sha256(row.root_cause.encode()).hexdigest() if row.root_cause else None
    stated = {name: getattr(row, name) for name in ("score", "suggested", "suggested_at", "decision", "scored_at")}
    return {"key_result_id": row.id, **stated, "root_cause_sha256": words}
