"""Endpoints over the register, which holds people, tokens and calendars beside the log, with idempotency keys of its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate
from uuid import UUID

from flask import Request, Response, request
from marshmallow import Schema
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import ADMINS, require_role
from api.http.command_endpoint import expected_version, idempotency_key
from api.http.context import P, caller, stores
from api.http.openapi import document_operation
from api.http.query_endpoint import next_page_headers
from api.http.query_parameters import is_dry_run, parse_query
from api.http.strict_json import parse_body
from api.operations.stores import Stores
from api.schemas.fields import CommandSchema
from okr_events.event_log import idempotency
from okr_events.event_log.idempotency import CommandResult, IdempotencyKey
from okr_events.json_types import JsonObject
from okr_events.register.register import statement_runner
from okr_events.register.tokens import Role

BodyAndSecrets = tuple[JsonObject, JsonObject]
"""What every response shows, and the secrets that only the first one shows."""


def register_command(
    schema: type[CommandSchema],
    *,
    response: type[Schema],
    location: str,
    fetch: Callable[[UUID], JsonObject],
    status: int = 200,
    roles: tuple[Role, ...] = ADMINS,
) -> Callable[[Callable[Concatenate[Connection, JsonObject, P], BodyAndSecrets]], Callable[P, Response]]:
    """Turn a function of a connection, the body's fields and the path's ids, which returns `BodyAndSecrets`, into an endpoint.

    `fetch` returns the entry with an id, or raises `NotFound`.
    """

    def decorate(view: Callable[Concatenate[Connection, JsonObject, P], BodyAndSecrets]) -> Callable[P, Response]:
        @wraps(view)
        def endpoint(*args: P.args, **ids: P.kwargs) -> Response:
            backend, body, dry_run = stores(), parse_body(request, keep_nulls=schema.keeps_nulls), is_dry_run(request)
            key = idempotency_key(request, backend.register, caller().person_id, dry_run=dry_run)
            with backend.register.write_transaction() as connection:
                earlier = _find_earlier(backend, connection, key) if key else None
                if earlier is None:
                    for id in (request.view_args or {}).values():
                        fetch(id)
                    fields: JsonObject = schema().load(body)
                    fields.pop("reason", None)
                    expected_version(request)  # what is no version is refused also where a new entry has none yet
                    entry, secrets = view(connection, fields, *args, **ids)
                    result = _store_result(backend, connection, key, entry, status)
                    if dry_run:
                        connection.rollback()
            if earlier and not earlier.id:
                return Response(status=earlier.status)
            if earlier and earlier.id:
                return _respond(request, backend, earlier, fetch(earlier.id), location)
            return _respond(request, backend, result, entry if dry_run else {**entry, **secrets}, location, dry_run=dry_run)

        return document_operation(require_role(roles)(endpoint), body=schema, response=response, status=status)

    return decorate


def _find_earlier(stores: Stores, connection: Connection, key: IdempotencyKey) -> CommandResult | None:
    """The answer to an earlier request. Raises `IdempotencyKeyReused`, also when a command of the log has used the key."""
    return idempotency.find_result(statement_runner(connection), key) or stores.log.find_result(key)


def _store_result(
    stores: Stores, connection: Connection, key: IdempotencyKey | None, entry: JsonObject, status: int
) -> CommandResult:
    """The result, stored under the key. Raises `IdempotencyKeyReused` when a command of the log has used it meanwhile.

    The transaction is committed under the append lock, so that a command of the log with this key comes before or after it.
    """
    result = CommandResult(status, UUID(entry["id"]), entry["version"], 0, 0)
    if key is None:
        return replace(result, position=stores.log.head().position)
    with stores.log.append_transaction() as run:
        head, _ = stores.log.lock_head(run)
        idempotency.find_result(run, key)
        result = replace(result, position=head.position)
        idempotency.insert_result(statement_runner(connection), key, result)
        connection.commit()
    return result


def _respond(
    request: Request, stores: Stores, result: CommandResult, entry: JsonObject, location: str, *, dry_run: bool = False
) -> Response:
    headers = responses.location(request, location.format(id=result.id))
    if result.replayed:
        headers["Idempotency_Replayed"] = "true"
    position = None if dry_run else result.position
    revision = stores.register.people.refresh_revision()
    tag = None if dry_run else responses.etag(request, entry["version"], None, revision)
    return responses.json_response({**entry, "position": position}, result.status, tag=tag, position=position, **headers)


def register_query(
    query: type[Schema], *, response: type[Schema], roles: tuple[Role, ...] = ADMINS, tag_by_revision: bool = False
) -> Callable[[Callable[Concatenate[JsonObject, P], JsonObject]], Callable[P, Response]]:
    """Turn a function of the query parameters and the path's ids, which returns an entry or a page, into an endpoint.

    An entry's ETag begins with its version, a page's with the people's revision where `tag_by_revision`; others have none.
    """

    def decorate(view: Callable[Concatenate[JsonObject, P], JsonObject]) -> Callable[P, Response]:
        @wraps(view)
        def endpoint(*args: P.args, **ids: P.kwargs) -> Response:
            parameters = parse_query(query, request.args)
            people, log = stores().register.people, stores().log
            revision = people.refresh_revision()
            body = view(parameters, *args, **ids)
            stamp = revision if tag_by_revision else body.get("version")
            tag = responses.etag(request, stamp, None, revision) if stamp is not None else None
            position = log.head().position if tag else None
            if tag and responses.is_unwanted(request, tag):
                return responses.not_modified_response(tag, position)
            return responses.json_response(body, 200, tag=tag, position=position, **next_page_headers(request, body))

        return document_operation(require_role(roles)(endpoint), query=query, response=response)

    return decorate
