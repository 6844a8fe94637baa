"""Entries: the check-ins of a cycle, what they say of confidence, and those of them that came late or were put right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Any, NamedTuple

from sqlalchemy import func, select

from okr_events.event_log.hash_chain import instant, microseconds
from projections.moment import rfc3339
from projections.reports.context import Asked
from projections.store.tables import at, check_ins

SHOWN = 100
"""So many of the newest of each sort are told one by one."""
COLUMNS = ("id", "key_result_id", "created", "measured_on", "recorded_at", "retracted", "version", "author")
HAS_WINS = check_ins.c.wins != "[]"
CHUNK = 10_000


class Entry(NamedTuple):
    """A check-in as it stands; `version` is above 1 once it was corrected or retracted."""

    id: str
    key_result_id: str
    created: int
    measured_on: str
    recorded_at: int
    retracted: int
    version: int
    author: str
    wins: bool


Stated = tuple[str, int, str]
"""The day of which a check-in speaks, its position, and the confidence that it states: the greatest is in force."""
STATED = (check_ins.c.key_result_id, check_ins.c.measured_on, check_ins.c.created, check_ins.c.confidence)


def stated(asked: Asked) -> Iterator[tuple[str, Stated, int]]:
    """What check-ins say of confidence, with the key result and the position since which they say so; in no order."""
    stands = at(check_ins, asked.end.position) & (check_ins.c.retracted == 0) & check_ins.c.confidence.is_not(None)
    query = _of(asked, *STATED, check_ins.c.from_position).where(stands)
    with asked.connection.execute(query.execution_options(yield_per=CHUNK)) as found:
        for id, day, position, confidence, since in found:
            yield id, (day, position, confidence), since


def replaced(asked: Asked) -> Iterator[tuple[str, Stated, int, int]]:
    """What check-ins said of it until they were corrected or retracted, also with the position of that."""
    query = _of(asked, *STATED, check_ins.c.from_position, check_ins.c.to_position)
    query = query.where(check_ins.c.to_position <= asked.end.position, check_ins.c.confidence.is_not(None))
    for id, day, position, confidence, since, until in asked.connection.execute(query):
        yield id, (day, position, confidence), since, until


def _of(asked: Asked, *columns: Any) -> Any:
    return select(*columns).where(asked.of_measures(check_ins.c.key_result_id))


def _standing(asked: Asked, *columns: Any) -> Any:
    """The check-ins recorded by the end, as they stood then."""
    return _of(asked, *columns).where(at(check_ins, asked.end.position))


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
    """How many check-ins there are, and which of them were late, corrected or retracted, or told of wins."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.count = asked.connection.scalar(_standing(asked, func.count()).where(check_ins.c.retracted == 0))
        ends_at = microseconds(asked.ends_at)
        self.sorts = {
            "late": Sort(lambda entry: not entry.retracted and entry.recorded_at > ends_at),
            "corrected": Sort(lambda entry: not entry.retracted and entry.version > 1),
            "retracted": Sort(lambda entry: bool(entry.retracted)),
        }
        self.wins = Sort(lambda entry: bool(entry.wins) and not entry.retracted)
        for entry in self._told(ends_at):
            for sort in (*self.sorts.values(), self.wins):
                sort.take(entry)

    def _told(self, ends_at: int) -> Iterator[Entry]:
        """Those that are of any sort."""
        told = (check_ins.c.version > 1) | (check_ins.c.recorded_at > ends_at) | HAS_WINS
        query = _standing(self.asked, *(check_ins.c[name] for name in COLUMNS), HAS_WINS).where(told)
        return map(Entry._make, self.asked.connection.execute(query))

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
