"""The context of a report, built from what a request or a command line names."""

from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from api.operations.stores import Stores
from api.representations.decryption import decrypt, fetch_person_names
from projections import moment as moments
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.kept_graphs import LoadGraph
from projections.moment import Moment
from projections.reports.context import ReportContext, unit_ids_below
from projections.reports.report_types import ReportType
from projections.store import lookups
from projections.store.tables import CycleRow, UnitRow


def build_report_context(
    stores: Stores,
    connection: Connection,
    at: Moment,
    *,
    kind: ReportType,
    cycle: CycleRow,
    unit: UUID | None,
    since: Moment | None,
    load_graph: LoadGraph = GoalGraph.for_cycle,
) -> ReportContext:
    """The context of a report on a cycle and, where given, a unit; without `since` the report type's default applies.

    Raises `NotFound` when there is no such unit, or was none when the cycle was closed.
    """
    if since is None and kind.default_since:
        since = moments.moment_at_day_start(kind.default_since(at.today), at, stores.log)
    row = lookups.fetch_row(connection, UnitRow, unit, at.position) if unit else None
    below = unit_ids_below(connection, unit, cycle, at) if unit else None
    person_names, decrypt_words = partial(fetch_person_names, stores.register.people), partial(decrypt, stores.register.keys)
    parts = (cycle, row, below, person_names, decrypt_words, since, load_graph)
    return ReportContext(connection, stores.log, stores.okrs.mapper, at, *parts)
