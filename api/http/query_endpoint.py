"""Reads: bring the views to the head, find the moment asked about, answer or say that nothing changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from marshmallow import RAISE, Schema
from sqlalchemy import Connection, Table

from api.http import responses
from api.http.authentication import READERS, allowed
from api.http.content_negotiation import JSON, Form, asked, varying, with_format
from api.http.context import stores
from api.http.operation_docs import documented
from api.operations import cycle_sealing
from okr_events.domain.errors import Invalid
from projections import moment
from projections.moment import Moment
from projections.store import lookups

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read rests on: a connection to the views, the moment, the query's own parameters, and the form asked for."""

    connection: Connection
    moment: Moment
    query: dict[str, Any]
    form: Form = JSON

    @property
    def position(self) -> int:
        return self.moment.position


def now() -> Moment:
    """The moment of a read that asks for none."""
    return parsed(None, None)


def parsed(as_of: str | None, effective_on: date | None, parameter: str = "as_of") -> Moment:
    """The moment that a parameter, `as_of` or one written like it, names together with `effective_on`."""
    own = stores()
    head = cycle_sealing.attend(own, own.views.catch_up())
    try:
        return moment.parse(as_of, effective_on, log=own.log, head=head, zone=own.okrs.time_zone())
    except Invalid as wrong:
        wrong.pointer = f"/{parameter}"
        raise


def looked_up(table: Table, id: UUID) -> Any:
    """What stands there now: to whom or to what it belongs is a look-up, no decision. Raises `NotFound`."""
    with stores().views.reading() as connection:
        return lookups.one(connection, table, id, now().position)


def read(
    query: type[Schema], *, shows: Any, versioned: bool = False, forms: Sequence[Form] = (JSON,), when: str = "as_of"
) -> Callable[[View], View]:
    """Make a view of a function that takes a `Reading` and the path's ids, and gives what the answer shows.

    `when` is the parameter that names the reading's moment.
    """
    query = with_format(query, forms)

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(**ids: Any) -> Response:
            args: dict[str, Any] = query().load(request.args, unknown=RAISE)
            form = asked(forms, args.pop("format", None))
            at = parsed(args.pop(when, None), args.pop("effective_on", None), when)
            revision = stores().register.people.revision()
            tag = responses.etag(at.position, at, revision)
            if not versioned and responses.unchanged(tag):
                return varying(responses.not_modified(tag, at.position), forms)
            with stores().views.reading() as connection:
                body = view(Reading(connection, at, args, form), **ids)
            if versioned:
                tag = responses.etag(body["version"], at, revision)
                if responses.unchanged(tag):
                    return responses.not_modified(tag, at.position)
            answer = responses.in_form(form, body, tag=tag, position=at.position)
            answer.headers.update(link_to_next(body))
            answer.headers["OKR-Final"] = "true" if at.final else "false"
            return varying(answer, forms)

        return documented(allowed(READERS)(answered), query=query, shows=shows, forms=forms)

    return decorate


def link_to_next(body: Any) -> dict[str, str]:
    """The `Link` to the next page of a list."""
    cursor = body.get("next") if isinstance(body, dict) else None
    if cursor is None:
        return {}
    args = {**request.args.to_dict(), "after": cursor}
    return {"Link": f'<{request.path}?{urlencode(sorted(args.items()))}>; rel="next"'}


def listed(items: list[dict[str, Any]], cursors: list[int], limit: int) -> dict[str, Any]:
    """A page: `items` may hold one more than asked, which says that there is a next page."""
    more = len(items) > limit
    return {"items": items[:limit], "next": str(cursors[limit - 1]) if more else None}
