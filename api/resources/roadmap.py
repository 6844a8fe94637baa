"""The roadmap."""

from typing import Any

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, read
from api.schemas import queries
from api.schemas import roadmap as schemas
from projections.queries.roadmap import Roadmap

blueprint = Blueprint("roadmap", __name__, description="Strategic priorities over time.")


@blueprint.get("/v1/roadmap")
@read(queries.Measured, shows=schemas.Roadmap)
def roadmap(reading: QueryContext) -> dict[str, Any]:
    """Priorities over time: what serves them in each cycle, with dependencies and overlaps, and the capacity asked of units."""
    return Roadmap(reading.connection, reading.moment).as_dict()
