"""What the views hold: their graph at a moment, and all their rows."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.goal_graph import GoalGraph
from projections.moment import Moment
from projections.projector import Projector
from projections.store.tables import metadata
from tests.projections.event_recorder import id_of


class ViewReader:
    """The graph, and single things of it, as they stood at a position or are on a day."""

    def __init__(self, views: Projector) -> None:
        self.views = views
        self.zone = ZoneInfo("UTC")

    def moment(self, position: int | None = None, *, today: date | None = None, on: date | None = None) -> Moment:
        head = self.views.catch_up(60)
        there = self.views.log.head_at(position or head.position) or head
        evaluated_at = datetime.combine(today, time(23), self.zone) if today else from_microseconds(there.recorded_at)
        day = on or evaluated_at.astimezone(self.zone).date()
        return Moment(there.position, evaluated_at, day, final=False, as_of=None, zone=self.zone)

    def graph(self, position: int | None = None, *, cycle: str | None = None, **when: Any) -> GoalGraph:
        with self.views.connect() as connection:
            moment = self.moment(position, **when)
            return GoalGraph.for_cycle(connection, moment, str(id_of(cycle)) if cycle else None)

    def objective(self, name: str, position: int | None = None, **when: Any) -> Any:
        return self.graph(position, **when).objectives[str(id_of(name))]

    def key_result(self, name: str, position: int | None = None, **when: Any) -> Any:
        return self.graph(position, **when).key_results[str(id_of(name))]


def all_rows(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, with all its columns, sorted."""
    return {
        table.name: sorted(repr(sorted(row.items())) for row in connection.execute(select(table)).mappings())
        for table in metadata.sorted_tables
    }
