"""Changes: the difference between two moments."""

from contextlib import suppress
from typing import Any

from flask_smorest import Blueprint

from api.http import responses
from api.http.content_negotiation import JSON, Form, of_plain
from api.http.context import stores
from api.http.query_endpoint import Reading, now, parsed, read
from api.representations import resources
from api.schemas.changes import ChangeList, Changes
from okr_events.domain.errors import Invalid, NotFound
from projections.changes import csv_format, markdown_format
from projections.changes.change_report import Report
from projections.changes.change_window import Window
from projections.moment import Moment
from projections.queries.scope import Scope
from projections.store import lookups

FORMS = (
    JSON,
    Form("csv", "text/csv", of_plain(csv_format.written)),
    Form("markdown", "text/markdown", of_plain(markdown_format.written)),
)
blueprint = Blueprint("changes", __name__, description="What differs between two moments, and who changed it.")


class FromLater(Invalid):
    code = "from-later"
    title = "The earlier moment lies after the later one."


@blueprint.get("/v1/changes")
@read(ChangeList, shows=Changes, forms=FORMS, when="to")
def changes(reading: Reading) -> dict[str, Any]:
    """What changed between two moments: each fact with who, when, why and its effect on progress, and the net difference."""
    query, earlier = reading.query, _earlier(reading)
    window = Window(reading.connection, earlier, reading.moment, _scope(reading, earlier))
    page = Report(reading.connection, stores().okrs.mapper, window).page(after=query["after"], limit=query["limit"])
    people = {str(id): name for id, name in stores().register.people.names_of(page.people).items()}
    told: dict[str, Any] = resources.named(responses.opened(page.as_dict(responses.opened(page.facts), people)))
    return told


def _earlier(reading: Reading) -> Moment:
    """The moment `from`. Raises `FromLater`; a `to` that means now is never earlier."""
    earlier, later = parsed(reading.query["earlier"], None, "from"), reading.moment
    means_now = later.as_of in {None, now().today.isoformat()}
    if earlier.position > later.position or (earlier.evaluated_at > later.evaluated_at and not means_now):
        raise FromLater("/from")
    return earlier


def _scope(reading: Reading, earlier: Moment) -> Scope:
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.cycle_named(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.below(connection, query["unit"], position) if "unit" in query else None
    units = frozenset([*below, *_below_then(reading, earlier)]) if below else None
    return Scope(cycle.id if cycle else None, units)


def _below_then(reading: Reading, earlier: Moment) -> list[str]:
    """What was below the unit at the earlier moment, if it was there: it may have been moved away since."""
    with suppress(NotFound):
        return lookups.below(reading.connection, reading.query["unit"], earlier.position)
    return []
