"""The closure: all rows that can count in the progress of some objectives, or of what is above them, between two positions."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from projections.evaluation.key_results import CycleRules, parse_metric
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.links import IS_CONTRIBUTION
from projections.store.lookups import fetch_newest
from projections.store.tables import KeyResultRow, alignments, check_ins, cycles, key_results, objectives, standings, units

TABLE_ORDER = {
    table: rank for rank, table in enumerate((units, cycles, objectives, key_results, standings, check_ins, alignments))
}
"""What is taken in first where several begin at once: nothing before that to which it belongs."""


class AffectedRows:
    """The versions of rows that are there at some position from `first` to `last`, in the order in which they begin."""

    def __init__(
        self, connection: Connection, first: int, last: int, objective_ids: Collection[str], *, reported: bool
    ) -> None:
        """`reported` asks for the check-ins of all key results; otherwise for those that are judged period by period."""
        self.connection = connection
        self.first = first
        self.last = last
        self.rows: dict[Table, list[Any]] = {table: [] for table in TABLE_ORDER}
        self.rows[cycles] = self._read(cycles)
        self.rows[units] = self._read(units) if self._read(units, units.c.cadence.is_not(None)) else []
        self._read_descendants(self._collect_ancestors(set(objective_ids)))
        measured = {row.id: reported or parse_metric(row.metric).periodic for row in self.rows[key_results]}
        self.rows[standings] = self._read_by_ids(standings.c.id, measured)
        self.rows[check_ins] = self._read_by_ids(check_ins.c.key_result_id, [id for id, needed in measured.items() if needed])

    def iter_versions(self) -> Iterator[tuple[int, Table, Any]]:
        """Each version with its table and the position where it is taken in."""
        found = [(max(row.from_position, self.first), table, row) for table, rows in self.rows.items() for row in rows]
        yield from sorted(found, key=lambda turn: (turn[0], TABLE_ORDER[turn[1]], turn[2].from_position))

    def closed_cycle_rules(self, moment: Moment) -> dict[str, CycleRules]:
        """The cycles that were closed where it begins, or before."""
        closed = (row for row in self.rows[cycles] if row.from_position <= self.first and row.state == "closed")
        return {row.id: CycleRules(row, moment) for row in closed}

    def objective_ids_in_cycle(self, cycle_id: str) -> set[str]:
        return {row.id for row in self.rows[objectives] if row.cycle_id == cycle_id}

    def _collect_ancestors(self, ids: set[str]) -> set[str]:
        """These objectives and all to which they were linked, directly or not."""
        found, level = set(ids), ids
        while level:
            ends = {link.parent_id for link in self._read_by_ids(alignments.c.child_id, level, IS_CONTRIBUTION)}
            parts = fetch_newest(self.connection, KeyResultRow, ends)
            level = {parts[end].objective_id if end in parts else end for end in ends} - found
            found |= level
        return found

    def _read_descendants(self, ids: set[str]) -> None:
        seen, level = set(ids), ids
        while level:
            self.rows[objectives] += self._read_by_ids(objectives.c.id, level)
            parts = self._read_by_ids(key_results.c.objective_id, level)
            links = self._read_by_ids(alignments.c.parent_id, level | {part.id for part in parts}, IS_CONTRIBUTION)
            self.rows[key_results] += parts
            self.rows[alignments] += links
            level = {link.child_id for link in links} - seen
            seen |= level

    def _read_by_ids(self, column: ColumnElement[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        table: Any = column.table
        return [row for some in batches(ids) for row in self._read(table, column.in_(some), *chosen)]

    def _read(self, table: Table, *chosen: ColumnElement[bool]) -> list[Any]:
        there = (table.c.from_position <= self.last) & (table.c.to_position > self.first)
        return list(self.connection.execute(select(table).where(there, *chosen).order_by(table.c.from_position)))
