"""Adherence: how reliably check-ins came by their due days."""

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, read
from api.representations.query_scope import requested_cycle_rules, requested_unit_ids
from api.schemas import due_days as schemas
from okr_events.json_types import JsonObject
from projections.evaluation import adherence

blueprint = Blueprint("adherence", __name__, description="How reliably check-ins came by their due days.")


@blueprint.get("/v1/adherence")
@read(schemas.Duties, response=schemas.Adherence)
def read_adherence(context: QueryContext) -> JsonObject:
    """Read the adherence of a cycle, a unit with all below it, or a person: in total, by unit, by owner, with streaks."""
    owner = str(context.query["owner"]) if "owner" in context.query else None
    rules, units = requested_cycle_rules(context), requested_unit_ids(context)
    result = adherence.compute_adherence(context.connection, context.moment, rules, units=units, owner=owner)
    return {**context.moment.as_dict(), **result.as_dict()}
