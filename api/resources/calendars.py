"""Calendars of the due list: issued and revoked by their person, read by anyone who has the secret address."""

from hashlib import sha256
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Connection, select

from api.http import responses
from api.http.authentication import WRITERS
from api.http.command_endpoint import expected_version
from api.http.content_negotiation import MediaFormat
from api.http.context import ReadContext, caller, stores
from api.http.openapi import document_operation
from api.http.query_endpoint import current_moment, page_response
from api.http.register_endpoint import BodyAndSecrets, register_command, register_query
from api.operations.stores import Stores
from api.representations.query_scope import all_cycle_rules
from api.schemas import calendars as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.domain.errors import Forbidden, Invalid, NotFound, UnknownId
from okr_events.domain.unit import Unit
from okr_events.json_types import JsonObject
from okr_events.register.calendar_feeds import Calendar
from okr_events.register.tokens import Role, Token
from projections.queries import due_calendar
from projections.store import lookups
from projections.store.tables import key_results, objectives, units, valid_at

blueprint = Blueprint("calendars", __name__, description="The due list as a calendar to subscribe to.")
ICS = MediaFormat("ics", "text/calendar", lambda _: b"")
LOCATION = "/v1/calendars/{id}"


class OwnerOrUnit(Invalid):
    code = "owner-or-unit"
    title = "A calendar needs either an owner or a unit."


class NotYourCalendar(Forbidden):
    code = "not-your-calendar"
    title = "Members can only have calendars of their own due list and of units."


def _fetch_calendar(id: UUID) -> JsonObject:
    """A calendar's entry, for its person and for admins. Raises `NotFound`, for others too."""
    with stores().register.connect() as connection:
        calendar = stores().register.calendars.get(connection, id)
    if caller().role is not Role.ADMIN and calendar.person_id != caller().person_id:
        raise NotFound
    return calendar.as_dict()


@blueprint.post("/v1/calendars")
@register_command(
    schemas.CalendarIssue, response=schemas.IssuedCalendar, location=LOCATION, fetch=_fetch_calendar, status=201, roles=WRITERS
)
def issue_calendar(connection: Connection, fields: JsonObject) -> BodyAndSecrets:
    """Issue a calendar of what is due for an owner, or in a unit and all below it. Only this response has its address."""
    _check_owner_or_unit(stores(), caller(), **fields)
    calendar, secret = stores().register.calendars.issue(connection, person_id=caller().person_id, **fields)
    return calendar.as_dict(), {"secret": secret, "url": f"{request.root_url}v1/calendars/{secret}.ics"}


def _check_owner_or_unit(stores: Stores, caller: Token, owner: UUID | None = None, unit: UUID | None = None) -> None:
    okrs = stores.okrs
    if (owner is None) == (unit is None):
        raise OwnerOrUnit("")
    if unit and not okrs.exists(Unit, unit):
        raise UnknownId("/unit", f"No unit has the id {unit}.")
    if owner and not (stores.register.people.exists(owner) or okrs.exists(Unit, owner)):
        raise UnknownId("/owner", f"No person or unit has the id {owner}.")
    if owner and caller.role is Role.MEMBER and owner != caller.person_id and not okrs.exists(Unit, owner):
        raise NotYourCalendar


@blueprint.post("/v1/calendars/<uuid:calendar_id>/revocation")
@register_command(commands.NoFields, response=schemas.Calendar, location=LOCATION, fetch=_fetch_calendar, roles=WRITERS)
def revoke_calendar(connection: Connection, _: JsonObject, calendar_id: UUID) -> BodyAndSecrets:
    """Revoke a calendar: its address stops working."""
    expected = expected_version(request)
    return stores().register.calendars.revoke(connection, calendar_id, expected=expected).as_dict(), {}


@blueprint.get("/v1/calendars")
@register_query(queries.Paged, response=page_schema(schemas.Calendar), roles=WRITERS)
def list_calendars(query: JsonObject) -> JsonObject:
    """List your own calendars, with revoked ones; admins see all. Secrets are not shown."""
    person_id, after = None if caller().role is Role.ADMIN else caller().person_id, query["after"]
    calendars = stores().register.calendars.page(person_id=person_id, after=after, limit=query["limit"] + 1)
    cursors = [after + n for n in range(1, len(calendars) + 1)]
    return page_response([calendar.as_dict() for calendar in calendars], cursors, query["limit"])


@blueprint.get("/v1/calendars/<uuid:calendar_id>")
@register_query(queries.NoQuery, response=schemas.Calendar, roles=WRITERS)
def read_calendar(_: JsonObject, calendar_id: UUID) -> JsonObject:
    """Read a calendar's entry, without its secret."""
    return _fetch_calendar(calendar_id)


def _read_ics(secret: str) -> Response:
    """Read a calendar as iCalendar. The secret in the address replaces a token."""
    backend = stores()
    calendar, moment = backend.register.calendars.find_live_by_secret(secret), current_moment(backend)
    with backend.views.connect() as connection:
        context = ReadContext(backend, connection, moment)
        conditions = _conditions(context, calendar)
        name, rules = _calendar_name(context, calendar), all_cycle_rules(context)
        body = due_calendar.build_calendar(connection, moment, rules, name, *conditions)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if responses.is_unwanted(request, tag):
        return responses.not_modified_response(tag, None)
    return responses.with_cache_headers(Response(body, content_type="text/calendar; charset=utf-8"), tag, None)


def _conditions(context: ReadContext, calendar: Calendar) -> list[ColumnElement[bool]]:
    if calendar.unit:
        unit_ids = lookups.fetch_unit_subtree(context.connection, calendar.unit, context.position)
        return [objectives.c.unit_id.in_(unit_ids)]
    return [key_results.c.owner == str(calendar.owner)]


def _calendar_name(context: ReadContext, calendar: Calendar) -> str:
    """The calendar's title, with the name of its owner or unit."""
    ids = {id for id in (calendar.unit, calendar.owner) if id}
    names = context.stores.register.people.names_by_id(ids)
    unit_name = select(units.c.name).where(units.c.id.in_(map(str, ids)), valid_at(units, context.position))
    return f"Check-ins: {next(iter(names.values()), None) or context.connection.scalar(unit_name)}"


blueprint.get("/v1/calendars/<string:secret>.ics")(document_operation(_read_ics, response=None, formats=(ICS,), public=True))
