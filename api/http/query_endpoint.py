"""Reads: bring the views to the head, find the moment asked about, answer or say that nothing changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from marshmallow import RAISE, Schema
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import READERS, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.operations import cycle_sealing
from okr_events.domain.errors import Invalid
from projections import moment
from projections.moment import Moment
from projections.store import lookups
from projections.store.tables import VersionedRow

View = Callable[..., Any]
R = TypeVar("R", bound=VersionedRow)


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a read rests on: a connection to the views, the moment, the query's own parameters, and the form asked for."""

    connection: Connection
    moment: Moment
    query: dict[str, Any]
    media_format: MediaFormat = JSON

    @property
    def position(self) -> int:
        return self.moment.position


def current_moment() -> Moment:
    """The moment of a read that asks for none."""
    return parse_moment(None, None)


def parse_moment(as_of: str | None, effective_on: date | None, parameter: str = "as_of") -> Moment:
    """The moment that a parameter, `as_of` or one written like it, names together with `effective_on`."""
    own = stores()
    head = cycle_sealing.seal_at_new_head(own, own.views.catch_up())
    try:
        return moment.parse(as_of, effective_on, log=own.log, head=head, zone=own.okrs.time_zone())
    except Invalid as wrong:
        wrong.pointer = f"/{parameter}"
        raise


def fetch_current_row(row_type: type[R], id: UUID) -> R:
    """What stands there now: to whom or to what it belongs is a look-up, no decision. Raises `NotFound`."""
    with stores().views.connect() as connection:
        return lookups.fetch_row(connection, row_type, id, current_moment().position)


def read(
    query: type[Schema], *, shows: Any, versioned: bool = False, forms: Sequence[MediaFormat] = (JSON,), when: str = "as_of"
) -> Callable[[View], View]:
    """Make a view of a function that takes a `Reading` and the path's ids, and gives what the answer shows.

    `when` is the parameter that names the reading's moment.
    """
    query = with_format(query, forms)

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(**ids: Any) -> Response:
            args: dict[str, Any] = query().load(request.args, unknown=RAISE)
            form = negotiate_format(forms, args.pop("format", None))
            at = parse_moment(args.pop(when, None), args.pop("effective_on", None), when)
            revision = stores().register.people.refresh_revision()
            tag = responses.etag(at.position, at, revision)
            if not versioned and responses.etag_matches(tag):
                return add_vary_header(responses.not_modified_response(tag, at.position), forms)
            with stores().views.connect() as connection:
                body = view(QueryContext(connection, at, args, form), **ids)
            if versioned:
                tag = responses.etag(body["version"], at, revision)
                if responses.etag_matches(tag):
                    return responses.not_modified_response(tag, at.position)
            answer = responses.formatted_response(form, body, tag=tag, position=at.position)
            answer.headers.update(next_page_headers(body))
            answer.headers["OKR-Final"] = "true" if at.final else "false"
            return add_vary_header(answer, forms)

        return document_operation(require_role(READERS)(answered), query=query, shows=shows, forms=forms)

    return decorate


def next_page_headers(body: Any) -> dict[str, str]:
    """The `Link` to the next page of a list."""
    cursor = body.get("next") if isinstance(body, dict) else None
    if cursor is None:
        return {}
    args = {**request.args.to_dict(), "after": cursor}
    return {"Link": f'<{request.path}?{urlencode(sorted(args.items()))}>; rel="next"'}


def page_response(items: list[dict[str, Any]], cursors: list[int], limit: int) -> dict[str, Any]:
    """A page: `items` may hold one more than asked, which says that there is a next page."""
    more = len(items) > limit
    return {"items": items[:limit], "next": str(cursors[limit - 1]) if more else None}
