"""Changes: the difference between two moments."""

from contextlib import suppress

from flask_smorest import Blueprint

from api.http.content_negotiation import JSON, MediaFormat, plain_json_encoder
from api.http.query_endpoint import QueryContext, current_moment, parse_moment, read
from api.representations.decryption import decrypt, decrypt_and_name, fetch_person_names
from api.representations.query_scope import requested_scope
from api.schemas.changes import ChangeList, Changes
from okr_events.domain.errors import Invalid, NotFound
from okr_events.json_types import JsonObject
from projections.changes import csv_format, markdown_format
from projections.changes.change_report import read_change_page
from projections.changes.change_window import ChangeWindow
from projections.changes.local_times import with_local_times
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
    title = "from must not be later than to."


@blueprint.get("/v1/changes")
@read(ChangeList, response=Changes, formats=FORMATS, moment_parameter="to")
def changes(context: QueryContext) -> JsonObject:
    """List what changed between two moments: each event with who, when, why and its effect on progress, and the net changes."""
    query, register, mapper = context.query, context.stores.register, context.stores.okrs.mapper
    earlier = _earlier_moment(context)
    window = ChangeWindow(context.connection, earlier, context.moment, _scope(context, earlier))
    page = read_change_page(context.connection, mapper, window, after=query["after"], limit=query["limit"])
    people = fetch_person_names(register.people, page.person_ids)
    answer = decrypt_and_name(register, page.as_dict(decrypt(register.keys, page.facts), people))
    return answer if context.media_format is JSON else with_local_times(answer, context.moment.zone)


def _earlier_moment(context: QueryContext) -> Moment:
    """The moment `from`. Raises `FromAfterTo`; a `to` that means now is never earlier."""
    earlier, later = parse_moment(context.stores, context.query["earlier"], None, "from"), context.moment
    means_now = later.as_of in {None, current_moment(context.stores).today.isoformat()}
    if earlier.position > later.position or (earlier.evaluated_at > later.evaluated_at and not means_now):
        raise FromAfterTo("/from")
    return earlier


def _scope(context: QueryContext, earlier: Moment) -> Scope:
    """The requested scope, with the units that were below the unit at the earlier moment and were moved away since."""
    scope = requested_scope(context)
    if scope.units is None:
        return scope
    with suppress(NotFound):
        unit_ids = lookups.fetch_unit_subtree(context.connection, context.query["unit"], earlier.position)
        return Scope(scope.cycle_id, scope.units.union(unit_ids))
    return scope
