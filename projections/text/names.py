"""The display names of ids at any position, for sentences."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import partial

import orjson
from sqlalchemy import Connection, RowMapping, select

from okr_events.domain.key_result import KeyResult
from okr_events.json_types import JsonObject
from okr_events.register.encryption_keys import ERASED_TEXT
from okr_events.row_types import RowTable
from projections.store.batching import batches
from projections.store.tables import metadata, valid_at
from projections.text.phrases import NameLookup, quote, with_spaces

SEARCHED_TABLES = [
    metadata.tables[name]
    for name in (
        *("key_results", "objectives", "units", "alignments", "check_ins", "conversations", "initiatives"),
        *("priorities", "cycles", "reviews", "decisions", "blockers"),
    )
]
JSON_COLUMNS = ("metric", "policy")
PARENT_COLUMNS = ("child_id", "parent_id", "key_result_id", "subject_id", "unit_id", "review_id")
"""Columns with the ids whose names are part of a row's name."""


class NameHistory:
    """Names of rows at any position; `people` holds the names of registered people by id."""

    def __init__(self, connection: Connection, people: Mapping[str, str]) -> None:
        self.connection = connection
        self.people = people
        self._tables: dict[str, RowTable] = {}
        self._versions: dict[str, list[RowMapping]] = {}

    def preload(self, ids: Collection[str]) -> None:
        """Read rows and the rows that their names contain in batches; other rows are read one by one on demand."""
        level = set(ids) - self.people.keys()
        while level := level - self._versions.keys():
            self._versions |= {id: [] for id in level}
            rows = [row for table in SEARCHED_TABLES for row in self._load_versions(table, level)]
            level = {id for row in rows for name in PARENT_COLUMNS if name in row and (id := row[name])}

    def _load_versions(self, table: RowTable, ids: Collection[str]) -> list[RowMapping]:
        rows: list[RowMapping] = []
        for batch in batches(ids):
            query = select(table).where(table.c.id.in_(batch)).order_by(table.c.from_position)
            rows += self.connection.execute(query).mappings()
        for row in rows:
            self._tables[row["id"]] = table
            self._versions[row["id"]].append(row)
        return rows

    def names_at(self, position: int) -> NameLookup:
        """A lookup of names at a position, with the mark of erased texts for unknown ids."""
        return partial(self._name_at, position)

    def fields_before(self, fact: JsonObject) -> JsonObject:
        """The columns of a fact's subject, or of the check-in that it corrects, right before the fact; empty for a new one."""
        is_correction = fact["type"] == KeyResult.CheckInCorrected.TOPIC
        row = self._row_at(fact["fields"]["check_in_id"] if is_correction else fact["subject_id"], fact["position"] - 1)
        columns: JsonObject = {**(row or {})}
        return columns | {name: orjson.loads(columns[name]) for name in JSON_COLUMNS if name in columns}

    def _name_at(self, position: int, id: str) -> str:
        if id in self.people:
            return self.people[id]
        row = self._row_at(id, position)
        return ERASED_TEXT if row is None else self._describe_row(self._tables[id], row, partial(self._name_at, position))

    def _describe_row(self, table: RowTable, row: RowMapping, lookup_name: NameLookup) -> str:
        match table.name:
            case "units" | "cycles":
                return str(row["name"])
            case "check_ins":
                return f"the check-in of {row['measured_on']} on {lookup_name(row['key_result_id'])}"
            case "conversations":
                return lookup_name(row["subject_id"])
            case "reviews":
                return f"the {row['kind'].replace('_', '-')} review of {lookup_name(row['unit_id'])} on {row['held_on']}"
            case "decisions":
                return f"a decision of {lookup_name(row['review_id'])}"
            case "blockers":
                return f"a {with_spaces(row['kind'])} blocker of {lookup_name(row['key_result_id'])}"
            case "alignments":
                child, parent = lookup_name(row["child_id"]), lookup_name(row["parent_id"])
                is_dependency = row["kind"] == "horizontal"
                return f"the dependency of {child} on {parent}" if is_dependency else f"the link from {child} to {parent}"
        return quote(row["title"])

    def _row_at(self, id: str, position: int) -> RowMapping | None:
        if id in self._versions:
            versions = self._versions[id]
            index = bisect_right(versions, position, key=lambda row: row["from_position"])
            return versions[index - 1] if index else None
        for table in [self._tables[id]] if id in self._tables else SEARCHED_TABLES:
            query = select(table).where(table.c.id == id, valid_at(table, position))
            if row := self.connection.execute(query).mappings().first():
                self._tables[id] = table
                return row
        return None
