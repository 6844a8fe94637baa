"""The alignment graph at a moment: objectives, key results and links with their progress and health."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from okr_events import health
from okr_events.health import Health
from okr_events.numbers import weighted_mean
from okr_events.progress import Driver, Progress, rolled_up
from projections.judged import CycleRules, KeyResultAt, batches, judge
from projections.moment import Moment
from projections.tables import alignments, at, cycles, key_results, objectives


@dataclass(slots=True)
class ObjectiveAt:
    """An objective at the moment, with its key results, the links from its children, and what follows from them."""

    row: Any
    key_results: list[KeyResultAt] = field(default_factory=list)
    children: list[tuple[Any, "ObjectiveAt"]] = field(default_factory=list)
    progress: Progress | None = None
    health: Health | None = None
    score: Decimal | None = None

    @property
    def live(self) -> bool:
        return bool(self.row.state != "cancelled")

    @property
    def below(self) -> list[tuple[Any, "ObjectiveAt"]]:
        """The links that count, with their children: together with those that ended they may close circles, alone never."""
        return [(link, child) for link, child in self.children if link.state == "active" and child.live]

    def evaluate(self) -> None:
        """Roll up what stands below, which is evaluated already."""
        live = [key_result for key_result in self.key_results if key_result.live]
        below = self.below
        driver = self.row.progress_driver if live else "alignments"
        parts = [Driver(part.weight, part.progress) for part in live if driver != "alignments"]
        parts += [Driver(Decimal(link.weight), child.progress) for link, child in below if driver != "key_results"]
        self.progress = rolled_up(parts)
        healths = [part.health for part in live] or [child.health for _, child in below]
        healths = healths or [part.health for part in self.key_results]
        self.health = health.of_objective([each for each in healths if each])
        if not self.live:
            self.health = replace(self.health, effective="closed")
        self.score = _score(live)


def _score(live: list[KeyResultAt]) -> Decimal | None:
    """The weighted mean of the key results' scores, once each of them has one."""
    scores = [(part.weight, Decimal(part.row.score)) for part in live if part.row.score is not None]
    return weighted_mean(scores) if len(scores) == len(live) else None


class Graph:
    """Some objectives and all that contributes to them, evaluated at one moment."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.connection = connection
        self.moment = moment
        self.objectives: dict[str, ObjectiveAt] = {}
        self.key_results: dict[str, KeyResultAt] = {}
        self.links: dict[str, Any] = {}
        self.rules = {row.id: CycleRules(row, moment) for row in self._rows(cycles)}

    @classmethod
    def of_cycle(cls, connection: Connection, moment: Moment, cycle_id: str | None) -> "Graph":
        """All objectives of a cycle, or of every cycle."""
        graph = cls(connection, moment)
        mine = objectives.c.cycle_id == cycle_id if cycle_id else objectives.c.cycle_id.is_not(None)
        graph._take_objectives(graph._rows(objectives, mine))
        theirs = key_results.c.cycle_id == cycle_id if cycle_id else None
        graph._take_key_results(theirs)
        chosen = select(objectives.c.id).where(at(objectives, moment.position), mine)
        return graph._complete(graph._rows(alignments, alignments.c.parent_id.in_(chosen)))

    @classmethod
    def of_objectives(cls, connection: Connection, moment: Moment, ids: Collection[str]) -> "Graph":
        graph = cls(connection, moment)
        return graph._complete(graph._take(ids))

    @classmethod
    def of_key_results(cls, connection: Connection, moment: Moment, rows: Collection[Any]) -> "Graph":
        """Some key results, with nothing that stands above them but their objectives' states."""
        graph = cls(connection, moment)
        for some in batches({row.objective_id for row in rows}):
            graph._take_objectives(graph._rows(objectives, objectives.c.id.in_(some)))
        for row in rows:
            graph._take_key_result(row)
        judge(connection, moment, graph.rules, list(graph.key_results.values()))
        return graph

    def _complete(self, links: Iterable[Any]) -> "Graph":
        """Follow the links down until nothing is missing, then evaluate from the leaves up."""
        found = list(links)
        while found:
            self.links |= {link.id: link for link in found}
            found = self._take({link.child_id for link in found} - self.objectives.keys())
        for link in sorted(self.links.values(), key=lambda link: link.created):
            self.objectives[link.parent_id].children.append((link, self.objectives[link.child_id]))
        judge(self.connection, self.moment, self.rules, list(self.key_results.values()))
        for objective in self._leaves_first():
            objective.evaluate()
        return self

    def _take(self, ids: Collection[str]) -> list[Any]:
        """Read some objectives with their key results, and give the links to them."""
        links: list[Any] = []
        for some in batches(ids):
            self._take_objectives(self._rows(objectives, objectives.c.id.in_(some)))
            self._take_key_results(key_results.c.objective_id.in_(some))
            links += self._rows(alignments, alignments.c.parent_id.in_(some))
        return links

    def _take_objectives(self, rows: Iterable[Any]) -> None:
        self.objectives |= {row.id: ObjectiveAt(row) for row in rows}

    def _take_key_results(self, chosen: ColumnElement[bool] | None) -> None:
        for row in self._rows(key_results, *(() if chosen is None else (chosen,))):
            self._take_key_result(row)

    def _take_key_result(self, row: Any) -> None:
        objective = self.objectives[row.objective_id]
        taken = KeyResultAt(row, row.state == "open" and objective.live, Decimal(row.weight))
        self.key_results[row.id] = taken
        objective.key_results.append(taken)

    def _rows(self, table: Table, *chosen: ColumnElement[bool]) -> list[Any]:
        query = select(table).where(at(table, self.moment.position), *chosen).order_by(table.c.created)
        return list(self.connection.execute(query).all())

    def _leaves_first(self) -> Iterator[ObjectiveAt]:
        """Every objective after its children, without recursion: chains may be long."""
        waiting: dict[str, int] = {}
        parents: dict[str, list[str]] = {}
        for id, objective in self.objectives.items():
            below = objective.below
            waiting[id] = len(below)
            for _, child in below:
                parents.setdefault(child.row.id, []).append(id)
        ready = [id for id, count in waiting.items() if not count]
        while ready:
            id = ready.pop()
            yield self.objectives[id]
            for parent in parents.get(id, ()):
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
