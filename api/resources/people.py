"""People: their names and e-mail addresses, kept in the register and erasable."""

from dataclasses import replace
from uuid import UUID

import structlog
from flask import request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http.authentication import ADMINS, READERS
from api.http.command_endpoint import ResponseSpec, command, expected_version
from api.http.context import ReadContext, stores
from api.http.query_endpoint import QueryContext, page_response, read
from api.http.register_endpoint import BodyAndSecrets, register_command, register_query
from api.operations.stores import Stores
from api.representations.decryption import decrypt
from api.schemas import commands, queries
from api.schemas import people as schemas
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from okr_events.register.people import PersonRecord
from okr_events.register.tokens import Token
from okr_events.register.tombstones import Tombstone
from projections.queries.responsibilities import fetch_responsibilities

blueprint = Blueprint("people", __name__, description="People, with their names and e-mail addresses.")
LOCATION = "/v1/people/{id}"


def _fetch_person(id: UUID) -> JsonObject:
    return stores().register.people.get(id).as_dict()


@blueprint.post("/v1/people")
@register_command(schemas.PersonAddition, response=schemas.Person, location=LOCATION, fetch=_fetch_person, status=201)
def add_person(connection: Connection, fields: JsonObject) -> BodyAndSecrets:
    """Add a person."""
    return stores().register.people.add(connection, **fields).as_dict(), {}


@blueprint.patch("/v1/people/<uuid:person_id>")
@register_command(schemas.PersonChange, response=schemas.Person, location=LOCATION, fetch=_fetch_person)
def change_person(connection: Connection, fields: JsonObject, person_id: UUID) -> BodyAndSecrets:
    """Change a person's name or e-mail address."""
    expected = expected_version(request)
    return stores().register.people.change(connection, person_id, expected=expected, **fields).as_dict(), {}


def _require_person(stores: Stores, _: Token, person_id: UUID, __: JsonObject) -> None:
    stores.register.people.get(person_id)


def _finish_erasures(stores: Stores) -> None:
    """Erase the register's data of all people whom the log says were erased, also by an earlier request that failed."""
    stores.okrs.finish_erasures()
    if remaining := stores.register.people.list_not_overwritten():
        message = "files of the register still hold erased data: restart the server"
        structlog.get_logger().error(message, people=len(remaining))


def _serialize_erased(context: ReadContext, id: UUID) -> JsonObject:
    """The erased person; in a dry run as erasing would leave them."""
    person = context.stores.register.people.get(id)
    expected = PersonRecord.from_tombstone(Tombstone(id, person.version + 1, person.added, overwritten=True))
    return (person if person.erased else expected).as_dict()


ERASURE_RESPONSE = replace(ResponseSpec.for_id(_serialize_erased, LOCATION, schemas.Person), before_response=_finish_erasures)


@blueprint.post("/v1/people/<uuid:person_id>/erasure")
@command(commands.NoFields, roles=ADMINS, response=ERASURE_RESPONSE, guard=_require_person)
def erase_person(intent: Intent, _: JsonObject, person_id: UUID) -> CommandResult:
    """Erase a person: destroy their name, address and encryption key, revoke their tokens and calendars. Requires a reason.

    What they owned and when they recorded something stays, under their id. Admins cannot erase themselves.
    """
    return stores().okrs.erase_person(intent, person_id)


@blueprint.get("/v1/people/<uuid:person_id>/responsibilities")
@read(queries.AsOf, response=schemas.Responsibilities)
def responsibilities(context: QueryContext, person_id: UUID) -> JsonObject:
    """List what a person owns, contributes to, has to do and has to confirm, and since when."""
    register = context.stores.register
    register.people.get(person_id)
    items = fetch_responsibilities(context.connection, context.moment, str(person_id))
    return {**context.moment.as_dict(), "person_id": str(person_id), **decrypt(register.keys, items)}


@blueprint.get("/v1/people")
@register_query(queries.Paged, response=page_schema(schemas.Person), roles=READERS, tag_by_revision=True)
def list_people(query: JsonObject) -> JsonObject:
    """List people, without those who were erased."""
    people = stores().register.people.page(after=query["after"], limit=query["limit"] + 1)
    return page_response([person.as_dict() for person in people], [person.added for person in people], query["limit"])


@blueprint.get("/v1/people/<uuid:person_id>")
@register_query(queries.NoQuery, response=schemas.Person, roles=READERS)
def read_person(_: JsonObject, person_id: UUID) -> JsonObject:
    """Read a person. An erased person has a mark in place of the name."""
    return _fetch_person(person_id)
