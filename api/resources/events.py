"""The event feed: every event of the log from any position, as pages, as lines of JSON or live."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import orjson
from flask import Request, Response, current_app, request
from flask_smorest import Blueprint

from api.http import responses
from api.http.authentication import AUDITORS, bearer, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import caller, record_access, stores
from api.http.openapi import document_operation
from api.http.query_endpoint import next_page_headers
from api.http.query_parameters import parse_query, pointing_at, recorded_parameters
from api.operations.stores import Stores
from api.representations import live_event_stream
from api.representations.event_feed import CONDITIONS, FilteredFeed
from api.representations.live_event_stream import StreamSlots
from api.schemas import events as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log.hash_chain import Head
from okr_events.json_types import JsonObject
from okr_events.register.tokens import Token, Tokens
from projections import moment

NDJSON = MediaFormat("ndjson", "application/x-ndjson", orjson.dumps)
SSE = MediaFormat("sse", "text/event-stream", orjson.dumps)
FORMATS = (JSON, NDJSON, SSE)
QUERY_SCHEMA = with_format(schemas.EventFeed, FORMATS)
LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "schema": {"type": "string"},
    "description": "The last `id` that a reconnecting client of a live feed received. It replaces `after`.",
}

blueprint = Blueprint("events", __name__, description="Every event, for other systems and for auditors.")


class PositionAhead(Invalid):
    code = "position-ahead"
    title = "The log has not reached this position yet."


class EndlessFeed(Invalid):
    code = "endless-feed"
    title = "A live feed has no pages and no end: omit limit and until, or request another format."


class NotAPosition(Invalid):
    code = "not-a-position"
    title = "A position must be a whole number of 0 or more."
    located_by = "header"


def _read_feed() -> Response:
    """Read the feed as pages of JSON, as lines of JSON up to now, or live as server-sent events.

    Each event is a CloudEvent 1.0, and `next` is always a position to continue from. As `application/x-ndjson`, one event a
    line, the feed ends at the head of the log at the time of the request. As `text/event-stream` it is live: `id` is the
    position, `event` the type, `data` the event. It ends after some minutes; a client that reconnects with `Last-Event-ID`
    misses nothing. Every request that returns events is recorded in the access log.
    """
    backend = stores()
    query = parse_query(QUERY_SCHEMA, request.args)
    media_format = negotiate_format(FORMATS, query.pop("format", None), request.accept_mimetypes)
    feed = FilteredFeed(backend, {name: query[name] for name in CONDITIONS if name in query})
    head = backend.log.head()
    if media_format is SSE:
        query["after"] = _live_start(request, query["after"], head)
    after, upto = _span(backend, query, head)
    feed.check_filters(head.position)
    parameters = {**recorded_parameters(request.args), "format": media_format.name}
    record = partial(record_access, backend, caller(), "feed", head.position, parameters)
    if media_format is SSE:
        slots: StreamSlots = current_app.extensions["okr-live-feeds"]
        is_open = partial(_is_open, slots, backend.register.tokens, caller(), bearer.get_auth().token)
        return _live_response(request, feed, after, slots, is_open, record)
    if media_format is NDJSON:
        record()
        return _stream_response(_encode_lines(feed, after, upto), NDJSON, head.position)
    batch = feed.read_batch(after=after, upto=upto, limit=query["limit"])
    if batch.events:  # polling clients do not fill the access log
        record()
    body = {"items": batch.events, "next": str(batch.upto)}
    links = next_page_headers(request, body) if batch.upto < upto else {}
    return add_vary_header(responses.json_response(body, 200, position=head.position, **links), FORMATS)


def _encode_lines(feed: FilteredFeed, after: int, upto: int) -> Iterator[bytes]:
    for batch in feed.iterate_batches(after=after, upto=upto):
        yield b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in batch.events)


def _is_open(slots: StreamSlots, tokens: Tokens, token: Token, secret: str) -> bool:
    """Whether the process keeps its feeds open, and the token is still valid."""
    return not slots.closing and tokens.find_live_by_secret(secret) == token


def _live_response(
    request: Request,
    feed: FilteredFeed,
    after: int,
    slots: StreamSlots,
    is_open: Callable[[], bool],
    record: Callable[[], None],
) -> Response:
    """The live feed, in a slot that is freed when the response is closed. Raises `TooManyFeeds`."""
    with ExitStack() as on_failure:
        free_slot = slots.acquire()
        on_failure.callback(free_slot)
        record()
        connection = live_event_stream.client_socket(request.environ)
        stream = live_event_stream.stream_events(feed, after=after, is_open=is_open, connection=connection)
        response = _stream_response(stream, SSE, after)
        response.headers["X-Accel-Buffering"] = "no"
        response.headers["Cache-Control"] += ", no-transform"  # a proxy that compresses would hold events back
        response.call_on_close(free_slot)
        on_failure.pop_all()
    return response


def _stream_response(chunks: Iterator[bytes], media_format: MediaFormat, position: int) -> Response:
    response = Response(chunks, mimetype=media_format.media_type)
    return add_vary_header(responses.with_cache_headers(response, None, position), FORMATS)


def _span(stores: Stores, query: JsonObject, head: Head) -> tuple[int, int]:
    """The position after which the feed starts, and its last one. Raises an `Invalid` that points at the parameter."""
    after = query["after"]
    if after > head.position:
        raise PositionAhead("/after")
    log, zone = stores.log, stores.okrs.time_zone()
    with pointing_at("since"):
        since = moment.last_position_before(query["since"], log=log, head=head, zone=zone) if "since" in query else 0
    with pointing_at("until"):
        return max(after, since), moment.parse(query.get("until"), None, log=log, head=head, zone=zone).position


def _live_start(request: Request, after: int, head: Head) -> int:
    """The position after which a live feed starts: `Last-Event-ID`, else `after`. Refuses parameters that need an end."""
    for name in ("limit", "until"):
        if name in request.args:
            raise EndlessFeed(f"/{name}")
    last = request.headers.get("Last-Event-ID")
    if not last:
        return after
    if not re.fullmatch("[0-9]{1,19}", last):
        raise NotAPosition("/Last-Event-ID")
    if int(last) > head.position:
        with pointing_at("Last-Event-ID", "header"):
            raise PositionAhead("/Last-Event-ID")
    return int(last)


blueprint.get("/v1/events")(
    document_operation(
        require_role(AUDITORS)(_read_feed),
        query=QUERY_SCHEMA,
        response=schemas.EventPage,
        formats=FORMATS,
        headers=(LAST_EVENT_ID,),
    )
)
