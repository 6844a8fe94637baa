"""The check-ins of a cycle: statements of confidence, and those recorded after its end, corrected, retracted or with wins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from okr_events.event_log.hash_chain import from_microseconds, to_microseconds
from okr_events.json_types import JsonObject
from projections.moment import rfc3339
from projections.reports.context import ReportContext
from projections.store.tables import check_ins, valid_at

MAX_ITEMS = 100
"""The newest check-ins of a group that a report lists."""
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
"""The day a check-in was measured on, its position and its confidence: the greatest statement is in force."""
STATEMENT_COLUMNS = (check_ins.c.key_result_id, check_ins.c.measured_on, check_ins.c.created, check_ins.c.confidence)


def current_statements(context: ReportContext) -> Iterator[tuple[str, ConfidenceStatement, int]]:
    """The key result, the statement and the position since which it stands, of each check-in with a confidence; unordered."""
    current = valid_at(check_ins, context.end.position) & (check_ins.c.retracted == 0) & check_ins.c.confidence.is_not(None)
    query = select(*STATEMENT_COLUMNS, check_ins.c.from_position).where(_is_reported(context), current)
    with context.connection.execute(query.execution_options(yield_per=CHUNK_SIZE)) as rows:
        for id, day, position, confidence, since in rows:
            yield id, (day, position, confidence), since


def replaced_statements(context: ReportContext) -> Iterator[tuple[str, ConfidenceStatement, int, int]]:
    """The same of statements that were later corrected or retracted, with the position of that."""
    columns = (*STATEMENT_COLUMNS, check_ins.c.from_position, check_ins.c.to_position)
    replaced = (check_ins.c.to_position <= context.end.position) & check_ins.c.confidence.is_not(None)
    query = select(*columns).where(_is_reported(context), replaced)
    for id, day, position, confidence, since, until in context.connection.execute(query):
        yield id, (day, position, confidence), since, until


def _is_reported(context: ReportContext) -> ColumnElement[bool]:
    return context.key_result_filter(check_ins.c.key_result_id)


@dataclass
class EntryGroup:
    """The number of entries that match, and the newest of them."""

    matches: Callable[[CheckInEntry], bool]
    count: int = 0
    newest: list[tuple[int, CheckInEntry]] = field(default_factory=list)

    def add(self, entry: CheckInEntry) -> None:
        """Count the entry if it matches."""
        if self.matches(entry):
            self.count += 1
            push = heappush if len(self.newest) < MAX_ITEMS else heappushpop
            push(self.newest, (entry.created, entry))

    def as_dict(self, context: ReportContext) -> JsonObject:
        items = [_serialize_entry(context, entry) for _, entry in sorted(self.newest)]
        return {"count": self.count, "items": items, "more": self.count - len(items)}


class Entries:
    """The check-ins recorded by the end: how many, and those recorded after the cycle, corrected, retracted or with wins."""

    def __init__(self, context: ReportContext) -> None:
        self.context = context
        current = valid_at(check_ins, context.end.position)
        counted = select(func.count()).where(_is_reported(context), current, check_ins.c.retracted == 0)
        self.count = context.connection.scalar(counted)
        ends_at = to_microseconds(context.ends_at)
        self.groups = {
            "after_end": EntryGroup(lambda entry: not entry.retracted and entry.recorded_at > ends_at),
            "corrected": EntryGroup(lambda entry: not entry.retracted and entry.version > 1),
            "retracted": EntryGroup(lambda entry: bool(entry.retracted)),
        }
        self.wins = EntryGroup(lambda entry: bool(entry.wins) and not entry.retracted)
        grouped = (check_ins.c.version > 1) | (check_ins.c.recorded_at > ends_at) | HAS_WINS
        query = select(*(check_ins.c[name] for name in ENTRY_COLUMNS), HAS_WINS).where(_is_reported(context), current, grouped)
        for entry in map(CheckInEntry._make, context.connection.execute(query)):
            for group in (*self.groups.values(), self.wins):
                group.add(entry)

    def as_dict(self) -> JsonObject:
        return {"check_ins": self.count, **{name: group.as_dict(self.context) for name, group in self.groups.items()}}


def _serialize_entry(context: ReportContext, entry: CheckInEntry) -> JsonObject:
    return {
        "check_in_id": entry.id,
        "key_result_id": entry.key_result_id,
        "title": context.titles[entry.key_result_id],
        "measured_on": entry.measured_on,
        "recorded_at": rfc3339(from_microseconds(entry.recorded_at)),
        "position": entry.created,
        "author": entry.author,
    }
