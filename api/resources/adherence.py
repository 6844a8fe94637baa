"""Adherence over HTTP: how reliably check-ins came by their due days."""

from typing import Any

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, read
from api.schemas import due_days as schemas
from api.schemas.due_days import Duties
from projections.evaluation import adherence
from projections.evaluation.key_results import CycleRules
from projections.store import lookups
from projections.store.tables import CycleRow

blueprint = Blueprint("adherence", __name__, description="How reliably check-ins came by their due days.")


@blueprint.get("/v1/adherence")
@read(Duties, shows=schemas.Adherence)
def read_adherence(reading: QueryContext) -> dict[str, Any]:
    """Adherence of a cycle, a unit with all below it, or a person: in all, by unit and by owner, with streaks of due days."""
    query, connection = reading.query, reading.connection
    units = lookups.fetch_unit_subtree(connection, query["unit"], reading.position) if "unit" in query else None
    owner = str(query["owner"]) if "owner" in query else None
    found = adherence.compute_adherence(connection, reading.moment, requested_cycles(reading), units=units, owner=owner)
    return {**reading.moment.as_dict(), **found.as_dict()}


def requested_cycles(reading: QueryContext) -> list[CycleRules]:
    """The cycle that the query names, or all there are."""
    connection, position = reading.connection, reading.position
    asked = reading.query.get("cycle")
    if asked is None:
        rows = lookups.fetch_rows_at(connection, CycleRow, position)
    else:
        rows = [lookups.find_cycle(connection, asked, position)]
    return [CycleRules(row, reading.moment) for row in rows]
