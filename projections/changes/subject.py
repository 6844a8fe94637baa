"""Subjects: the row that a fact changes, and what stands around it, each as it was called at any position."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from projections.changes.change_kinds import CHECK_IN_EVENTS, CONTRIBUTOR_EVENTS
from projections.store.batching import batches
from projections.store.tables import (
    TABLE_BY_AGGREGATE,
    alignments,
    check_ins,
    contributors,
    cycles,
    key_results,
    objectives,
    priorities,
    units,
)

Row = Mapping[str, Any]
Key = tuple[Table, str]
"""A table and the id of a row in it."""
SUBJECT_TYPES = {
    "units": "unit",
    "priorities": "priority",
    "cycles": "cycle",
    "objectives": "objective",
    "key_results": "key_result",
    "initiatives": "initiative",
    "alignments": "alignment",
    "check_ins": "check_in",
    "contributors": "contributor",
}
TITLE_COLUMNS = {units: "name", cycles: "name", objectives: "title", key_results: "title", priorities: "title"}
RELATED_ID_COLUMNS = ("objective_id", "key_result_id", "child_id", "parent_id", "unit_id", "cycle_id", "owner")
"""Columns that name other things."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that changed: its row in a table, with the unit, cycle, objective and key result to which it belongs."""

    type: str
    id: str
    title: str
    unit_id: str | None = None
    cycle_id: str | None = None
    objective_id: str | None = None
    key_result_id: str | None = None
    link_kind: str | None = None

    def as_dict(self) -> dict[str, Any]:
        names = ("type", "id", "title", "unit_id", "cycle_id", "objective_id", "key_result_id", "link_kind")
        return {name: getattr(self, name) for name in names}


def row_key(fact: Mapping[str, Any]) -> Key | None:
    """The table and the id of the row that a fact changes; null for a fact of which no table keeps one."""
    if fact["type"] in CHECK_IN_EVENTS:
        return check_ins, fact["fields"]["check_in_id"]
    if fact["type"] in CONTRIBUTOR_EVENTS:
        return contributors, f"{fact['subject_id']}/{fact['fields']['person_id']}"
    table = TABLE_BY_AGGREGATE.get(fact["type"].partition(".")[0])
    return None if table is None or table.name not in SUBJECT_TYPES else (table, fact["subject_id"])


class RowVersions:
    """Rows as they were right before and right after positions."""

    def __init__(self, connection: Connection, wanted: Iterable[tuple[Table, str, int]]) -> None:
        by_table: dict[Table, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for table, id, position in wanted:
            by_table[table][id].append(position)
        self._before: dict[tuple[str, str, int], Row] = {}
        self._after: dict[tuple[str, str, int], Row] = {}
        for table, places in by_table.items():
            self._read_versions(connection, table, places)

    @property
    def rows(self) -> list[Row]:
        return [*self._before.values(), *self._after.values()]

    def _read_versions(self, connection: Connection, table: Table, places: Mapping[str, Collection[int]]) -> None:
        positions = sorted({position for each in places.values() for position in each})
        for ids in batches(places):
            turns = table.c.from_position.in_(positions) | table.c.to_position.in_(positions)
            for found in connection.execute(select(table).where(table.c.id.in_(ids), turns)).mappings():
                row = dict(found)
                self._before[table.name, row["id"], row["to_position"]] = row
                self._after[table.name, row["id"], row["from_position"]] = row

    def before(self, table: Table, id: str, position: int) -> Row | None:
        return self._before.get((table.name, id, position))

    def after(self, table: Table, id: str, position: int) -> Row | None:
        return self._after.get((table.name, id, position))


class RelatedRows:
    """Things by their ids: what they were called at a position, and to what they belong."""

    def __init__(self, connection: Connection, ids: Iterable[str]) -> None:
        self._versions: dict[str, list[Row]] = defaultdict(list)
        self._tables: dict[str, Table] = {}
        missing = set(ids)
        while missing:
            found = [row for table in TITLE_COLUMNS for row in self._read(connection, table, missing)]
            missing = {id for row in found for id in _related_ids(row)} - self._versions.keys() - missing

    def _read(self, connection: Connection, table: Table, ids: Collection[str]) -> list[Row]:
        found: list[Row] = []
        for some in batches(ids):
            query = select(table).where(table.c.id.in_(some)).order_by(table.c.from_position)
            found += map(dict, connection.execute(query).mappings())
        for row in found:
            self._versions[row["id"]].append(row)
            self._tables[row["id"]] = table
        return found

    def row(self, id: str | None, position: int) -> Row | None:
        """The thing's row as it stood at a position, or as it first was."""
        versions = self._versions.get(id or "")
        if not versions:
            return None
        return versions[max(bisect_right(versions, position, key=lambda row: row["from_position"]) - 1, 0)]

    def require_row(self, id: str, position: int) -> Row:
        """The same of a thing that is there for certain."""
        row = self.row(id, position)
        if row is None:
            raise LookupError(id)
        return row

    def title(self, id: str | None, position: int) -> str | None:
        row = self.row(id, position)
        return row[TITLE_COLUMNS[self._tables[str(id)]]] if row else None

    def build_subject(self, table: Table, row: Row, position: int) -> Subject:
        """What a row of a table is about, as things were called at a position."""
        key_result_id = row["id"] if table is key_results else row.get("key_result_id")
        objective_id = self._objective_id(table, row, key_result_id, position)
        objective = self.row(objective_id, position) or {}
        return Subject(
            type=SUBJECT_TYPES[table.name],
            id=row["person_id"] if table is contributors else row["id"],
            title=self._title(row, key_result_id, position),
            unit_id=row["id"] if table is units else objective.get("unit_id"),
            cycle_id=row["id"] if table is cycles else objective.get("cycle_id"),
            objective_id=objective_id,
            key_result_id=key_result_id,
            link_kind=row.get("kind") if table is alignments else None,
        )

    def _objective_id(self, table: Table, row: Row, key_result_id: str | None, position: int) -> str | None:
        if table is objectives:
            return str(row["id"])
        if key_result_id:
            above = self.row(key_result_id, position)
            return str(above["objective_id"]) if above else None
        return row.get("child_id")

    def _title(self, row: Row, key_result_id: str | None, position: int) -> str:
        if "child_id" in row:
            return f"{self.title(row['child_id'], position)} → {self.title(row['parent_id'], position)}"
        own = row.get("title") or row.get("name")
        return str(own or self.title(key_result_id, position))


def related_ids(rows: Iterable[Row | None]) -> set[str]:
    """The ids of all things that rows name, their own included."""
    return {id for row in rows if row for id in (row["id"], *_related_ids(row))}


def _related_ids(row: Row) -> list[str]:
    return [row[name] for name in RELATED_ID_COLUMNS if row.get(name)]
