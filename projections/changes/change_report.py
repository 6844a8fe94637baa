"""Pages of the changes in a window, with the net difference of their subjects."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection

from okr_events.json_types import JsonObject
from okr_events.register.encryption_keys import ERASED_TEXT
from projections.changes.change import Change, NetChange
from projections.changes.change_builder import ChangeBuilder
from projections.changes.change_window import ChangeWindow, Entry
from projections.changes.descriptions import describe_change
from projections.changes.effects import EffectCalculator
from projections.changes.row_diff import PERSON_COLUMNS, REFERENCE_COLUMNS, referenced_ids
from projections.changes.row_pairs import read_row_pairs
from projections.changes.subject import RelatedRows, RowVersions, related_ids, row_key
from projections.moment import Moment
from projections.queries import fact_history
from projections.store.tables import RowValues, facts
from projections.text.names import NameHistory


@dataclass(frozen=True)
class ChangePage:
    """Changes in order. The net difference of a subject is on the page of its first change only."""

    window: ChangeWindow
    items: list[Change]
    net: list[NetChange]
    related_rows: RelatedRows
    next: int | None

    @property
    def facts(self) -> list[JsonObject]:
        """The facts of the changes, with encrypted texts."""
        return [item.fact for item in self.items]

    @property
    def person_ids(self) -> set[UUID]:
        """The ids that can be those of people."""
        actors = (fact["actor"] for fact in self.facts)
        contributors = (item.subject.id for item in self.items if item.subject.type == "contributor")
        authors = (item.check_in["author"] for item in self.items if item.check_in)
        return {UUID(id) for id in (*self._referenced_ids(PERSON_COLUMNS), *actors, *contributors, *authors)}

    def _referenced_ids(self, columns: AbstractSet[str]) -> set[str]:
        fields = (*(item.fields for item in self.items), *(change.fields for change in self.net))
        return {id for changed in fields for id in referenced_ids(changed, columns)}

    def as_dict(self, facts: Sequence[JsonObject], people: Mapping[str, str]) -> JsonObject:
        """`facts` are those of the changes with decrypted texts; `people` holds names by person id."""
        names, references = NameHistory(self.window.connection, people), self._referenced_ids(REFERENCE_COLUMNS)
        names.preload({id for item in self.items for id in item.mentioned_ids} | references)
        return {
            "from": self.window.earlier.as_dict(),
            "to": self.window.later.as_dict(),
            "summary": self.window.as_dict(),
            "items": [item.as_dict(describe_change(item, fact, names)) for item, fact in zip(self.items, facts, strict=True)],
            "next": None if self.next is None else str(self.next),
            "net": [change.as_dict() for change in self.net],
            "names": {id: self._display_name(id, people) for id in sorted(references)},
        }

    def _display_name(self, id: str, people: Mapping[str, str]) -> str:
        return self.related_rows.title(id, self.window.later.position) or people.get(id, ERASED_TEXT)


def read_change_page(
    connection: Connection, mapper: Mapper[UUID], window: ChangeWindow, *, after: int, limit: int
) -> ChangePage:
    """The page of the changes after a position."""
    ahead = [entry for entry in window.change_entries if entry.position > after]
    entries = ahead[:limit]
    source = ChangeSource(connection, mapper, window.later, entries)
    start = entries[0].position if entries else 0
    pairs = read_row_pairs(connection, window, [key for key in source.row_keys if key], start)
    builder = source.create_builder([row for pair in pairs for row in (pair.before, pair.after)])
    changes = list(EffectCalculator(connection, window.later, source.build_changes(builder)).changes_with_effects())
    net = [change for pair in pairs if (change := builder.build_net_change(pair)).fields]
    return ChangePage(window, changes, net, builder.related_rows, entries[-1].position if len(ahead) > limit else None)


class ChangeSource:
    """The facts of entries, and the versions of the rows that they change."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], later: Moment, entries: Sequence[Entry]) -> None:
        self.connection = connection
        self.later = later
        self.entries = entries
        chosen, limit = facts.c.position.in_([entry.position for entry in entries]), len(entries)
        self.facts = fact_history.fetch_history(connection, mapper, chosen, position=later.position, after=0, limit=limit)
        self.row_keys = [row_key(fact) for fact in self.facts]
        keys = [(*key, fact["position"]) for key, fact in zip(self.row_keys, self.facts, strict=True) if key]
        self.versions = RowVersions(connection, keys)

    def create_builder(self, others: Sequence[RowValues | None] = ()) -> ChangeBuilder:
        """A builder that knows the rows related to the changed ones and to `others`."""
        related_rows = RelatedRows(self.connection, related_ids([*self.versions.rows, *others]))
        return ChangeBuilder(self.versions, related_rows, self.later)

    def build_changes(self, builder: ChangeBuilder) -> list[Change]:
        sources = zip(self.facts, self.entries, self.row_keys, strict=True)
        return [builder.build_change(fact, str(entry.kind), key) for fact, entry, key in sources]
