"""Revisions: targets as they were and as they became, from the versions of the key results' rows."""

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, select

from projections.findings.finding_scope import Revision
from projections.store.batching import batches
from projections.store.tables import facts, key_results

before, after = key_results.alias("before"), key_results.alias("after")
METRIC_CHANGES = (
    select(
        after.c.id, after.c.from_position, facts.c.recorded_at, before.c.metric.label("before"), after.c.metric.label("after")
    )
    .join(before, (before.c.id == after.c.id) & (before.c.to_position == after.c.from_position))
    .join(facts, facts.c.position == after.c.from_position)
    .where(before.c.metric != after.c.metric)
)


def read_target_revisions(connection: Connection, position: int, ids: Collection[str]) -> list[Revision]:
    """The revisions of these key results' targets up to a position. A baseline that was captured is none: it alone changes
    the baseline.
    """
    found = []
    for some in batches(ids):
        query = METRIC_CHANGES.where(after.c.id.in_(some), after.c.from_position <= position)
        changes = (
            Revision(row[0], row[1], row[2], orjson.loads(row[3]), orjson.loads(row[4])) for row in connection.execute(query)
        )
        found += [change for change in changes if change.before.get("baseline") == change.after.get("baseline")]
    return found
