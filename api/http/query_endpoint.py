"""Query endpoints: find the moment, say that nothing changed, or catch the views up and answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode
from uuid import UUID

from flask import Request, Response, request
from marshmallow import Schema
from sqlalchemy import ColumnElement

from api.http import responses
from api.http.authentication import READERS, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import P, R, ReadContext, stores
from api.http.openapi import document_operation
from api.http.query_parameters import parse_query, pointing_at
from api.operations.kept_answers import Answer
from api.operations.stores import Stores
from okr_events.event_log.hash_chain import Head
from okr_events.json_types import Json, JsonObject
from projections import moment
from projections.evaluation.kept_graphs import LoadGraph
from projections.moment import Moment
from projections.store import lookups
from projections.store.tables import VersionedRow


@dataclass(frozen=True, slots=True)
class QueryContext(ReadContext):
    """What a query endpoint gets: the read context, the log's head, the query parameters and the negotiated format."""

    head: Head
    query: JsonObject
    media_format: MediaFormat = JSON

    @property
    def load_graph(self) -> LoadGraph:
        """Loads graphs of cycles; one that another answer at this head has loaded is not read again."""
        return self.stores.views.graphs.at(self.head)

    def fetch_page(self, row_type: type[R], conditions: Sequence[ColumnElement[bool]]) -> list[R]:
        """The rows of a page, oldest first, and one more when there is a next page."""
        after, limit = self.query["after"], self.query["limit"] + 1
        return lookups.fetch_page(self.connection, row_type, self.position, after=after, limit=limit, chosen=conditions)


def current_moment(stores: Stores) -> Moment:
    return parse_moment(stores, None, None)


def parse_moment(stores: Stores, as_of: str | None, effective_on: date | None, parameter: str = "as_of") -> Moment:
    """The moment of `as_of`, or of a parameter written like it, which the views have reached. Raises as `resolve_moment`."""
    return resolve_moment(stores, stores.views.catch_up(), as_of, effective_on, parameter)


def resolve_moment(stores: Stores, head: Head, as_of: str | None, effective_on: date | None, parameter: str) -> Moment:
    """The moment at a head of the log. Raises `Invalid` that points at the parameter."""
    with pointing_at(parameter):
        return moment.parse(as_of, effective_on, log=stores.log, head=head, zone=stores.okrs.time_zone())


def parse_since(context: QueryContext) -> Moment | None:
    """The moment of the parameter `since`, at most the context's own; none when it is not set."""
    if "since" not in context.query:
        return None
    since = parse_moment(context.stores, context.query["since"], None, "since")
    return min(since, context.moment, key=lambda moment: moment.evaluated_at)


def fetch_current_row(stores: Stores, row_type: type[R], id: UUID) -> R:
    """The current row: for a command that must find the stream or the owner of a part. Raises `NotFound`."""
    with stores.views.connect() as connection:
        return ReadContext(stores, connection, current_moment(stores)).fetch_row(row_type, id)


def read(
    query: type[Schema],
    *,
    response: type[Schema],
    versioned: bool = False,
    formats: Sequence[MediaFormat] = (JSON,),
    moment_parameter: str = "as_of",
) -> Callable[[Callable[Concatenate[QueryContext, P], Json]], Callable[P, Response]]:
    """Turn a function of a `QueryContext` and the path's ids, which returns the body, into an endpoint.

    The ETag of a `versioned` resource begins with its version, any other with the position.
    """
    query = with_format(query, formats)

    def decorate(view: Callable[Concatenate[QueryContext, P], Json]) -> Callable[P, Response]:
        @wraps(view)
        def endpoint(*args: P.args, **ids: P.kwargs) -> Response:
            backend = stores()
            parameters = parse_query(query, request.args)
            media_format = negotiate_format(formats, parameters.pop("format", None), request.accept_mimetypes)
            as_of, effective_on = parameters.pop(moment_parameter, None), parameters.pop("effective_on", None)
            head = backend.log.head()
            at = resolve_moment(backend, head, as_of, effective_on, moment_parameter)
            revision = backend.register.people.revision()
            tag = responses.etag(request, at.position, at, revision)
            if not versioned and responses.etag_matches(request, tag):
                return add_vary_header(responses.not_modified_response(tag, at.position), formats)
            known, key = backend.register.known.get(), (repr(responses.address(request)), request.script_root, at, head.chain)
            if (answer := backend.answers.get(known, key)) is None:
                with backend.views.snapshot(head) as connection:
                    body = view(QueryContext(backend, connection, at, head, parameters, media_format), *args, **ids)
                tag = responses.etag(request, body["version"], at, revision) if versioned else tag
                answer = build_answer(request, media_format, body, at, tag)
                if media_format is JSON:
                    backend.answers.put(known, key, answer)
            if responses.is_unwanted(request, answer.tag):
                return add_vary_header(responses.not_modified_response(answer.tag, at.position), formats)
            return add_vary_header(Response(answer.body, headers=answer.headers), formats)

        return document_operation(require_role(READERS)(endpoint), query=query, response=response, formats=formats)

    return decorate


def build_answer(request: Request, media_format: MediaFormat, body: Json, at: Moment, tag: str) -> Answer:
    result = responses.formatted_response(request, media_format, body, tag=tag, position=at.position)
    result.headers.update(next_page_headers(request, body))
    result.headers["OKR-Final"] = "true" if at.final else "false"
    return Answer(result.get_data(), tuple(result.headers), tag)


def next_page_headers(request: Request, body: Json) -> dict[str, str]:
    """The `Link` to the next page of a list."""
    cursor = body.get("next") if isinstance(body, dict) else None
    if cursor is None:
        return {}
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    query = urlencode(sorted([*others, ("after", cursor)]))
    return {"Link": f'<{request.script_root}{request.path}?{query}>; rel="next"'}


def page_response(items: list[JsonObject], cursors: Sequence[int | str], limit: int) -> JsonObject:
    """A page of at most `limit` items; pass one item more to say that there is a next page."""
    has_more = len(items) > limit
    return {"items": items[:limit], "next": str(cursors[limit - 1]) if has_more else None}


def created_page(context: QueryContext, rows: Sequence[VersionedRow], items: list[JsonObject]) -> JsonObject:
    """The page of `QueryContext.fetch_page`: its rows, serialized as items."""
    return page_response(items, [row.created for row in rows], context.query["limit"])
