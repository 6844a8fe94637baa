"""Naming: what ids were called at any position, for sentences."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, Table, select

from okr_events.register.encryption_keys import ERASED_TEXT
from projections.store.batching import batches
from projections.store.tables import (
    alignments,
    blockers,
    check_ins,
    conversations,
    cycles,
    decisions,
    initiatives,
    key_results,
    objectives,
    priorities,
    reviews,
    units,
    valid_at,
)
from projections.text.phrases import NameLookup, quote, with_spaces

SEARCHED_TABLES = (
    *(key_results, objectives, units, alignments, check_ins, conversations, initiatives, priorities, cycles),
    *(reviews, decisions, blockers),
)
JSON_COLUMNS = ("metric", "policy")
"""Columns that hold JSON."""
PARENT_COLUMNS = ("child_id", "parent_id", "key_result_id", "subject_id", "unit_id", "review_id")
"""Columns that name what a thing is called after."""


class NameHistory:
    """What is called how; `people` are the names of those whom the register knows."""

    def __init__(self, connection: Connection, people: Mapping[str, str]) -> None:
        self.connection = connection
        self.people = people
        self._tables: dict[str, Table] = {}
        self._versions: dict[str, list[Any]] = {}

    def preload(self, ids: Collection[str]) -> None:
        """Read these at once, and what they are called after; any others are read one by one when they are asked for."""
        level = set(ids) - self.people.keys()
        while level := level - self._versions.keys():
            self._versions |= {id: [] for id in level}
            found = [row for table in SEARCHED_TABLES for row in self._load_versions(table, level)]
            level = {id for row in found for name in PARENT_COLUMNS if (id := row._asdict().get(name))}

    def _load_versions(self, table: Table, ids: Collection[str]) -> list[Any]:
        found: list[Any] = []
        for some in batches(ids):
            found += self.connection.execute(select(table).where(table.c.id.in_(some)).order_by(table.c.from_position))
        for row in found:
            self._tables[row.id] = table
            self._versions[row.id].append(row)
        return found

    def names_at(self, position: int) -> NameLookup:
        """What ids were called at a position; who and what is not known there has the mark of the erased."""
        return partial(self._name_at, position)

    def fields_before(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        """What a fact's thing, or the check-in that it corrects, said until then; empty for what it brought into being."""
        corrects = fact["type"] == "KeyResult.CheckInCorrected"
        row = self._row_at(fact["fields"]["check_in_id"] if corrects else fact["subject_id"], fact["position"] - 1)
        if row is None:
            return {}
        said: dict[str, Any] = row._asdict()
        return said | {name: orjson.loads(said[name]) for name in JSON_COLUMNS if name in said}

    def _name_at(self, position: int, id: str) -> str:
        if id in self.people:
            return self.people[id]
        row = self._row_at(id, position)
        return ERASED_TEXT if row is None else self._describe_row(self._tables[id], row, position)

    def _describe_row(self, table: Table, row: Any, position: int) -> str:
        if table in (units, cycles):
            return str(row.name)
        if table is check_ins:
            return f"the check-in of {row.measured_on} on {self._name_at(position, row.key_result_id)}"
        if table is conversations:
            return self._name_at(position, row.subject_id)
        if table is reviews:
            kind = with_spaces(row.kind).replace(" ", "-")
            return f"the {kind} review of {self._name_at(position, row.unit_id)} on {row.held_on}"
        if table is decisions:
            return f"a decision of {self._name_at(position, row.review_id)}"
        if table is blockers:
            return f"a {row.kind} blocker of {self._name_at(position, row.key_result_id)}"
        if table is alignments:
            child, parent = (self._name_at(position, id) for id in (row.child_id, row.parent_id))
            return (
                f"the dependency of {child} on {parent}" if row.kind == "horizontal" else f"the link from {child} to {parent}"
            )
        return quote(row.title)

    def _row_at(self, id: str, position: int) -> Any:
        if id in self._versions:
            versions = self._versions[id]
            index = bisect_right(versions, position, key=lambda row: row.from_position)
            return versions[index - 1] if index else None
        tables = [self._tables[id]] if id in self._tables else SEARCHED_TABLES
        for table in tables:
            row = self.connection.execute(select(table).where(table.c.id == id, valid_at(table, position))).first()
            if row is not None:
                self._tables[id] = table
                return row
        return None
