"""The window: the facts between two positions that somebody asks about, each with its kind, and how many there are of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from okr_events.domain.key_result import KeyResult
from projections.changes import check_in_timeliness
from projections.event_catalog import CATALOG
from projections.moment import Moment
from projections.queries import scope
from projections.queries.scope import Scope
from projections.store.tables import facts

CHECKED_IN = KeyResult.CheckedIn.TOPIC
EXCLUDED_GROUPS = sorted({entry.excluded_as for entry in CATALOG.values() if entry.excluded_as})
"""The counters of `left_out`: events that change lists do not show."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact's place; `kind` is null for those that change no plan."""

    position: int
    stream_id: str
    type: str
    kind: str | None

    @property
    def aggregate(self) -> str:
        return self.type.partition(".")[0]


class ChangeWindow:
    """The facts after `earlier` and up to `later`, in order."""

    def __init__(self, connection: Connection, earlier: Moment, later: Moment, asked: Scope) -> None:
        self.connection = connection
        self.earlier = earlier
        self.later = later
        self.entries = self._filter_by_scope(asked, [*self._fact_entries(), *self._check_in_entries()])

    @cached_property
    def change_entries(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind]

    def as_dict(self) -> dict[str, Any]:
        """How many changes there are, by kind, and how many facts are left out because they change no plan."""
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
        for row in self.connection.execute(query):
            yield Entry(*row, CATALOG[row.type].change_kind)

    def _check_in_entries(self) -> Iterator[Entry]:
        for position, stream_id, kind in check_in_timeliness.classify_check_ins(
            self.connection, self.earlier.position, self.later
        ):
            yield Entry(position, stream_id, CHECKED_IN, kind)

    def _filter_by_scope(self, asked: Scope, entries: Iterable[Entry]) -> list[Entry]:
        ordered = sorted(entries, key=lambda entry: entry.position)
        if asked.is_unrestricted:
            return ordered
        streams: dict[str, set[str]] = defaultdict(set)
        for entry in ordered:
            streams[entry.aggregate].add(entry.stream_id)
        places = scope.find_units_and_cycles(self.connection, streams)
        return [each for each in ordered if asked.contains(each.aggregate, each.stream_id, places.get(each.stream_id, ()))]
