"""Commands on the register: people, tokens and calendars. They live beside the log, with answered keys of their own."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import ADMINS, require_role
from api.http.command_endpoint import idempotency_key, is_dry_run
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.strict_json import parse_body
from okr_events.event_log import idempotency
from okr_events.event_log.idempotency import CommandResult, IdempotencyKey
from okr_events.register.register import statement_runner
from okr_events.register.tokens import Role

View = Callable[..., Any]
BodyAndSecrets = tuple[dict[str, Any], dict[str, Any]]
"""What is shown every time, and what is shown only the first time: secrets."""


def register_command(
    schema: type[Schema],
    *,
    shows: Any,
    location: str,
    show: Callable[[UUID], dict[str, Any]],
    status: int = 200,
    roles: tuple[Role, ...] = ADMINS,
) -> Callable[[View], View]:
    """Make a view of a function that takes a connection, the body's fields and the path's ids, and gives a `Told`.

    `show` reads the thing behind an id; it raises `NotFound`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(**ids: UUID) -> Response:
            body = parse_body(request)
            rehearse = is_dry_run()
            key = None if rehearse else idempotency_key()
            with stores().register.write_transaction() as connection:
                before = idempotency.find_result(statement_runner(connection), key) if key else None
                if before is None:
                    for id in ids.values():
                        show(id)
                    fields: dict[str, Any] = schema().load(body)
                    fields.pop("reason", None)
                    told, once = view(connection, fields, **ids)
                    answer = _store_answer(connection, key, told, status)
                    if rehearse:
                        connection.rollback()
            if before:
                return _respond(before, show(before.id), location) if before.id else Response(status=before.status)
            return _respond(answer, told if rehearse else {**told, **once}, location, rehearsed=rehearse)

        return document_operation(require_role(roles)(answered), body=schema, shows=shows, status=status)

    return decorate


def _store_answer(connection: Connection, key: IdempotencyKey | None, told: dict[str, Any], status: int) -> CommandResult:
    answer = CommandResult(status, UUID(told["id"]), told["version"], stores().log.head().position, 0)
    if key:
        idempotency.insert_result(statement_runner(connection), key, answer)
    return answer


def _respond(answer: CommandResult, shown: dict[str, Any], location: str, *, rehearsed: bool = False) -> Response:
    headers = {"Location": location.format(id=answer.id)}
    if answer.replayed:
        headers["Idempotency_Replayed"] = "true"
    position = None if rehearsed else answer.position
    tag = None if rehearsed else responses.etag(shown["version"], None, stores().register.people.refresh_revision())
    return responses.json_response({**shown, "position": position}, answer.status, tag=tag, position=position, **headers)
