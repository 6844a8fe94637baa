"""People: their names and e-mail addresses, kept in the register and erasable."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import ADMINS, READERS, require_role
from api.http.command_endpoint import ResponseSpec, command, expected_version
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.query_endpoint import QueryContext, next_page_headers, page_response, read
from api.http.register_endpoint import BodyAndSecrets, register_command
from api.schemas import commands, queries
from api.schemas import people as schemas
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.event_log.idempotency import CommandResult
from okr_events.register.people import PersonRecord
from okr_events.register.tombstones import Tombstone
from projections.moment import Moment
from projections.queries.responsibilities import fetch_responsibilities

blueprint = Blueprint("people", __name__, description="Opaque ids in the log, names in the register.")


def _fetch_person(id: UUID) -> dict[str, Any]:
    return stores().register.people.get(id).as_dict()


@blueprint.post("/v1/people")
@register_command(schemas.PersonAddition, shows=schemas.Person, location="/v1/people/{id}", show=_fetch_person, status=201)
def add_person(connection: Connection, fields: dict[str, Any]) -> BodyAndSecrets:
    """Add a person."""
    return stores().register.people.add(connection, **fields).as_dict(), {}


@blueprint.patch("/v1/people/<uuid:person_id>")
@register_command(schemas.PersonChange, shows=schemas.Person, location="/v1/people/{id}", show=_fetch_person)
def change_person(connection: Connection, fields: dict[str, Any], person_id: UUID) -> BodyAndSecrets:
    """Change a person's name or e-mail address."""
    return stores().register.people.change(connection, person_id, expected=expected_version(), **fields).as_dict(), {}


def _require_person(person_id: UUID, **_: Any) -> None:
    stores().register.people.get(person_id)


def _finish_erasures() -> None:
    """Destroy whatever is left of people whom the log says were erased: it may be what an earlier request left."""
    stores().okrs.finish_erasures()
    if left := stores().register.people.list_not_overwritten():
        structlog.get_logger().error("files still hold what was erased: start the server again", people=len(left))


def _serialize_erased(_: Connection, __: Moment, id: UUID) -> dict[str, Any]:
    """The person as they are told from now on, also where that is only rehearsed."""
    person = stores().register.people.get(id)
    rehearsed = PersonRecord.from_tombstone(Tombstone(id, person.version + 1, person.added, overwritten=True))
    return (person if person.erased else rehearsed).as_dict()


ERASURE_RESPONSE = replace(
    ResponseSpec.for_id(_serialize_erased, "/v1/people/{id}", schemas.Person), before_response=_finish_erasures
)


@blueprint.post("/v1/people/<uuid:person_id>/erasure")
@command(commands.NoFields, roles=ADMINS, shows=ERASURE_RESPONSE, owned=_require_person)
def erase_person(intent: Intent, _: dict[str, Any], person_id: UUID) -> CommandResult:
    """Erase a person: name, address and the key of their words are destroyed, their tokens and feeds revoked; needs a reason.

    What they owned and when they recorded something stays, under an opaque id; nobody erases themselves.
    """
    return stores().okrs.erase_person(intent, person_id)


@blueprint.get("/v1/people/<uuid:person_id>/responsibilities")
@read(queries.AsOf, shows=schemas.Responsibilities)
def responsibilities(reading: QueryContext, person_id: UUID) -> dict[str, Any]:
    """What is somebody's: owned, contributed to, to be done, to be confirmed; and since when."""
    _require_person(person_id)
    held = fetch_responsibilities(reading.connection, reading.moment, str(person_id))
    return {**reading.moment.as_dict(), "person_id": str(person_id), **responses.decrypt(held)}


def _list_people() -> Response:
    """List people, without those who were erased."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    revision = stores().register.people.refresh_revision()
    tag = responses.etag(revision, None, revision)
    if responses.etag_matches(tag):
        return responses.not_modified_response(tag, stores().log.head().position)
    people = stores().register.people.page(after=query["after"], limit=query["limit"] + 1)
    body = page_response([person.as_dict() for person in people], [person.added for person in people], query["limit"])
    return responses.json_response(body, 200, tag=tag, position=stores().log.head().position, **next_page_headers(body))


def _read_person(person_id: UUID) -> Response:
    """Read a person; of one who was erased there is a mark in place of the name."""
    queries.NoQuery().load(request.args)
    revision = stores().register.people.refresh_revision()
    person = _fetch_person(person_id)
    tag = responses.etag(person["version"], None, revision)
    if responses.etag_matches(tag):
        return responses.not_modified_response(tag, stores().log.head().position)
    return responses.json_response(person, 200, tag=tag, position=stores().log.head().position)


blueprint.get("/v1/people")(
    document_operation(require_role(READERS)(_list_people), query=queries.Paged, shows=page_schema(schemas.Person))
)
blueprint.get("/v1/people/<uuid:person_id>")(
    document_operation(require_role(READERS)(_read_person), query=queries.NoQuery, shows=schemas.Person)
)
