"""Calendar feeds of the due list: made and revoked by who they belong to, read by whoever has the address."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Connection, select

from api.http import responses
from api.http.authentication import WRITERS, allowed, caller
from api.http.command_endpoint import if_match
from api.http.content_negotiation import Form
from api.http.context import stores
from api.http.operation_docs import documented
from api.http.query_endpoint import link_to_next, listed, now
from api.http.register_endpoint import Told, register_command
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.domain.errors import Forbidden, Invalid, NotFound, Unknown
from okr_events.domain.unit import Unit
from okr_events.register.calendars import Calendar
from okr_events.register.tokens import Role
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.queries import due_calendar
from projections.store import lookups
from projections.store.tables import at, cycles, key_results, objectives, units

blueprint = Blueprint("calendars", __name__, description="The due list as a calendar to subscribe to.")
ICS = Form("ics", "text/calendar", lambda _: b"")


class OwnerOrUnit(Invalid):
    code = "owner-or-unit"
    title = "A calendar is that of an owner or of a unit: name one of the two."


class NotYourCalendar(Forbidden):
    code = "not-your-calendar"
    title = "A member has calendars of their own due list and of units."


def _shown(id: UUID) -> dict[str, Any]:
    """A feed as it is told to whom it belongs, and to admins; to others there is none."""
    with stores().register.engine.connect() as connection:
        calendar = stores().register.calendars.one(connection, id)
    if g.token.role is not Role.ADMIN and calendar.person_id != caller():
        raise NotFound
    return calendar.as_dict()


@blueprint.post("/v1/calendars")
@register_command(
    commands.CalendarIssue,
    shows=schemas.IssuedCalendar,
    location="/v1/calendars/{id}",
    show=_shown,
    status=201,
    roles=WRITERS,
)
def issue_calendar(connection: Connection, fields: dict[str, Any]) -> Told:
    """Make a calendar of what is due for an owner, or in a unit and all below it; the answer shows its address once."""
    _check(**fields)
    calendar, secret = stores().register.calendars.issue(connection, person_id=caller(), **fields)
    return calendar.as_dict(), {"secret": secret, "url": f"{request.host_url}v1/calendars/{secret}.ics"}


def _check(owner: UUID | None = None, unit: UUID | None = None) -> None:
    okrs = stores().okrs
    if (owner is None) == (unit is None):
        raise OwnerOrUnit("")
    if unit and not okrs.exists(Unit, unit):
        raise Unknown("/unit", "There is no unit with this id.")
    if owner and not (stores().register.people.exists(owner) or okrs.exists(Unit, owner)):
        raise Unknown("/owner", "There is no person or unit with this id.")
    if owner and g.token.role is Role.MEMBER and owner != caller() and not okrs.exists(Unit, owner):
        raise NotYourCalendar


@blueprint.post("/v1/calendars/<uuid:calendar_id>/revocation")
@register_command(commands.NoFields, shows=schemas.Calendar, location="/v1/calendars/{id}", show=_shown, roles=WRITERS)
def revoke_calendar(connection: Connection, _: dict[str, Any], calendar_id: UUID) -> Told:
    """Revoke a calendar: its address opens nothing any more."""
    return stores().register.calendars.revoke(connection, calendar_id, expected=if_match()).as_dict(), {}


def _list_calendars() -> Response:
    """List one's own calendars, revoked ones too; admins see all. Never their secrets."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    whose = None if g.token.role is Role.ADMIN else caller()
    found = stores().register.calendars.page(person_id=whose, after=query["after"], limit=query["limit"] + 1)
    body = listed([each.as_dict() for each in found], [query["after"] + n for n in range(1, len(found) + 1)], query["limit"])
    return responses.answer(body, 200, position=None, **link_to_next(body))


def _one_calendar(calendar_id: UUID) -> Response:
    """Read a calendar's entry; never its secret."""
    queries.NoQuery().load(request.args)
    calendar, position = _shown(calendar_id), stores().log.head().position
    tag = responses.etag(calendar["version"], None, stores().register.people.revision())
    if responses.unchanged(tag):
        return responses.not_modified(tag, position)
    return responses.answer(calendar, 200, tag=tag, position=position)


def _feed(secret: str) -> Response:
    """The calendar itself, as iCalendar: the secret in the address opens it, no token is asked for."""
    calendar, moment = stores().register.calendars.opened(secret), now()
    with stores().views.reading() as connection:
        rules = connection.execute(select(cycles).where(at(cycles, moment.position)).order_by(cycles.c.created))
        judged = [CycleRules(row, moment) for row in rules]
        name = _name(connection, moment, calendar)
        body = due_calendar.written(connection, moment, judged, name, *_chosen(connection, moment, calendar))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if responses.unchanged(tag):
        return responses.stamped(Response(status=304), tag, None)
    return responses.stamped(Response(body, content_type="text/calendar; charset=utf-8"), tag, None)


def _chosen(connection: Connection, moment: Moment, calendar: Calendar) -> list[ColumnElement[bool]]:
    if calendar.unit:
        return [objectives.c.unit_id.in_(lookups.below(connection, calendar.unit, moment.position))]
    return [key_results.c.owner == str(calendar.owner)]


def _name(connection: Connection, moment: Moment, calendar: Calendar) -> str:
    """Whose due list it is."""
    ids = {id for id in (calendar.unit, calendar.owner) if id}
    names = stores().register.people.names_of(ids)
    known = select(units.c.name).where(units.c.id.in_(map(str, ids)), at(units, moment.position))
    return f"Check-ins: {next(iter(names.values()), None) or connection.scalar(known)}"


blueprint.get("/v1/calendars")(
    documented(allowed(WRITERS)(_list_calendars), query=queries.Paged, shows=schemas.listing(schemas.Calendar))
)
blueprint.get("/v1/calendars/<uuid:calendar_id>")(
    documented(allowed(WRITERS)(_one_calendar), query=queries.NoQuery, shows=schemas.Calendar)
)
blueprint.get("/v1/calendars/<string:secret>.ics")(documented(_feed, shows=None, forms=(ICS,), public=True))
