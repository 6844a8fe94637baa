"""What is needed to fill in check-ins: the metrics of key results with their last values, and the units and owners."""

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, select

from okr_events.json_types import JsonObject
from projections.store.batching import batches
from projections.store.tables import key_results, objectives, standings, units, valid_at

owner_units = units.alias("owner_units")
FORM_QUERY = select(
    key_results.c.id,
    key_results.c.metric,
    objectives.c.unit_id,
    units.c.name.label("unit_name"),
    owner_units.c.name.label("owner_name"),
    standings.c.value,
    standings.c.milestones,
    standings.c.value_on,
)


def fetch_forms(connection: Connection, position: int, ids: Collection[str]) -> dict[str, JsonObject]:
    """The forms of key results by id; `owner_name` is null where the owner is not a unit."""
    owner_unit = (owner_units.c.from_position <= position) & (owner_units.c.to_position > position)
    source = (
        key_results.join(objectives, (objectives.c.id == key_results.c.objective_id) & valid_at(objectives, position))
        .join(units, (units.c.id == objectives.c.unit_id) & valid_at(units, position))
        .outerjoin(owner_units, (owner_units.c.id == key_results.c.owner) & owner_unit)
        .outerjoin(standings, (standings.c.id == key_results.c.id) & valid_at(standings, position))
    )
    forms: dict[str, JsonObject] = {}
    for batch in batches(ids):
        chosen = valid_at(key_results, position) & key_results.c.id.in_(batch)
        for row in connection.execute(FORM_QUERY.select_from(source).where(chosen)):
            forms[row.id] = {
                "owner_name": row.owner_name,
                "unit_id": row.unit_id,
                "unit_name": row.unit_name,
                "metric": orjson.loads(row.metric),
                "value": row.value,
                "measured_on": row.value_on,
                "milestones": orjson.loads(row.milestones or "null"),
            }
    return forms
