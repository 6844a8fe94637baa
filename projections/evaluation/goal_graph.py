"""The alignment graph at a moment: objectives, key results and links with their progress and health."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, select

from projections.evaluation.cadences import Cadences
from projections.evaluation.key_results import MOST_BATCHES, CycleRules, KeyResultAt, batches, health_of, judge
from projections.evaluation.objectives import Below, ObjectiveAt, inherit, leaves_first
from projections.moment import Moment
from projections.store.tables import alignments, at, contributors, cycles, initiatives, key_results, objectives

CONTRIBUTING = alignments.c.kind.in_(("vertical", "explicit"))


@dataclass(frozen=True, slots=True)
class Ended:
    """Objectives and key results with the numbers that their sealed cycles ended with.

    All graphs that one is read from share it, the earliest sealing first, so that each sealed cycle is read once only.
    """

    objectives: dict[str, ObjectiveAt] = field(default_factory=dict)
    key_results: dict[str, KeyResultAt] = field(default_factory=dict)

    def take(self, graph: "Graph", cycle_id: str) -> None:
        """Those of a cycle, from a graph of when it was sealed."""
        self.objectives.update((id, each) for id, each in graph.objectives.items() if each.row.cycle_id == cycle_id)
        self.key_results.update((id, each) for id, each in graph.key_results.items() if each.row.cycle_id == cycle_id)


class Graph:
    """Some objectives and all that contributes to them, evaluated at one moment.

    `links` are those of contribution, by id; `heirs` are the objectives that inherit a key result, by its id.
    """

    def __init__(self, connection: Connection, moment: Moment, ended: Ended | None = None) -> None:
        self.ended = ended or Ended()
        self.connection = connection
        self.moment = moment
        self.objectives: dict[str, ObjectiveAt] = {}
        self.key_results: dict[str, KeyResultAt] = {}
        self.heirs: dict[str, Below] = {}
        self.links: dict[str, Any] = {}
        self.rules = {row.id: CycleRules(row, moment) for row in self._rows(cycles)}
        self.cadences = Cadences.at(connection, moment.position)

    @classmethod
    def of_cycle(cls, connection: Connection, moment: Moment, cycle_id: str | None) -> "Graph":
        """All objectives of a cycle, or of every cycle."""
        graph = cls(connection, moment)
        graph._take_objectives(graph._rows(objectives, *_within(objectives, cycle_id)))
        graph._take_key_results(*_within(key_results, cycle_id))
        found: list[Any] = []
        for table in (objectives, key_results):
            theirs = select(table.c.id).where(at(table, moment.position), *_within(table, cycle_id))
            found += graph._rows(alignments, alignments.c.parent_id.in_(theirs), CONTRIBUTING)
        return graph._complete(found)

    @classmethod
    def of_units(cls, connection: Connection, moment: Moment, unit_ids: Collection[str], cycle_id: str | None) -> "Graph":
        """The objectives of some units, in a cycle or in every one: what is read does not grow with the other units."""
        ids: list[str] = []
        for some in batches(unit_ids):
            theirs = select(objectives.c.id).where(at(objectives, moment.position), objectives.c.unit_id.in_(some))
            ids += connection.scalars(theirs.where(*_within(objectives, cycle_id)))
        return cls.of_objectives(connection, moment, ids)

    @classmethod
    def of_objectives(cls, connection: Connection, moment: Moment, ids: Collection[str], ended: Ended | None = None) -> "Graph":
        graph = cls(connection, moment, ended)
        return graph._complete(graph._take(ids))

    @classmethod
    def of_key_results(
        cls, connection: Connection, moment: Moment, rows: Collection[Any], ended: Ended | None = None
    ) -> "Graph":
        """Some key results and all that contributes to them, with nothing that stands above them."""
        graph = cls(connection, moment, ended)
        above: dict[str, Any] = {}
        for some in batches({row.objective_id for row in rows}):
            above |= {row.id: row for row in graph._rows(objectives, objectives.c.id.in_(some))}
        for row in rows:
            graph._take_key_result(row, graph._objective(above[row.objective_id]))
        return graph._complete(graph._links_to(graph.key_results))

    @classmethod
    def _of_parts(cls, connection: Connection, moment: Moment, ids: Collection[str], ended: Ended) -> "Graph":
        graph = cls(connection, moment)
        rows = (graph._rows(key_results, key_results.c.id.in_(some)) for some in batches(ids))
        return cls.of_key_results(connection, moment, [row for some in rows for row in some], ended)

    def _complete(self, links: Iterable[Any]) -> "Graph":
        """Follow the links down until nothing is missing, then evaluate from the leaves up."""
        found = list(links)
        while found:
            self.links |= {link.id: link for link in found}
            found = self._take({link.child_id for link in found} - self.objectives.keys())
        for link in sorted(self.links.values(), key=lambda link: link.created):
            child = self.objectives[link.child_id]
            above = self.heirs.setdefault(link.parent_id, []) if link.kind == "explicit" else self._children(link.parent_id)
            above.append((link, child))
        self._take_work()
        ended = self._ended()
        judge(self.connection, self.moment, self.rules, list(self.key_results.values()), ended.key_results)
        for id in ended.key_results.keys() & self.key_results.keys():
            self.key_results[id].end_as(ended.key_results[id])
        for objective in leaves_first(self.objectives, self.heirs):
            if objective.row.id in ended.objectives:
                objective.end_as(ended.objectives[objective.row.id])
            else:
                self._inherit(objective.key_results)
                objective.evaluate()
        alone = (each for each in self.key_results.values() if each.row.objective_id not in self.objectives)
        self._inherit([each for each in alone if each.row.id not in ended.key_results])
        return self

    def _ended(self) -> Ended:
        """What of it belongs to sealed cycles, as it stood when they were sealed."""
        sealed = [(rules.sealed, id) for id, rules in self.rules.items() if rules.sealed]
        for moment, id in sorted(sealed, key=lambda each: each[0].position):
            for graph in self._as_sealed(id, moment):
                self.ended.take(graph, id)
        return self.ended

    def _as_sealed(self, cycle_id: str, moment: Moment) -> Iterator["Graph"]:
        mine = [each.row.id for each in self.objectives.values() if each.row.cycle_id == cycle_id]
        if new := [id for id in mine if id not in self.ended.objectives]:
            yield Graph.of_objectives(self.connection, moment, new, self.ended)
        parts = (each.row for each in self.key_results.values() if each.row.cycle_id == cycle_id)
        alone = [row.id for row in parts if row.objective_id not in self.objectives]
        if new := [id for id in alone if id not in self.ended.key_results]:
            yield Graph._of_parts(self.connection, moment, new, self.ended)

    def _children(self, id: str) -> Below:
        return self.objectives[id].children

    def _inherit(self, judged: Collection[KeyResultAt]) -> None:
        for each in inherit(judged, self.heirs):
            each.health = health_of(each, self.rules[each.row.cycle_id], self.moment)

    def _take(self, ids: Collection[str]) -> list[Any]:
        """Read some objectives with their key results, and give the links to both."""
        links: list[Any] = []
        for some in batches(ids):
            self._take_objectives(self._rows(objectives, objectives.c.id.in_(some)))
            mine = self._take_key_results(key_results.c.objective_id.in_(some))
            links += self._links_to([*some, *mine])
        return links

    def _links_to(self, parents: Collection[str]) -> list[Any]:
        found = (self._rows(alignments, alignments.c.parent_id.in_(some), CONTRIBUTING) for some in batches(parents))
        return [link for links in found for link in links]

    def _take_objectives(self, rows: Iterable[Any]) -> None:
        self.objectives |= {row.id: self._objective(row) for row in rows}

    def _objective(self, row: Any) -> ObjectiveAt:
        return ObjectiveAt(row, closed=self.rules[row.cycle_id].closed or row.state == "closed")

    def _take_key_results(self, *chosen: ColumnElement[bool]) -> list[str]:
        rows = self._rows(key_results, *chosen)
        for row in rows:
            self._take_key_result(row, self.objectives[row.objective_id])
        return [row.id for row in rows]

    def _take_key_result(self, row: Any, objective: ObjectiveAt) -> None:
        rules, unit_id = self.rules[row.cycle_id], objective.row.unit_id
        live, due = row.state == "open" and objective.live, rules.due(self.cadences.parts(unit_id, row.cadence))
        taken = KeyResultAt(row, live, Decimal(row.weight), due, unit_id, closed=objective.closed)
        self.key_results[row.id] = taken
        objective.key_results.append(taken)

    def _take_work(self) -> None:
        """Give the key results their contributors and initiatives, and those that carry them on."""
        for row in self._of_key_results(contributors):
            if row.state == "active":
                self.key_results[row.key_result_id].contributors.append(row)
        for row in self._of_key_results(initiatives):
            self.key_results[row.key_result_id].initiatives.append(row)
        for row in self._about(key_results.c.origin, self.key_results, key_results.c.origin.is_not(None)):
            if row.origin in self.key_results:
                self.key_results[row.origin].carried_over_to.append(row.id)

    def _of_key_results(self, table: Table) -> list[Any]:
        return [row for row in self._about(table.c.key_result_id, self.key_results) if row.key_result_id in self.key_results]

    def side_links(self) -> list[Any]:
        """The links from these objectives that count in no roll-up."""
        rows = self._about(alignments.c.child_id, self.objectives, ~CONTRIBUTING)
        return [row for row in rows if row.child_id in self.objectives]

    def _about(self, column: Column[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        """The rows of a table about these things; of very many things, all rows there are."""
        some = batches(ids)
        if len(some) > MOST_BATCHES:
            return self._rows(column.table, *chosen)
        return [row for part in some for row in self._rows(column.table, column.in_(part), *chosen)]

    def _rows(self, table: Table, *chosen: ColumnElement[bool]) -> list[Any]:
        query = select(table).where(at(table, self.moment.position), *chosen).order_by(table.c.created)
        return list(self.connection.execute(query).all())


def _within(table: Table, cycle_id: str | None) -> list[ColumnElement[bool]]:
    return [table.c.cycle_id == cycle_id] if cycle_id else []
