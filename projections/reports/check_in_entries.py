"""Entries: the check-ins of a cycle, what they say of confidence, and those of them that came late or were put right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Any, NamedTuple

from sqlalchemy import func, select

from okr_events.event_log.hash_chain import from_microseconds, to_microseconds
from projections.moment import rfc3339
from projections.reports.context import ReportContext
from projections.store.tables import check_ins, valid_at

MAX_ITEMS = 100
"""So many of the newest of each sort are told one by one."""
ENTRY_COLUMNS = ("id", "key_result_id", "created", "measured_on", "recorded_at", "retracted", "version", "author")
HAS_WINS = check_ins.c.wins != "[]"
CHUNK_SIZE = 10_000


class CheckInEntry(NamedTuple):
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


ConfidenceStatement = tuple[str, int, str]
"""The day of which a check-in speaks, its position, and the confidence that it states: the greatest is in force."""
STATEMENT_COLUMNS = (check_ins.c.key_result_id, check_ins.c.measured_on, check_ins.c.created, check_ins.c.confidence)


def current_statements(asked: ReportContext) -> Iterator[tuple[str, ConfidenceStatement, int]]:
    """What check-ins say of confidence, with the key result and the position since which they say so; in no order."""
    stands = valid_at(check_ins, asked.end.position) & (check_ins.c.retracted == 0) & check_ins.c.confidence.is_not(None)
    query = _select_check_ins(asked, *STATEMENT_COLUMNS, check_ins.c.from_position).where(stands)
    with asked.connection.execute(query.execution_options(yield_per=CHUNK_SIZE)) as found:
        for id, day, position, confidence, since in found:
            yield id, (day, position, confidence), since


def replaced_statements(asked: ReportContext) -> Iterator[tuple[str, ConfidenceStatement, int, int]]:
    """What check-ins said of it until they were corrected or retracted, also with the position of that."""
    query = _select_check_ins(asked, *STATEMENT_COLUMNS, check_ins.c.from_position, check_ins.c.to_position)
    query = query.where(check_ins.c.to_position <= asked.end.position, check_ins.c.confidence.is_not(None))
    for id, day, position, confidence, since, until in asked.connection.execute(query):
        yield id, (day, position, confidence), since, until


def _select_check_ins(asked: ReportContext, *columns: Any) -> Any:
    return select(*columns).where(asked.key_result_filter(check_ins.c.key_result_id))


def _select_current(asked: ReportContext, *columns: Any) -> Any:
    """The check-ins recorded by the end, as they stood then."""
    return _select_check_ins(asked, *columns).where(valid_at(check_ins, asked.end.position))


@dataclass
class EntryGroup:
    """Entries of one sort: how many there are, and the newest of them."""

    matches: Callable[[CheckInEntry], bool]
    count: int = 0
    newest: list[tuple[int, CheckInEntry]] = field(default_factory=list)

    def add(self, entry: CheckInEntry) -> None:
        if self.matches(entry):
            self.count += 1
            put = heappush if len(self.newest) < MAX_ITEMS else heappushpop
            put(self.newest, (entry.created, entry))

    def as_dict(self, asked: ReportContext) -> dict[str, Any]:
        items = [_serialize_entry(asked, entry) for _, entry in sorted(self.newest)]
        return {"count": self.count, "items": items, "more": self.count - len(items)}


class Entries:
    """How many check-ins there are, and which of them were late, corrected or retracted, or told of wins."""

    def __init__(self, asked: ReportContext) -> None:
        self.context = asked
        self.count = asked.connection.scalar(_select_current(asked, func.count()).where(check_ins.c.retracted == 0))
        ends_at = to_microseconds(asked.ends_at)
        self.groups = {
            "late": EntryGroup(lambda entry: not entry.retracted and entry.recorded_at > ends_at),
            "corrected": EntryGroup(lambda entry: not entry.retracted and entry.version > 1),
            "retracted": EntryGroup(lambda entry: bool(entry.retracted)),
        }
        self.wins = EntryGroup(lambda entry: bool(entry.wins) and not entry.retracted)
        for entry in self._fetch_entries(ends_at):
            for sort in (*self.groups.values(), self.wins):
                sort.add(entry)

    def _fetch_entries(self, ends_at: int) -> Iterator[CheckInEntry]:
        """Those that are of any sort."""
        told = (check_ins.c.version > 1) | (check_ins.c.recorded_at > ends_at) | HAS_WINS
        query = _select_current(self.context, *(check_ins.c[name] for name in ENTRY_COLUMNS), HAS_WINS).where(told)
        return map(CheckInEntry._make, self.context.connection.execute(query))

    def as_dict(self) -> dict[str, Any]:
        return {"check_ins": self.count, **{name: sort.as_dict(self.context) for name, sort in self.groups.items()}}


def _serialize_entry(asked: ReportContext, entry: CheckInEntry) -> dict[str, Any]:
    return {
        "check_in_id": entry.id,
        "key_result_id": entry.key_result_id,
        "title": asked.titles[entry.key_result_id],
        "measured_on": entry.measured_on,
        "recorded_at": rfc3339(from_microseconds(entry.recorded_at)),
        "position": entry.created,
        "author": entry.author,
    }
