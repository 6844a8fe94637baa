"""The comparison of the served views with a rebuild from the log, for `okr doctor --views`."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from api.operations.stores import Stores
from okr_events.event_log.integrity_check import Fault
from projections import temporary_views
from projections.store.views_store import read_tracked_head
from projections.views_comparison import compare_views


def find_faults(stores: Stores, progress: Callable[[int], object]) -> Iterator[Fault]:
    """Yield the tables of the views that differ from the log. Creates nothing, and repairs nothing."""
    if not stores.views.store.exists():
        return
    engine = stores.views.engine
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        with engine.connect().execution_options(**options) as served, served.begin():
            yield from _compare(stores, served, progress)
    except DatabaseError as error:
        repair = "`okr rebuild` puts them aside and builds others"
        yield Fault(0, f"The views in {stores.views.store.name} cannot be read: {error.orig}; {repair}.")


def _compare(stores: Stores, served: Connection, progress: Callable[[int], object]) -> Iterator[Fault]:
    tracked = read_tracked_head(served)
    head = stores.log.head_at(tracked.position)
    if tracked.position and (head is None or head.chain != tracked.chain):
        yield Fault(0, f"The views have read position {tracked.position} of another log. The end of this one may be lost.")
        return
    positions = range(1, tracked.position + 1)
    with temporary_views.replay_positions(stores.log, stores.okrs.mapper, positions, progress) as rebuilt:
        for difference in compare_views(served, rebuilt):
            yield Fault(
                difference.position,
                f"The views differ from the log: {difference.count} positions of table {difference.table}. Run `okr rebuild`.",
            )
