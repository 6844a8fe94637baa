"""Entries: the check-ins of a cycle, read once and in no order, and those of them that came late or were put right."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Any, NamedTuple

from sqlalchemy import select

from okr_events.log.ledger import instant, microseconds
from projections.moment import rfc3339
from projections.reports.asked import Asked
from projections.tables import at, check_ins

SHOWN = 100
"""So many of the newest of each sort are told one by one."""
COLUMNS = (
    *("id", "key_result_id", "created", "from_position", "measured_on", "confidence", "recorded_at", "retracted", "version"),
    "author",
)
TOLD = check_ins.c.wins != "[]"
CHUNK = 10_000


class Entry(NamedTuple):
    """A check-in as it stands since `from_position`; `version` is above 1 once it was corrected or retracted."""

    id: str
    key_result_id: str
    created: int
    from_position: int
    measured_on: str
    confidence: str | None
    recorded_at: int
    retracted: int
    version: int
    author: str
    wins: bool


def read(asked: Asked) -> Iterator[list[Entry]]:
    """The check-ins recorded by the end, as they stood then, a few thousand at a time."""
    query = select(*(check_ins.c[name] for name in COLUMNS), TOLD).where(at(check_ins, asked.end.position))
    query = query.where(asked.of_measures(check_ins.c.key_result_id))
    with asked.connection.execute(query.execution_options(yield_per=CHUNK)) as found:
        for rows in found.partitions():
            yield list(map(Entry._make, rows))


def replaced(asked: Asked) -> Iterator[tuple[Entry, int]]:
    """What check-ins said of confidence until they were corrected or retracted, with the position of that."""
    query = select(*(check_ins.c[name] for name in COLUMNS), TOLD, check_ins.c.to_position)
    query = query.where(check_ins.c.to_position <= asked.end.position, check_ins.c.confidence.is_not(None))
    query = query.where(asked.of_measures(check_ins.c.key_result_id))
    for *said, until in asked.connection.execute(query):
        yield Entry._make(said), until


@dataclass
class Sort:
    """Entries of one sort: how many there are, and the newest of them."""

    held: Callable[[Entry], bool]
    count: int = 0
    newest: list[tuple[int, Entry]] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        if self.held(entry):
            self.count += 1
            put = heappush if len(self.newest) < SHOWN else heappushpop
            put(self.newest, (entry.created, entry))

    def as_dict(self, asked: Asked) -> dict[str, Any]:
        items = [_told(asked, entry) for _, entry in sorted(self.newest)]
        return {"count": self.count, "items": items, "more": self.count - len(items)}


class Entries:
    """How many check-ins there are, and which of them were late, corrected or retracted."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.count = 0
        self._ends_at = ends_at = microseconds(asked.ends_at)
        self.sorts = {
            "late": Sort(lambda entry: not entry.retracted and entry.recorded_at > ends_at),
            "corrected": Sort(lambda entry: not entry.retracted and entry.version > 1),
            "retracted": Sort(lambda entry: bool(entry.retracted)),
        }
        self.wins = Sort(lambda entry: bool(entry.wins) and not entry.retracted)

    def take(self, some: Iterable[Entry]) -> None:
        for entry in some:
            self.count += not entry.retracted
            if entry.version > 1 or entry.recorded_at > self._ends_at:
                for sort in self.sorts.values():
                    sort.take(entry)
            if entry.wins:
                self.wins.take(entry)

    def as_dict(self) -> dict[str, Any]:
        return {"check_ins": self.count, **{name: sort.as_dict(self.asked) for name, sort in self.sorts.items()}}


def _told(asked: Asked, entry: Entry) -> dict[str, Any]:
    return {
        "check_in_id": entry.id,
        "key_result_id": entry.key_result_id,
        "title": asked.titles[entry.key_result_id],
        "measured_on": entry.measured_on,
        "recorded_at": rfc3339(instant(entry.recorded_at)),
        "position": entry.created,
        "author": entry.author,
    }
