"""Graphs of cycles kept in memory as they were evaluated, so that all forms of one position share one."""

from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import Connection

from okr_events.event_log.hash_chain import Head
from projections.evaluation.goal_graph import GoalGraph
from projections.moment import Moment
from projections.store.weighted_cache import WeightedCache

MAX_GOALS = 60_000
"""How many objectives and key results all kept graphs have together: at 3 KiB each some 200 MiB at most."""
LoadGraph = Callable[[Connection, Moment, str | None, date | None], GoalGraph]
"""Returns the graph of a cycle, as `GoalGraph.for_cycle`."""


class KeptGraphs:
    """Nobody changes a kept graph. It holds ids and encrypted texts of people, but no names, connection or sealed graphs."""

    def __init__(self) -> None:
        self._graphs = WeightedCache[GoalGraph](MAX_GOALS)

    def at(self, head: Head) -> LoadGraph:
        """What loads graphs for a read at this head; another log has other hashes, also where positions are the same."""
        return partial(self._load, head.chain)

    def _load(
        self, chain: bytes, connection: Connection, moment: Moment, cycle_id: str | None, judged_on: date | None = None
    ) -> GoalGraph:
        key = (chain, moment, cycle_id, judged_on)
        if graph := self._graphs.get(key):
            return graph
        graph = GoalGraph.for_cycle(connection, moment, cycle_id, judged_on)
        del graph.connection, graph.sealed_results
        self._graphs.put(key, graph, weight=len(graph.objectives) + len(graph.key_results))
        return graph
