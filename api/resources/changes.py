"""Changes: the difference between two moments."""

from contextlib import suppress
from typing import Any

from flask_smorest import Blueprint

from api.http import responses
from api.http.content_negotiation import JSON, MediaFormat, plain_json_encoder
from api.http.context import stores
from api.http.query_endpoint import QueryContext, current_moment, parse_moment, read
from api.representations import resources
from api.schemas.changes import ChangeList, Changes
from okr_events.domain.errors import Invalid, NotFound
from projections.changes import csv_format, markdown_format
from projections.changes.change_report import read_change_page
from projections.changes.change_window import ChangeWindow
from projections.moment import Moment
from projections.queries.scope import Scope
from projections.store import lookups

FORMATS = (
    JSON,
    MediaFormat("csv", "text/csv", plain_json_encoder(csv_format.render)),
    MediaFormat("markdown", "text/markdown", plain_json_encoder(markdown_format.render)),
)
blueprint = Blueprint("changes", __name__, description="What differs between two moments, and who changed it.")


class FromAfterTo(Invalid):
    code = "from-later"
    title = "The earlier moment lies after the later one."


@blueprint.get("/v1/changes")
@read(ChangeList, shows=Changes, forms=FORMATS, when="to")
def changes(reading: QueryContext) -> dict[str, Any]:
    """What changed between two moments: each fact with who, when, why and its effect on progress, and the net difference."""
    query, earlier = reading.query, _earlier_moment(reading)
    window = ChangeWindow(reading.connection, earlier, reading.moment, _scope(reading, earlier))
    page = read_change_page(reading.connection, stores().okrs.mapper, window, after=query["after"], limit=query["limit"])
    people = {str(id): name for id, name in stores().register.people.names_by_id(page.person_ids).items()}
    told: dict[str, Any] = resources.with_person_names(responses.decrypt(page.as_dict(responses.decrypt(page.facts), people)))
    return told


def _earlier_moment(reading: QueryContext) -> Moment:
    """The moment `from`. Raises `FromLater`; a `to` that means now is never earlier."""
    earlier, later = parse_moment(reading.query["earlier"], None, "from"), reading.moment
    means_now = later.as_of in {None, current_moment().today.isoformat()}
    if earlier.position > later.position or (earlier.evaluated_at > later.evaluated_at and not means_now):
        raise FromAfterTo("/from")
    return earlier


def _scope(reading: QueryContext, earlier: Moment) -> Scope:
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.find_cycle(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.fetch_unit_subtree(connection, query["unit"], position) if "unit" in query else None
    units = frozenset([*below, *_unit_ids_below_at(reading, earlier)]) if below else None
    return Scope(cycle.id if cycle else None, units)


def _unit_ids_below_at(reading: QueryContext, earlier: Moment) -> list[str]:
    """What was below the unit at the earlier moment, if it was there: it may have been moved away since."""
    with suppress(NotFound):
        return lookups.fetch_unit_subtree(reading.connection, reading.query["unit"], earlier.position)
    return []
