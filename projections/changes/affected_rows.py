"""The versions of all rows that can count in the progress of given objectives and of their ancestors, between two positions."""

from collections.abc import Collection

from sqlalchemy import Column, Connection, select

from okr_events.row_types import fetch_rows
from projections.evaluation.key_results import CycleRules, parse_metric
from projections.moment import Moment
from projections.store import tables
from projections.store.batching import batches
from projections.store.link_conditions import IS_CONTRIBUTION
from projections.store.lookups import Condition, R, fetch_newest


class AffectedRows:
    """The row versions that are valid at any position from `first` to `last`, by table."""

    def __init__(
        self, connection: Connection, first: int, last: int, objective_ids: Collection[str], *, all_check_ins: bool
    ) -> None:
        """Without `all_check_ins`, only the check-ins of key results with a periodic metric are read."""
        self.connection = connection
        self.first = first
        self.last = last
        self.cycles = self._read(tables.CycleRow)
        self.units = self._read(tables.UnitRow) if self._read(tables.UnitRow, tables.units.c.cadence.is_not(None)) else []
        self.objectives: list[tables.ObjectiveRow] = []
        self.key_results: list[tables.KeyResultRow] = []
        self.links: list[tables.AlignmentRow] = []
        self._read_descendants(self._with_ancestors(set(objective_ids)))
        metrics = {row.id: row.metric for row in self.key_results}
        needed = [id for id, metric in metrics.items() if all_check_ins or parse_metric(metric).periodic]
        self.standings = self._read_by_ids(tables.StandingRow, tables.standings.c.id, metrics)
        self.check_ins = self._read_by_ids(tables.CheckInRow, tables.check_ins.c.key_result_id, needed)

    def closed_cycle_rules(self, moment: Moment) -> dict[str, CycleRules]:
        """The rules of the cycles that were closed up to the first position."""
        closed = (row for row in self.cycles if row.from_position <= self.first and row.state == "closed")
        return {row.id: CycleRules(row, moment) for row in closed}

    def objective_ids_in_cycle(self, cycle_id: str) -> set[str]:
        return {row.id for row in self.objectives if row.cycle_id == cycle_id}

    def _with_ancestors(self, ids: set[str]) -> set[str]:
        """The objectives and all to which they were linked, directly or through others."""
        known, level = set(ids), ids
        while level:
            parent_ids = {link.parent_id for link in self._read_links(tables.alignments.c.child_id, level)}
            parts = fetch_newest(self.connection, tables.KeyResultRow, parent_ids)
            level = {parts[id].objective_id if id in parts else id for id in parent_ids} - known
            known |= level
        return known

    def _read_descendants(self, ids: set[str]) -> None:
        known, level = set(ids), ids
        while level:
            self.objectives += self._read_by_ids(tables.ObjectiveRow, tables.objectives.c.id, level)
            parts = self._read_by_ids(tables.KeyResultRow, tables.key_results.c.objective_id, level)
            links = self._read_links(tables.alignments.c.parent_id, level | {part.id for part in parts})
            self.key_results += parts
            self.links += links
            level = {link.child_id for link in links} - known
            known |= level

    def _read_links(self, column: Column[str], ids: Collection[str]) -> list[tables.AlignmentRow]:
        return self._read_by_ids(tables.AlignmentRow, column, ids, IS_CONTRIBUTION)

    def _read_by_ids(self, row_type: type[R], column: Column[str], ids: Collection[str], *chosen: Condition) -> list[R]:
        return [row for batch in batches(ids) for row in self._read(row_type, column.in_(batch), *chosen)]

    def _read(self, row_type: type[R], *conditions: Condition) -> list[R]:
        table = row_type.table
        valid = (table.c.from_position <= self.last) & (table.c.to_position > self.first)
        return fetch_rows(self.connection, row_type, select(table).where(valid, *conditions).order_by(table.c.from_position))
