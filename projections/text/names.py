"""Naming: what ids were called at any position, for sentences."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, Table, select

from okr_events.register.encryption_keys import ERASED
from projections.evaluation.key_results import batches
from projections.store.tables import (
    alignments,
    at,
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
)
from projections.text.phrases import Called, quoted, spaced

KINDS = (
    *(key_results, objectives, units, alignments, check_ins, conversations, initiatives, priorities, cycles),
    *(reviews, decisions, blockers),
)
STORED = ("metric", "policy")
"""Columns that hold JSON."""
BEHIND = ("child_id", "parent_id", "key_result_id", "subject_id", "unit_id", "review_id")
"""Columns that name what a thing is called after."""


class Naming:
    """What is called how; `people` are the names of those whom the register knows."""

    def __init__(self, connection: Connection, people: Mapping[str, str]) -> None:
        self.connection = connection
        self.people = people
        self._tables: dict[str, Table] = {}
        self._learned: dict[str, list[Any]] = {}

    def learn(self, ids: Collection[str]) -> None:
        """Read these at once, and what they are called after; any others are read one by one when they are asked for."""
        level = set(ids) - self.people.keys()
        while level := level - self._learned.keys():
            self._learned |= {id: [] for id in level}
            found = [row for table in KINDS for row in self._learn(table, level)]
            level = {id for row in found for name in BEHIND if (id := row._asdict().get(name))}

    def _learn(self, table: Table, ids: Collection[str]) -> list[Any]:
        found: list[Any] = []
        for some in batches(ids):
            found += self.connection.execute(select(table).where(table.c.id.in_(some)).order_by(table.c.from_position))
        for row in found:
            self._tables[row.id] = table
            self._learned[row.id].append(row)
        return found

    def at(self, position: int) -> Called:
        """What ids were called at a position; who and what is not known there has the mark of the erased."""
        return partial(self._called, position)

    def before(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        """What a fact's thing, or the check-in that it corrects, said until then; empty for what it brought into being."""
        corrects = fact["type"] == "KeyResult.CheckInCorrected"
        row = self._row(fact["fields"]["check_in_id"] if corrects else fact["subject_id"], fact["position"] - 1)
        if row is None:
            return {}
        said: dict[str, Any] = row._asdict()
        return said | {name: orjson.loads(said[name]) for name in STORED if name in said}

    def _called(self, position: int, id: str) -> str:
        if id in self.people:
            return self.people[id]
        row = self._row(id, position)
        return ERASED if row is None else self._phrase(self._tables[id], row, position)

    def _phrase(self, table: Table, row: Any, position: int) -> str:
        if table in (units, cycles):
            return str(row.name)
        if table is check_ins:
            return f"the check-in of {row.measured_on} on {self._called(position, row.key_result_id)}"
        if table is conversations:
            return self._called(position, row.subject_id)
        if table is reviews:
            return f"the {spaced(row.kind).replace(' ', '-')} review of {self._called(position, row.unit_id)} on {row.held_on}"
        if table is decisions:
            return f"a decision of {self._called(position, row.review_id)}"
        if table is blockers:
            return f"a {row.kind} blocker of {self._called(position, row.key_result_id)}"
        if table is alignments:
            child, parent = (self._called(position, id) for id in (row.child_id, row.parent_id))
            return (
                f"the dependency of {child} on {parent}" if row.kind == "horizontal" else f"the link from {child} to {parent}"
            )
        return quoted(row.title)

    def _row(self, id: str, position: int) -> Any:
        if id in self._learned:
            versions = self._learned[id]
            index = bisect_right(versions, position, key=lambda row: row.from_position)
            return versions[index - 1] if index else None
        tables = [self._tables[id]] if id in self._tables else KINDS
        for table in tables:
            row = self.connection.execute(select(table).where(table.c.id == id, at(table, position))).first()
            if row is not None:
                self._tables[id] = table
                return row
        return None
