"""Commands: authorise, parse, look the key up, check, record, and render the answer as of its own position."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from eventsourcing.domain import Aggregate
from flask import Response, request
from marshmallow import Schema
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.http import responses
from api.http.authentication import caller_id, require_role
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.strict_json import parse_body
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Invalid, NotFound, OKRError, Unavailable
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.event_log.recorder import DryRunCompleted
from okr_events.register.tokens import Role
from projections import moment
from projections.moment import Moment

View = Callable[..., Any]
SerializeAnswer = Callable[[Connection, Moment, CommandResult], dict[str, Any]]
MAX_KEY_LENGTH = 255
NOBODY = UUID(int=0)


class InvalidHeader(Invalid):
    code = "wrong-header"
    title = "The header cannot be read."


class UnknownParameter(Invalid):
    code = "unknown-parameter"
    title = "A command takes the query parameter `dry_run` and no other."


class InvalidDryRun(Invalid):
    code = "wrong-dry-run"
    title = "`dry_run` is `true` or `false`."


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """How a command's answer is shown, where the thing lives, and its schema; `first` is done before it is shown, whether it
    was recorded just now or by an earlier request.
    """

    serialize: SerializeAnswer
    location: str | None
    schema: Any
    before_response: Callable[[], None] | None = None

    @classmethod
    def for_id(cls, show: Callable[[Connection, Moment, UUID], dict[str, Any]], location: str, schema: Any) -> "ResponseSpec":
        """A single thing, found by its id."""
        return cls(lambda connection, moment, answer: show(connection, moment, answer.id or NOBODY), location, schema)


def command(
    schema: type[Schema],
    *,
    roles: tuple[Role, ...],
    shows: ResponseSpec,
    status: int = 200,
    on: tuple[str, type[Aggregate]] | None = None,
    owned: Callable[..., None] | None = None,
) -> Callable[[View], View]:
    """Make a view of a function that takes an `Intent`, the body's fields and the path's ids, and gives an `Answer`.

    `on` names the path's id and the kind of thing that it must be; `owned` raises when a member may not touch it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(**ids: UUID) -> Response:
            body = parse_body(request)
            rehearse = is_dry_run()
            key = None if rehearse else idempotency_key()
            if key and (before := stores().log.find_result(key)):
                return _respond(before, shows)
            try:
                return first(body, key, rehearse=rehearse, **ids)
            except OKRError:
                if key and (before := stores().log.find_result(key)):
                    return _respond(before, shows)  # the same request was faster, and changed what this one met
                raise

        def first(body: dict[str, Any], key: IdempotencyKey | None, *, rehearse: bool, **ids: UUID) -> Response:
            if on and not stores().okrs.exists(on[1], ids[on[0]]):
                raise NotFound
            if owned:
                owned(body=body, **ids)
            fields: dict[str, Any] = schema().load(body)
            intent = Intent(caller_id(), fields.pop("reason", None), expected_version(), key, rehearse)
            return _execute(lambda: view(intent, fields, **ids), shows, rehearse=rehearse)

        return document_operation(require_role(roles)(answered), body=schema, shows=shows.schema, status=status)

    return decorate


def _execute(decide: Callable[[], CommandResult], shows: ResponseSpec, *, rehearse: bool) -> Response:
    try:
        recorded = decide()
    except DuplicateRequest as before:
        return _respond(before.result, shows)
    except DryRunCompleted as rehearsal:
        return _respond_to_dry_run(rehearsal, shows)
    return _respond(recorded, shows, told=not rehearse)


def _respond(answer: CommandResult, shows: ResponseSpec, *, told: bool = True) -> Response:
    """The answer as of its own position; when views or register fail, id, version and position alone: it is recorded."""
    own, position = stores(), answer.position if told else None
    if told and shows.before_response:
        shows.before_response()
    try:
        own.views.catch_up()
        revision = own.register.people.refresh_revision()
        at = moment.moment_at_position(own.log, answer.position, own.okrs.time_zone()) if answer.position else None
        with own.views.connect() as connection:
            body = shows.serialize(connection, at, answer) if at else {}
        tag = responses.etag(answer.version, at, revision) if answer.version and position else None
    except (Unavailable, SQLAlchemyError) as error:
        structlog.get_logger().warning("answered without a body", position=answer.position, exc_info=error)
        body, tag = {}, f'"{answer.version}"' if answer.version else None
    return _build_response(answer, shows, body, tag, position=position)


def _respond_to_dry_run(rehearsal: DryRunCompleted, shows: ResponseSpec) -> Response:
    """What the answer would be, from views that took the events in and then forgot them."""
    own = stores()
    with own.views.dry_run(rehearsal.recorded_events) as (connection, position):
        last = replace(rehearsal.result or CommandResult(200, None, None, 0, 0), position=position)
        at = moment.dry_run_moment(position, rehearsal.recorded_events[-1].recorded_at, own.okrs.time_zone())
        body = shows.serialize(connection, at, last)
    return _build_response(last, shows, body, None, position=None)


def _build_response(
    answer: CommandResult, shows: ResponseSpec, body: dict[str, Any], tag: str | None, *, position: int | None
) -> Response:
    id = {"id": str(answer.id), "version": answer.version} if answer.id else {}
    headers = {"Location": shows.location.format(id=answer.id)} if shows.location and answer.id else {}
    if answer.replayed:
        headers["Idempotency_Replayed"] = "true"
    return responses.json_response({**body, **id, "position": position}, answer.status, tag=tag, position=position, **headers)


def idempotency_key() -> IdempotencyKey | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    if not 1 <= len(text) <= MAX_KEY_LENGTH:
        raise InvalidHeader("/Idempotency-Key", f"1 to {MAX_KEY_LENGTH} characters.")
    return stores().register.idempotency_key(
        caller_id(), text, method=request.method, path=request.path, body=request.get_data()
    )


def expected_version() -> int | None:
    """The version that the client saw: `"<version>"`, or what stands before the dot of a read's ETag; `*` is any."""
    text = request.headers.get("If-Match")
    if text is None or text.strip() == "*":
        return None
    found = re.fullmatch(r'\s*(?:W/)?"(\d{1,18})(\.[0-9a-f]*)?"\s*', text)
    if not found:
        raise InvalidHeader("/If-Match", 'A version in quotes, such as "3", or the whole ETag of a read.')
    return int(found[1])


def is_dry_run() -> bool:
    """Whether this is only a rehearsal; a misspelt parameter must not turn it into a record."""
    unknown = [name for name in request.args if name != "dry_run"]
    if unknown:
        raise UnknownParameter(f"/{unknown[0]}")
    text = request.args.get("dry_run", "false").lower()
    if text not in {"true", "false"}:
        raise InvalidDryRun("/dry_run")
    return text == "true"
