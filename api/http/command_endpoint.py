"""Command endpoints: authorize, parse, look up the idempotency key, execute, and answer as of the command's own position."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Concatenate, TypeAlias
from uuid import UUID

import structlog
from eventsourcing.domain import Aggregate
from flask import Request, Response
from flask.globals import request_ctx
from marshmallow import Schema
from sqlalchemy.exc import SQLAlchemyError

from api.http import responses
from api.http.authentication import require_role
from api.http.context import P, ReadContext, SerializeById, caller, stores
from api.http.openapi import VERSION_PATTERN, document_operation
from api.http.query_endpoint import fetch_current_row
from api.http.query_parameters import is_dry_run
from api.http.recorded_context import RecordedContext
from api.http.strict_json import parse_body
from api.operations.stores import Stores
from api.schemas.fields import CommandSchema
from okr_events.commands.intent import Intent
from okr_events.commands.retry import decide_again
from okr_events.domain.errors import Invalid, NotFound, OKRError, Unavailable
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.json_types import JsonObject
from okr_events.register.register import Register
from okr_events.register.tokens import Role, Token
from projections import moment
from projections.event_rows import NeedsViews
from projections.moment import Moment
from projections.store.tables import VersionedRow

CommandView: TypeAlias = Callable[Concatenate[Intent, JsonObject, P], CommandResult]
Guard: TypeAlias = Callable[[Stores, Token, UUID, JsonObject], None]
"""Takes the path's first id and the body; raises when the caller owns neither."""
MAX_KEY_LENGTH = 255
NOBODY = UUID(int=0)


class InvalidHeader(Invalid):
    code = "wrong-header"
    title = "The header is invalid."
    located_by = "header"


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """How a command is answered: the serializer, the resource's location, the schema.

    `before_response` runs before the answer to the command itself and to its repetitions.
    """

    serialize: Callable[[ReadContext, CommandResult], JsonObject]
    location: str | None
    schema: type[Schema]
    before_response: Callable[[Stores], None] | None = None

    @classmethod
    def for_id(cls, serialize: SerializeById, location: str, schema: type[Schema]) -> "ResponseSpec":
        """Answer with the one resource that the command changed."""
        return cls(lambda context, result: serialize(context, result.id or NOBODY), location, schema)


def command(
    schema: type[CommandSchema],
    *,
    roles: tuple[Role, ...],
    response: ResponseSpec,
    status: int = 200,
    target: type[Aggregate] | type[VersionedRow] | None = None,
    guard: Guard | None = None,
) -> Callable[[CommandView[P]], Callable[P, Response]]:
    """Turn a function of an `Intent`, the body's fields and the path's ids, which returns a `CommandResult`, into an endpoint.

    `target` is the kind of aggregate or row that the path's first id must name; `guard` raises when the caller does not own it.
    """
    loader = schema()

    def decorate(view: CommandView[P]) -> Callable[P, Response]:
        @wraps(view)
        def endpoint(*args: P.args, **ids: P.kwargs) -> Response:
            request, backend, token = request_ctx.request, stores(), caller()
            body, dry_run = parse_body(request, keep_nulls=schema.keeps_nulls), is_dry_run(request)
            id: UUID = next(iter((request.view_args or {}).values()), NOBODY)
            key = idempotency_key(request, backend.register, token.person_id, dry_run=dry_run)
            respond = partial(_respond, request, backend, response)

            def execute() -> Response:
                if target:
                    _require_target(backend, target, id)
                if guard:
                    guard(backend, token, id, body)
                fields: JsonObject = loader.load(body)
                intent = Intent(token.person_id, fields.pop("reason", None), expected_version(request), key, dry_run)
                attempt = view if intent.expected is None else decide_again(view)
                try:
                    return respond(attempt(intent, fields, *args, **ids), recorded=not dry_run)
                except DryRunCompleted as completed:
                    return _respond_to_dry_run(request, backend, response, completed)

            return _execute_once(backend, key, execute, respond)

        return document_operation(require_role(roles)(endpoint), body=schema, response=response.schema, status=status)

    return decorate


def _require_target(stores: Stores, target: type[Aggregate] | type[VersionedRow], id: UUID) -> None:
    if issubclass(target, VersionedRow):
        fetch_current_row(stores, target, id)
    elif not stores.okrs.exists(target, id):
        raise NotFound


