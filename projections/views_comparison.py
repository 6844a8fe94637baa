"""The comparison of views with others that were built from the same events."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, select

from okr_events.row_types import RowTable
from projections.store.tables import metadata, tracking

ROWS_PER_FETCH = 5_000
SERVED, REBUILT = 1, -1


@dataclass(frozen=True, slots=True)
class Difference:
    """How many positions of a table have other rows than the log gives, and the first of them."""

    table: str
    count: int
    position: int


def compare_views(served: Connection, rebuilt: Connection) -> Iterator[Difference]:
    """Yield the tables that differ. Memory does not grow with the tables."""
    for table in metadata.sorted_tables:
        positions = iter(()) if table is tracking else _differing_positions(table, served, rebuilt)
        if first := next(positions, None):
            yield Difference(table.name, 1 + sum(1 for _ in positions), first)


def _differing_positions(table: RowTable, served: Connection, rebuilt: Connection) -> Iterator[int]:
    rows = merge(_fetch_rows(served, table, SERVED), _fetch_rows(rebuilt, table, REBUILT), key=itemgetter(0))
    for position, same in groupby(rows, key=itemgetter(0)):
        surplus = Counter[tuple[object, ...]]()
        for _, row, side in same:
            surplus[row] += side
        if any(surplus.values()):
            yield position


def _fetch_rows(connection: Connection, table: RowTable, side: int) -> Iterator[tuple[int, tuple[object, ...], int]]:
    """Yield the rows by the position of the event that wrote them."""
    column = table.c.from_position if "from_position" in table.c else table.c.position
    query = select(column, table).order_by(column).execution_options(yield_per=ROWS_PER_FETCH)
    return ((position, tuple(row), side) for position, *row in connection.execute(query))
