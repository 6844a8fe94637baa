"""Calendar feeds of the due list: made and revoked by who they belong to, read by whoever has the address."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Connection, select

from api.http import responses
from api.http.authentication import WRITERS, caller_id, require_role
from api.http.command_endpoint import expected_version
from api.http.content_negotiation import MediaFormat
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.query_endpoint import current_moment, next_page_headers, page_response
from api.http.register_endpoint import BodyAndSecrets, register_command
from api.schemas import calendars as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.domain.errors import Forbidden, Invalid, NotFound, UnknownId
from okr_events.domain.unit import Unit
from okr_events.register.calendars import Calendar
from okr_events.register.tokens import Role
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.queries import due_calendar
from projections.store import lookups
from projections.store.tables import CycleRow, key_results, objectives, units, valid_at

blueprint = Blueprint("calendars", __name__, description="The due list as a calendar to subscribe to.")
ICS = MediaFormat("ics", "text/calendar", lambda _: b"")


class OwnerOrUnit(Invalid):
    code = "owner-or-unit"
    title = "A calendar is that of an owner or of a unit: name one of the two."


class NotYourCalendar(Forbidden):
    code = "not-your-calendar"
    title = "A member has calendars of their own due list and of units."


def _fetch_calendar(id: UUID) -> dict[str, Any]:
    """A feed as it is told to whom it belongs, and to admins; to others there is none."""
    with stores().register.engine.connect() as connection:
        calendar = stores().register.calendars.get(connection, id)
    if g.token.role is not Role.ADMIN and calendar.person_id != caller_id():
        raise NotFound
    return calendar.as_dict()


@blueprint.post("/v1/calendars")
@register_command(
    schemas.CalendarIssue,
    shows=schemas.IssuedCalendar,
    location="/v1/calendars/{id}",
    show=_fetch_calendar,
    status=201,
    roles=WRITERS,
)
def issue_calendar(connection: Connection, fields: dict[str, Any]) -> BodyAndSecrets:
    """Make a calendar of what is due for an owner, or in a unit and all below it; the answer shows its address once."""
    _check_owner_or_unit(**fields)
    calendar, secret = stores().register.calendars.issue(connection, person_id=caller_id(), **fields)
    return calendar.as_dict(), {"secret": secret, "url": f"{request.host_url}v1/calendars/{secret}.ics"}


def _check_owner_or_unit(owner: UUID | None = None, unit: UUID | None = None) -> None:
    okrs = stores().okrs
    if (owner is None) == (unit is None):
        raise OwnerOrUnit("")
    if unit and not okrs.exists(Unit, unit):
        raise UnknownId("/unit", "There is no unit with this id.")
    if owner and not (stores().register.people.exists(owner) or okrs.exists(Unit, owner)):
        raise UnknownId("/owner", "There is no person or unit with this id.")
    if owner and g.token.role is Role.MEMBER and owner != caller_id() and not okrs.exists(Unit, owner):
        raise NotYourCalendar


@blueprint.post("/v1/calendars/<uuid:calendar_id>/revocation")
@register_command(commands.NoFields, shows=schemas.Calendar, location="/v1/calendars/{id}", show=_fetch_calendar, roles=WRITERS)
def revoke_calendar(connection: Connection, _: dict[str, Any], calendar_id: UUID) -> BodyAndSecrets:
    """Revoke a calendar: its address opens nothing any more."""
    return stores().register.calendars.revoke(connection, calendar_id, expected=expected_version()).as_dict(), {}


def _list_calendars() -> Response:
    """List one's own calendars, revoked ones too; admins see all. Never their secrets."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    whose = None if g.token.role is Role.ADMIN else caller_id()
    found = stores().register.calendars.page(person_id=whose, after=query["after"], limit=query["limit"] + 1)
    body = page_response(
        [each.as_dict() for each in found], [query["after"] + n for n in range(1, len(found) + 1)], query["limit"]
    )
    return responses.json_response(body, 200, position=None, **next_page_headers(body))


def _read_calendar(calendar_id: UUID) -> Response:
    """Read a calendar's entry; never its secret."""
    queries.NoQuery().load(request.args)
    calendar, position = _fetch_calendar(calendar_id), stores().log.head().position
    tag = responses.etag(calendar["version"], None, stores().register.people.refresh_revision())
    if responses.etag_matches(tag):
        return responses.not_modified_response(tag, position)
    return responses.json_response(calendar, 200, tag=tag, position=position)


def _read_ics(secret: str) -> Response:
    """The calendar itself, as iCalendar: the secret in the address opens it, no token is asked for."""
    calendar, moment = stores().register.calendars.find_live_by_secret(secret), current_moment()
    with stores().views.connect() as connection:
        judged = [CycleRules(row, moment) for row in lookups.fetch_rows_at(connection, CycleRow, moment.position)]
        name = _calendar_name(connection, moment, calendar)
        body = due_calendar.build_calendar(connection, moment, judged, name, *_conditions(connection, moment, calendar))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if responses.etag_matches(tag):
        return responses.with_cache_headers(Response(status=304), tag, None)
    return responses.with_cache_headers(Response(body, content_type="text/calendar; charset=utf-8"), tag, None)


def _conditions(connection: Connection, moment: Moment, calendar: Calendar) -> list[ColumnElement[bool]]:
    if calendar.unit:
        return [objectives.c.unit_id.in_(lookups.fetch_unit_subtree(connection, calendar.unit, moment.position))]
    return [key_results.c.owner == str(calendar.owner)]


def _calendar_name(connection: Connection, moment: Moment, calendar: Calendar) -> str:
    """Whose due list it is."""
    ids = {id for id in (calendar.unit, calendar.owner) if id}
    names = stores().register.people.names_by_id(ids)
    known = select(units.c.name).where(units.c.id.in_(map(str, ids)), valid_at(units, moment.position))
    return f"Check-ins: {next(iter(names.values()), None) or connection.scalar(known)}"


blueprint.get("/v1/calendars")(
    document_operation(require_role(WRITERS)(_list_calendars), query=queries.Paged, shows=page_schema(schemas.Calendar))
)
blueprint.get("/v1/calendars/<uuid:calendar_id>")(
    document_operation(require_role(WRITERS)(_read_calendar), query=queries.NoQuery, shows=schemas.Calendar)
)
blueprint.get("/v1/calendars/<string:secret>.ics")(document_operation(_read_ics, shows=None, forms=(ICS,), public=True))
