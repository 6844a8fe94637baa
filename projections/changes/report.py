"""The report: the changes between two moments, a page at a time, with the net difference of what they are about."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from projections import audit_trail
from projections.changes.change import Change, Net
from projections.changes.effects import Effects
from projections.changes.fields import NAMING, PEOPLE, named
from projections.changes.net import turned
from projections.changes.said import Called
from projections.changes.sentences import sentence
from projections.changes.subject import Surroundings, Versions, referred, row_of
from projections.changes.telling import Telling
from projections.changes.window import Entry, Window
from projections.tables import facts

SOMEBODY = "somebody whose name is not known"


@dataclass(frozen=True)
class Page:
    """Changes in order. The net difference of a subject stands on the page of its first change: all pages tell it once."""

    window: Window
    items: list[Change]
    net: list[Net]
    around: Surroundings
    next: int | None

    @property
    def people(self) -> set[UUID]:
        """The people, and perhaps units, whom the changes name."""
        contributors = (each.subject.id for each in self.items if each.subject.type == "contributor")
        authors = (each.check_in["author"] for each in self.items if each.check_in)
        return {UUID(id) for id in (*self._named(PEOPLE), *contributors, *authors)}

    def _named(self, columns: AbstractSet[str]) -> set[str]:
        told: list[Change | Net] = [*self.items, *self.net]
        return {id for each in told for id in named(each.fields, columns)}

    def as_dict(self, names: Mapping[UUID, str]) -> dict[str, Any]:
        """`names` are people's: no table here has them."""
        called = self._called(self.window.later.position, names)
        return {
            "from": self.window.earlier.as_dict(),
            "to": self.window.later.as_dict(),
            "summary": self.window.as_dict(),
            "items": [item.as_dict(sentence(item, self._called(item.position, names))) for item in self.items],
            "next": None if self.next is None else str(self.next),
            "net": [each.as_dict() for each in self.net],
            "names": {id: called(id) for id in sorted(self._named(NAMING))},
        }

    def _called(self, position: int, names: Mapping[UUID, str]) -> Called:
        """What things and people are called: things by their names at the position."""

        def called(id: str) -> str:
            return self.around.title(id, position) or names.get(UUID(id)) or SOMEBODY

        return called


class Report:
    """What somebody asks of a window."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], window: Window) -> None:
        self.connection = connection
        self.mapper = mapper
        self.window = window

    def page(self, *, after: int, limit: int) -> Page:
        ahead = [entry for entry in self.window.told if entry.position > after]
        entries = ahead[:limit]
        told = self._facts(entries)
        keys = [row_of(fact) for fact in told]
        versions = Versions(self.connection, [(*key, fact["position"]) for key, fact in zip(keys, told, strict=True) if key])
        start = entries[0].position if entries else 0
        rows = turned(self.connection, self.window, [key for key in keys if key], start)
        around = Surroundings(self.connection, referred(versions.rows) | referred(row.after for row in rows))
        telling = Telling(versions, around, self.window.later)
        changes = [telling.change(fact, str(each.kind), key) for fact, each, key in zip(told, entries, keys, strict=True)]
        changes = list(Effects(self.connection, self.window.later, changes).told())
        net = [each for row in rows if (each := telling.net(row)).fields]
        return Page(self.window, changes, net, around, entries[-1].position if len(ahead) > limit else None)

    def _facts(self, entries: Collection[Entry]) -> list[dict[str, Any]]:
        positions = facts.c.position.in_([entry.position for entry in entries])
        later = self.window.later.position
        return audit_trail.history(self.connection, self.mapper, positions, position=later, after=0, limit=len(entries))
