"""The subject of a change: the row that a fact changes, with the names and ids of related rows at its position."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from okr_events.json_types import JsonObject
from okr_events.row_types import RowTable
from projections.event_catalog import CATALOG
from projections.store.batching import batches
from projections.store.tables import TABLE_BY_AGGREGATE, RowValues, check_ins, contributors, metadata

RowKey = tuple[RowTable, str]
"""A table and the id of a row in it."""
TYPES = ("unit", "cycle", "objective", "key_result", "initiative", "alignment", "check_in", "contributor")
SUBJECT_TYPES = {f"{type}s": type for type in TYPES} | {"priorities": "priority"}
"""Types of subjects by the names of their tables."""
TITLE_COLUMNS = {"units": "name", "cycles": "name", "objectives": "title", "key_results": "title", "priorities": "title"}
RELATED_ID_COLUMNS = ("objective_id", "key_result_id", "child_id", "parent_id", "unit_id", "cycle_id", "owner")
"""Columns that hold ids of related rows."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A changed row, with the unit, cycle, objective and key result that it belongs to."""

    type: str
    id: str
    title: str
    unit_id: str | None = None
    cycle_id: str | None = None
    objective_id: str | None = None
    key_result_id: str | None = None
    link_kind: str | None = None

    def as_dict(self) -> JsonObject:
        return asdict(self)


def row_key(fact: JsonObject) -> RowKey | None:
    """The row that a fact changes; null for a fact about a person, a conversation or a review."""
    match CATALOG[fact["type"]].row:
        case "check_in":
            return check_ins, fact["fields"]["check_in_id"]
        case "contributor":
            return contributors, f"{fact['subject_id']}/{fact['fields']['person_id']}"
    table = TABLE_BY_AGGREGATE.get(fact["type"].partition(".")[0])
    return None if table is None or table.name not in SUBJECT_TYPES else (table, fact["subject_id"])


class RowVersions:
    """Rows as they were right before and right after given positions."""

    def __init__(self, connection: Connection, keys: Iterable[tuple[RowTable, str, int]]) -> None:
        positions_by_id: dict[RowTable, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for table, id, position in keys:
            positions_by_id[table][id].append(position)
        self._before: dict[tuple[str, str, int], RowValues] = {}
        self._after: dict[tuple[str, str, int], RowValues] = {}
        for table, positions in positions_by_id.items():
            self._read_versions(connection, table, positions)

    @property
    def rows(self) -> list[RowValues]:
        return [*self._before.values(), *self._after.values()]

    def _read_versions(self, connection: Connection, table: RowTable, positions_by_id: Mapping[str, Collection[int]]) -> None:
        positions = sorted({position for positions in positions_by_id.values() for position in positions})
        for ids in batches(positions_by_id):
            bounds = table.c.from_position.in_(positions) | table.c.to_position.in_(positions)
            for row in map(dict, connection.execute(select(table).where(table.c.id.in_(ids), bounds)).mappings()):
                self._before[table.name, row["id"], row["to_position"]] = row
                self._after[table.name, row["id"], row["from_position"]] = row

    def before(self, table: RowTable, id: str, position: int) -> RowValues | None:
        return self._before.get((table.name, id, position))

    def after(self, table: RowTable, id: str, position: int) -> RowValues | None:
        return self._after.get((table.name, id, position))


class RelatedRows:
    """All versions of rows with given ids, and of the rows that these refer to."""

    def __init__(self, connection: Connection, ids: Iterable[str]) -> None:
        self._versions: dict[str, list[RowValues]] = defaultdict(list)
        self._tables: dict[str, str] = {}
        missing = set(ids)
        while missing:
            rows = [row for name in TITLE_COLUMNS for row in self._read(connection, metadata.tables[name], missing)]
            missing = related_ids(rows) - self._versions.keys() - missing

    def _read(self, connection: Connection, table: RowTable, ids: Collection[str]) -> list[RowValues]:
        rows: list[RowValues] = []
        for batch in batches(ids):
            query = select(table).where(table.c.id.in_(batch)).order_by(table.c.from_position)
            rows += map(dict, connection.execute(query).mappings())
        for row in rows:
            self._versions[row["id"]].append(row)
            self._tables[row["id"]] = table.name
        return rows

    def row(self, id: str | None, position: int) -> RowValues | None:
        """The row as it stood at a position, or its first version if it began later."""
        versions = self._versions.get(id or "")
        if not versions:
            return None
        return versions[max(bisect_right(versions, position, key=lambda row: row["from_position"]) - 1, 0)]

    def require_row(self, id: str, position: int) -> RowValues:
        """The same for a row that must exist."""
        row = self.row(id, position)
        if row is None:
            raise LookupError(id)
        return row

    def title(self, id: str | None, position: int) -> str | None:
        row = self.row(id, position)
        return row[TITLE_COLUMNS[self._tables[str(id)]]] if row else None

    def build_subject(self, table: RowTable, row: RowValues, position: int) -> Subject:
        """The subject that a row belongs to, with the names of a position."""
        type = SUBJECT_TYPES[table.name]
        key_result_id = row["id"] if type == "key_result" else row.get("key_result_id")
        objective_id = row["id"] if type == "objective" else self._objective_id(row, key_result_id, position)
        objective = self.row(objective_id, position) or {}
        return Subject(
            type=type,
            id=row["person_id"] if type == "contributor" else row["id"],
            title=self._title(row, key_result_id, position),
            unit_id=row["id"] if type == "unit" else objective.get("unit_id"),
            cycle_id=row["id"] if type == "cycle" else objective.get("cycle_id"),
            objective_id=objective_id,
            key_result_id=key_result_id,
            link_kind=row.get("kind") if type == "alignment" else None,
        )

    def _objective_id(self, row: RowValues, key_result_id: str | None, position: int) -> str | None:
        key_result = self.row(key_result_id, position) or {}
        return key_result.get("objective_id") if key_result_id else row.get("child_id")

    def _title(self, row: RowValues, key_result_id: str | None, position: int) -> str:
        if "child_id" in row:
            return f"{self.title(row['child_id'], position)} → {self.title(row['parent_id'], position)}"
        return str(row.get("title") or row.get("name") or self.title(key_result_id, position))


def related_ids(rows: Iterable[RowValues | None]) -> set[str]:
    """The ids of the rows and of all rows that they refer to."""
    return {row[name] for row in rows if row for name in ("id", *RELATED_ID_COLUMNS) if row.get(name)}
