"""The window: the facts between two positions that somebody asks about, each with its kind, and how many there are of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from projections.changes import check_in_timeliness
from projections.changes.change_kinds import LEFT_OUT, REPORTED, kind_of
from projections.moment import Moment
from projections.queries import scope
from projections.queries.scope import Scope
from projections.store.tables import facts


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


class Window:
    """The facts after `earlier` and up to `later`, in order."""

    def __init__(self, connection: Connection, earlier: Moment, later: Moment, asked: Scope) -> None:
        self.connection = connection
        self.earlier = earlier
        self.later = later
        self.entries = self._within(asked, [*self._facts(), *self._reports()])

    @cached_property
    def told(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind]

    def as_dict(self) -> dict[str, Any]:
        """How many changes there are, by kind, and how many facts are left out because they change no plan."""
        kinds = Counter(entry.kind for entry in self.told)
        left_out = Counter(LEFT_OUT[entry.type] for entry in self.entries if not entry.kind)
        return {
            "changes": len(self.told),
            "kinds": {str(kind): kinds[kind] for kind in sorted(kinds, key=str)},
            "left_out": {name: left_out[name] for name in sorted(set(LEFT_OUT.values()))},
        }

    def _facts(self) -> Iterator[Entry]:
        between = (facts.c.position > self.earlier.position) & (facts.c.position <= self.later.position)
        query = select(facts.c.position, facts.c.stream_id, facts.c.type).where(between, facts.c.type != REPORTED)
        for row in self.connection.execute(query):
            yield Entry(*row, None if row.type in LEFT_OUT else kind_of(row.type))

    def _reports(self) -> Iterator[Entry]:
        for position, stream_id, kind in check_in_timeliness.between(self.connection, self.earlier.position, self.later):
            yield Entry(position, stream_id, REPORTED, kind)

    def _within(self, asked: Scope, entries: Iterable[Entry]) -> list[Entry]:
        ordered = sorted(entries, key=lambda entry: entry.position)
        if asked.everything:
            return ordered
        streams: dict[str, set[str]] = defaultdict(set)
        for entry in ordered:
            streams[entry.aggregate].add(entry.stream_id)
        places = scope.places(self.connection, streams)
        return [each for each in ordered if asked.holds(each.aggregate, each.stream_id, places.get(each.stream_id, ()))]
