"""The roadmap."""

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, read
from api.schemas import queries
from api.schemas import roadmap as schemas
from okr_events.json_types import JsonObject
from projections.queries.roadmap import Roadmap

blueprint = Blueprint("roadmap", __name__, description="Strategic priorities over time.")


@blueprint.get("/v1/roadmap")
@read(queries.Measured, response=schemas.Roadmap)
def roadmap(context: QueryContext) -> JsonObject:
    """Read the priorities over time: what serves them in each cycle, dependencies, overlaps, and each unit's capacity."""
    return Roadmap(context.connection, context.moment).as_dict()
