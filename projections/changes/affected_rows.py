"""The versions of all rows that can count in the progress of given objectives and of their ancestors, between two positions."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from projections.evaluation.key_results import CycleRules, parse_metric
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.link_conditions import IS_CONTRIBUTION
from projections.store.lookups import fetch_newest
from projections.store.tables import (
    KeyResultRow,
    ViewTable,
    alignments,
    check_ins,
    cycles,
    key_results,
    objectives,
    standings,
    units,
)

TABLE_ORDER = {table: n for n, table in enumerate((units, cycles, objectives, key_results, standings, check_ins, alignments))}
"""The order of rows that begin at the same position: a row follows the rows that it refers to."""


class AffectedRows:
    """The row versions that are valid at any position from `first` to `last`, by table."""

    def __init__(
        self, connection: Connection, first: int, last: int, objective_ids: Collection[str], *, all_check_ins: bool
    ) -> None:
        """Without `all_check_ins`, only the check-ins of key results with a periodic metric are read."""
        self.connection = connection
        self.first = first
        self.last = last
        self.rows: dict[ViewTable, list[Any]] = {table: [] for table in TABLE_ORDER}
        self.rows[cycles] = self._read(cycles)
        self.rows[units] = self._read(units) if self._read(units, units.c.cadence.is_not(None)) else []
        self._read_descendants(self._with_ancestors(set(objective_ids)))
        metrics = {row.id: row.metric for row in self.rows[key_results]}
        needed = [id for id, metric in metrics.items() if all_check_ins or parse_metric(metric).periodic]
        self.rows[standings] = self._read_by_ids(standings.c.id, metrics)
        self.rows[check_ins] = self._read_by_ids(check_ins.c.key_result_id, needed)

    def iter_versions(self) -> Iterator[tuple[int, ViewTable, Any]]:
        """Each version with its table and the position from which it applies, in the order of application."""
        versions = [(max(row.from_position, self.first), table, row) for table, rows in self.rows.items() for row in rows]
        yield from sorted(versions, key=lambda version: (version[0], TABLE_ORDER[version[1]], version[2].from_position))

    def closed_cycle_rules(self, moment: Moment) -> dict[str, CycleRules]:
        """The rules of the cycles that were closed up to the first position."""
        closed = (row for row in self.rows[cycles] if row.from_position <= self.first and row.state == "closed")
        return {row.id: CycleRules(row, moment) for row in closed}

    def objective_ids_in_cycle(self, cycle_id: str) -> set[str]:
        return {row.id for row in self.rows[objectives] if row.cycle_id == cycle_id}

    def _with_ancestors(self, ids: set[str]) -> set[str]:
        """The objectives and all to which they were linked, directly or through others."""
        known, level = set(ids), ids
        while level:
            parent_ids = {link.parent_id for link in self._read_by_ids(alignments.c.child_id, level, IS_CONTRIBUTION)}
            parts = fetch_newest(self.connection, KeyResultRow, parent_ids)
            level = {parts[id].objective_id if id in parts else id for id in parent_ids} - known
            known |= level
        return known

    def _read_descendants(self, ids: set[str]) -> None:
        known, level = set(ids), ids
        while level:
            self.rows[objectives] += self._read_by_ids(objectives.c.id, level)
            parts = self._read_by_ids(key_results.c.objective_id, level)
            links = self._read_by_ids(alignments.c.parent_id, level | {part.id for part in parts}, IS_CONTRIBUTION)
            self.rows[key_results] += parts
            self.rows[alignments] += links
            level = {link.child_id for link in links} - known
            known |= level

    def _read_by_ids(self, column: ColumnElement[Any], ids: Collection[str], *conditions: ColumnElement[bool]) -> list[Any]:
        table: Any = column.table
        return [row for batch in batches(ids) for row in self._read(table, column.in_(batch), *conditions)]

    def _read(self, table: ViewTable, *conditions: ColumnElement[bool]) -> list[Any]:
        valid = (table.c.from_position <= self.last) & (table.c.to_position > self.first)
        return list(self.connection.execute(select(table).where(valid, *conditions).order_by(table.c.from_position)))
