"""The report: the changes between two moments, a page at a time, with the net difference of what they are about."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.register.encryption_keys import ERASED_TEXT
from projections.changes.change import Change, NetChange
from projections.changes.change_builder import ChangeBuilder
from projections.changes.change_window import ChangeWindow, Entry
from projections.changes.descriptions import describe_change
from projections.changes.effects import EffectCalculator
from projections.changes.net_difference import read_row_pairs
from projections.changes.row_diff import PERSON_COLUMNS, REFERENCE_COLUMNS, referenced_ids
from projections.changes.subject import RelatedRows, Row, RowVersions, related_ids, row_key
from projections.moment import Moment
from projections.queries import fact_history
from projections.store.tables import facts
from projections.text.names import NameHistory


@dataclass(frozen=True)
class ChangePage:
    """Changes in order. The net difference of a subject stands on the page of its first change: all pages tell it once."""

    window: ChangeWindow
    items: list[Change]
    net: list[NetChange]
    related_rows: RelatedRows
    next: int | None

    @property
    def facts(self) -> list[Mapping[str, Any]]:
        """The facts behind the changes, words still sealed."""
        return [item.fact for item in self.items]

    @property
    def person_ids(self) -> set[UUID]:
        """The people, and perhaps units, whom the changes name."""
        actors = (fact["actor"] for fact in self.facts)
        contributors = (each.subject.id for each in self.items if each.subject.type == "contributor")
        authors = (each.check_in["author"] for each in self.items if each.check_in)
        return {UUID(id) for id in (*self._referenced_ids(PERSON_COLUMNS), *actors, *contributors, *authors)}

    def _referenced_ids(self, columns: AbstractSet[str]) -> set[str]:
        told: list[Change | NetChange] = [*self.items, *self.net]
        return {id for each in told for id in referenced_ids(each.fields, columns)}

    def as_dict(self, facts: Sequence[Mapping[str, Any]], people: Mapping[str, str]) -> dict[str, Any]:
        """`facts` are those behind the changes, their words opened; `people` are the names of people, by their ids."""
        naming = NameHistory(self.window.connection, people)
        naming.preload({id for item in self.items for id in item.mentioned_ids} | self._referenced_ids(REFERENCE_COLUMNS))
        return {
            "from": self.window.earlier.as_dict(),
            "to": self.window.later.as_dict(),
            "summary": self.window.as_dict(),
            "items": [item.as_dict(describe_change(item, fact, naming)) for item, fact in zip(self.items, facts, strict=True)],
            "next": None if self.next is None else str(self.next),
            "net": [each.as_dict() for each in self.net],
            "names": {id: self._display_name(id, people) for id in sorted(self._referenced_ids(REFERENCE_COLUMNS))},
        }

    def _display_name(self, id: str, people: Mapping[str, str]) -> str:
        return self.related_rows.title(id, self.window.later.position) or people.get(id, ERASED_TEXT)


class ChangeReport:
    """What somebody asks of a window."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], window: ChangeWindow) -> None:
        self.connection = connection
        self.mapper = mapper
        self.window = window

    def page(self, *, after: int, limit: int) -> ChangePage:
        ahead = [entry for entry in self.window.change_entries if entry.position > after]
        entries = ahead[:limit]
        told = ChangeSource(self.connection, self.mapper, self.window.later, entries)
        start = entries[0].position if entries else 0
        rows = read_row_pairs(self.connection, self.window, [key for key in told.row_keys if key], start)
        telling = told.create_builder([side for row in rows for side in (row.before, row.after)])
        changes = list(EffectCalculator(self.connection, self.window.later, told.build_changes(telling)).changes_with_effects())
        net = [each for row in rows if (each := telling.build_net_change(row)).fields]
        return ChangePage(self.window, changes, net, telling.related_rows, entries[-1].position if len(ahead) > limit else None)


class ChangeSource:
    """The facts of some entries, with the rows that they change."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], later: Moment, entries: Sequence[Entry]) -> None:
        self.connection = connection
        self.later = later
        self.entries = entries
        places = facts.c.position.in_([entry.position for entry in entries])
        limit = len(entries)
        self.facts = fact_history.fetch_history(connection, mapper, places, position=later.position, after=0, limit=limit)
        self.row_keys = [row_key(fact) for fact in self.facts]
        wanted = [(*key, fact["position"]) for key, fact in zip(self.row_keys, self.facts, strict=True) if key]
        self.versions = RowVersions(connection, wanted)

    def create_builder(self, others: Sequence[Row | None] = ()) -> ChangeBuilder:
        """Tells changes, knowing what stands around their rows, and around others."""
        return ChangeBuilder(
            self.versions, RelatedRows(self.connection, related_ids([*self.versions.rows, *others])), self.later
        )

    def build_changes(self, telling: ChangeBuilder) -> list[Change]:
        rows = zip(self.facts, self.entries, self.row_keys, strict=True)
        return [telling.build_change(fact, str(each.kind), key) for fact, each, key in rows]
