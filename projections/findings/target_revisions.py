"""Reads revised targets from the versions of key results."""

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, select

from projections.findings.finding_scope import Revision
from projections.store.batching import batches
from projections.store.tables import facts, key_results

before, after = key_results.alias("before"), key_results.alias("after")
METRIC_CHANGES = (
    select(after.c.id, after.c.from_position, facts.c.recorded_at, before.c.metric, after.c.metric)
    .join(before, (before.c.id == after.c.id) & (before.c.to_position == after.c.from_position))
    .join(facts, facts.c.position == after.c.from_position)
    .where(before.c.metric != after.c.metric)
)


def read_target_revisions(connection: Connection, position: int, ids: Collection[str]) -> list[Revision]:
    """The target revisions of key results up to a position. A changed baseline was captured, not revised."""
    revisions: list[Revision] = []
    for some in batches(ids):
        query = METRIC_CHANGES.where(after.c.id.in_(some), after.c.from_position <= position)
        for id, changed_at, recorded_at, old, new in connection.execute(query):
            revision = Revision(id, changed_at, recorded_at, orjson.loads(old), orjson.loads(new))
            if revision.before.get("baseline") == revision.after.get("baseline"):
                revisions.append(revision)
    return revisions
