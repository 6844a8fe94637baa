"""The report: the changes between two moments, a page at a time, with the net difference of what they are about."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.register.encryption_keys import ERASED
from projections.changes.change import Change, Net
from projections.changes.change_builder import Telling
from projections.changes.change_window import Entry, Window
from projections.changes.descriptions import sentence
from projections.changes.effects import Effects
from projections.changes.net_difference import turned
from projections.changes.row_diff import NAMING, PEOPLE, named
from projections.changes.subject import Row, Surroundings, Versions, referred, row_of
from projections.moment import Moment
from projections.queries import fact_history
from projections.store.tables import facts
from projections.text.names import Naming


@dataclass(frozen=True)
class Page:
    """Changes in order. The net difference of a subject stands on the page of its first change: all pages tell it once."""

    window: Window
    items: list[Change]
    net: list[Net]
    around: Surroundings
    next: int | None

    @property
    def facts(self) -> list[Mapping[str, Any]]:
        """The facts behind the changes, words still sealed."""
        return [item.fact for item in self.items]

    @property
    def people(self) -> set[UUID]:
        """The people, and perhaps units, whom the changes name."""
        actors = (fact["actor"] for fact in self.facts)
        contributors = (each.subject.id for each in self.items if each.subject.type == "contributor")
        authors = (each.check_in["author"] for each in self.items if each.check_in)
        return {UUID(id) for id in (*self._named(PEOPLE), *actors, *contributors, *authors)}

    def _named(self, columns: AbstractSet[str]) -> set[str]:
        told: list[Change | Net] = [*self.items, *self.net]
        return {id for each in told for id in named(each.fields, columns)}

    def as_dict(self, facts: Sequence[Mapping[str, Any]], people: Mapping[str, str]) -> dict[str, Any]:
        """`facts` are those behind the changes, their words opened; `people` are the names of people, by their ids."""
        naming = Naming(self.window.connection, people)
        naming.learn({id for item in self.items for id in item.ids} | self._named(NAMING))
        return {
            "from": self.window.earlier.as_dict(),
            "to": self.window.later.as_dict(),
            "summary": self.window.as_dict(),
            "items": [item.as_dict(sentence(item, fact, naming)) for item, fact in zip(self.items, facts, strict=True)],
            "next": None if self.next is None else str(self.next),
            "net": [each.as_dict() for each in self.net],
            "names": {id: self._name(id, people) for id in sorted(self._named(NAMING))},
        }

    def _name(self, id: str, people: Mapping[str, str]) -> str:
        return self.around.title(id, self.window.later.position) or people.get(id, ERASED)


class Report:
    """What somebody asks of a window."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], window: Window) -> None:
        self.connection = connection
        self.mapper = mapper
        self.window = window

    def page(self, *, after: int, limit: int) -> Page:
        ahead = [entry for entry in self.window.told if entry.position > after]
        entries = ahead[:limit]
        told = Told(self.connection, self.mapper, self.window.later, entries)
        start = entries[0].position if entries else 0
        rows = turned(self.connection, self.window, [key for key in told.keys if key], start)
        telling = told.among([side for row in rows for side in (row.before, row.after)])
        changes = list(Effects(self.connection, self.window.later, told.changes(telling)).told())
        net = [each for row in rows if (each := telling.net(row)).fields]
        return Page(self.window, changes, net, telling.around, entries[-1].position if len(ahead) > limit else None)


class Told:
    """The facts of some entries, with the rows that they change."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], later: Moment, entries: Sequence[Entry]) -> None:
        self.connection = connection
        self.later = later
        self.entries = entries
        places = facts.c.position.in_([entry.position for entry in entries])
        limit = len(entries)
        self.facts = fact_history.history(connection, mapper, places, position=later.position, after=0, limit=limit)
        self.keys = [row_of(fact) for fact in self.facts]
        wanted = [(*key, fact["position"]) for key, fact in zip(self.keys, self.facts, strict=True) if key]
        self.versions = Versions(connection, wanted)

    def among(self, others: Sequence[Row | None] = ()) -> Telling:
        """Tells changes, knowing what stands around their rows, and around others."""
        return Telling(self.versions, Surroundings(self.connection, referred([*self.versions.rows, *others])), self.later)

    def changes(self, telling: Telling) -> list[Change]:
        rows = zip(self.facts, self.entries, self.keys, strict=True)
        return [telling.change(fact, str(each.kind), key) for fact, each, key in rows]
