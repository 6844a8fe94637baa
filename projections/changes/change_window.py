"""The facts between two positions within a scope, with their change kinds and counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from okr_events.domain.key_result import KeyResult
from okr_events.json_types import JsonObject
from projections.changes.check_in_timeliness import classify_check_ins
from projections.event_catalog import CATALOG
from projections.moment import Moment
from projections.queries.scope import Scope, find_units_and_cycles
from projections.store.tables import facts

CHECKED_IN = KeyResult.CheckedIn.TOPIC
EXCLUDED_GROUPS = sorted({entry.excluded_as for entry in CATALOG.values() if entry.excluded_as})
"""The counters of `left_out`: events that change lists do not show."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in a window; `kind` is null for a fact that is only counted."""

    position: int
    stream_id: str
    type: str
    kind: str | None

    @property
    def aggregate(self) -> str:
        return self.type.partition(".")[0]


class ChangeWindow:
    """The facts after `earlier` and up to `later`, in order."""

    def __init__(self, connection: Connection, earlier: Moment, later: Moment, scope: Scope) -> None:
        self.connection = connection
        self.earlier = earlier
        self.later = later
        self.entries = self._filter_by_scope(scope, [*self._fact_entries(), *self._check_in_entries()])

    @cached_property
    def change_entries(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind]

    def as_dict(self) -> JsonObject:
        """The number of changes by kind, and of the facts that are left out."""
        kinds = Counter(entry.kind for entry in self.change_entries)
        left_out = Counter(CATALOG[entry.type].excluded_as for entry in self.entries if not entry.kind)
        return {
            "changes": len(self.change_entries),
            "kinds": {str(kind): kinds[kind] for kind in sorted(kinds, key=str)},
            "left_out": {name: left_out[name] for name in EXCLUDED_GROUPS},
        }

    def _fact_entries(self) -> Iterator[Entry]:
        between = (facts.c.position > self.earlier.position) & (facts.c.position <= self.later.position)
        query = select(facts.c.position, facts.c.stream_id, facts.c.type).where(between, facts.c.type != CHECKED_IN)
        for position, stream_id, type in self.connection.execute(query):
            yield Entry(position, stream_id, type, CATALOG[type].change_kind)

    def _check_in_entries(self) -> Iterator[Entry]:
        for position, stream_id, kind in classify_check_ins(self.connection, self.earlier.position, self.later):
            yield Entry(position, stream_id, CHECKED_IN, kind)

    def _filter_by_scope(self, scope: Scope, entries: Iterable[Entry]) -> list[Entry]:
        ordered = sorted(entries, key=lambda entry: entry.position)
        if scope.is_unrestricted:
            return ordered
        streams: dict[str, set[str]] = defaultdict(set)
        for entry in ordered:
            streams[entry.aggregate].add(entry.stream_id)
        places = find_units_and_cycles(self.connection, streams)
        return [entry for entry in ordered if scope.contains(entry.aggregate, entry.stream_id, places.get(entry.stream_id, ()))]