def _execute_once(
    stores: Stores, key: IdempotencyKey | None, execute: Callable[[], Response], respond: Callable[[CommandResult], Response]
) -> Response:
    """Execute the request, or repeat the response to an earlier request with the same key.

    The earlier request may be recorded while this one runs, and change the state that this one is checked against. A key that
    a register command has used is refused: it is another request's.
    """
    log = stores.log
    if key and (earlier := log.find_result(key) or stores.register.find_result(key)):
        return respond(earlier)
    try:
        return execute()
    except DuplicateRequest as duplicate:
        return respond(duplicate.result)
    except OKRError:
        if key and (earlier := log.find_result(key)):
            return respond(earlier)
        raise


def _respond(request: Request, stores: Stores, spec: ResponseSpec, result: CommandResult, *, recorded: bool = True) -> Response:
    """The response as of the command's position; id, version and position alone when the views or the register fail."""
    position = result.position if recorded else None
    if recorded and spec.before_response:
        spec.before_response(stores)
    try:
        revision = stores.register.people.revision()
        body, at = read_body(stores, spec, result) if result.position else ({}, None)
        tag = responses.etag(request, result.version, at, revision) if result.version and position else None
    except (Unavailable, SQLAlchemyError) as error:
        structlog.get_logger().warning("answered without a body", position=result.position, exc_info=error)
        body, tag = {}, f'"{result.version}"' if result.version else None
    return _build_response(request, result, spec, body, tag, position=position)


def read_body(stores: Stores, spec: ResponseSpec, result: CommandResult) -> tuple[JsonObject, Moment]:
    """The body and its moment: from the command's own events where they tell it all, else from the views."""
    if result.recorded:
        with suppress(NeedsViews):
            return read_from_events(stores, spec, result)
    stores.views.catch_up()
    at = moment.moment_at_position(stores.log, result.position, stores.okrs.time_zone())
    with stores.views.connect() as connection:
        return spec.serialize(ReadContext(stores, connection, at), result), at


def read_from_events(stores: Stores, spec: ResponseSpec, result: CommandResult) -> tuple[JsonObject, Moment]:
    """The body and its moment from the events alone. Raises `NeedsViews`."""
    context = RecordedContext.of(stores, result)
    return spec.serialize(context, result), context.moment


def _respond_to_dry_run(request: Request, stores: Stores, spec: ResponseSpec, completed: DryRunCompleted) -> Response:
    """The response that the command would have, from views with its events; they are rolled back."""
    with stores.views.dry_run(completed.recorded_events) as (connection, position):
        result = replace(completed.result or CommandResult(200, None, None, 0, 0), position=position)
        at = moment.dry_run_moment(position, completed.recorded_events[-1].time, stores.okrs.time_zone())
        body = spec.serialize(ReadContext(stores, connection, at), result)
    return _build_response(request, result, spec, body, None, position=None)


def _build_response(
    request: Request, result: CommandResult, spec: ResponseSpec, body: JsonObject, tag: str | None, *, position: int | None
) -> Response:
    id = {"id": str(result.id), "version": result.version} if result.id else {}
    headers = responses.location(request, spec.location.format(id=result.id)) if spec.location and result.id else {}
    if result.replayed:
        headers["Idempotency_Replayed"] = "true"
    return responses.json_response({**body, **id, "position": position}, result.status, tag=tag, position=position, **headers)


def idempotency_key(request: Request, register: Register, caller_id: UUID, *, dry_run: bool) -> IdempotencyKey | None:
    """The key of a request that is to be recorded. Raises `InvalidHeader`."""
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    if not 1 <= len(text) <= MAX_KEY_LENGTH:
        raise InvalidHeader("/Idempotency-Key", f"Idempotency-Key must have 1 to {MAX_KEY_LENGTH} characters.")
    if dry_run:
        return None
    return register.idempotency_key(caller_id, text, method=request.method, path=request.path, body=request.get_data())


def expected_version(request: Request) -> int | None:
    """The version in If-Match: `"<version>"` or a read's ETag, whose version stands before the dot; none for `*`."""
    text = request.headers.get("If-Match")
    if text is None:
        return None
    if not re.fullmatch(VERSION_PATTERN, text):
        raise InvalidHeader("/If-Match", 'If-Match must be a version in quotes, such as "3", or the ETag of a read.')
    version = re.search(r"\d+", text)
    return int(version[0]) if version else None
