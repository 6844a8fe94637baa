"""The feed over HTTP: every event of the log, in order and without a gap, from any position on."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import RAISE

from api.http import responses
from api.http.access_noting import record_access
from api.http.authentication import AUDITORS, bearer, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.query_endpoint import next_page_headers
from api.representations import live_event_stream
from api.representations.event_feed import CONDITIONS, FilteredFeed
from api.schemas import events as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log.hash_chain import Head
from projections import moment

NDJSON = MediaFormat("ndjson", "application/x-ndjson", orjson.dumps)
SSE = MediaFormat("sse", "text/event-stream", orjson.dumps)
FORMATS = (JSON, NDJSON, SSE)
QUERY_SCHEMA = with_format(schemas.EventFeed, FORMATS)
LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "schema": {"type": "string"},
    "description": "Of a live feed that comes back: the last `id` that it was sent. It stands instead of `after`.",
}

blueprint = Blueprint("events", __name__, description="Every event, for other systems and for auditors.")


class PositionAhead(Invalid):
    code = "position-ahead"
    title = "The log has no such position yet."


class EndlessFeed(Invalid):
    code = "endless-feed"
    title = "A live feed has neither pages nor an end: leave this out, or ask for another form."


class NotAPosition(Invalid):
    code = "not-a-position"
    title = "A position is a whole number, 0 or more."


def _read_feed() -> Response:
    """Read the feed: a page as JSON, everything up to now as lines of JSON, or live as server-sent events.

    Each event is a CloudEvent 1.0. `next` is always a position to go on from. As lines (`application/x-ndjson`), one event
    a line, the feed ends at the head of the log as it was when asked. As `text/event-stream` it goes on: `id` is the
    position, `event` the type, `data` the event; it ends by itself after some minutes, and a client that comes back with
    `Last-Event-ID` misses nothing. Every request is noted in the access log.
    """
    query: dict[str, Any] = QUERY_SCHEMA().load(request.args, unknown=RAISE)
    form = negotiate_format(FORMATS, query.pop("format", None))
    feed = FilteredFeed({name: query[name] for name in CONDITIONS if name in query})
    head = stores().log.head()
    after, upto = _span(query, head, live=form is SSE)
    feed.check_filters(head.position)
    noted = partial(record_access, "feed", head.position, {**request.args.to_dict(), "format": form.name})
    if form is SSE:
        return _live_response(feed, after, noted)
    if form is NDJSON:
        noted()
        live_event_stream.set_send_timeout(request.environ)
        return _stream_response(_encode_lines(feed, after, upto), NDJSON, head.position)
    return _json_page(feed, (after, upto), query["limit"], head.position, noted)


def _json_page(feed: FilteredFeed, span: tuple[int, int], limit: int, position: int, noted: Callable[[], None]) -> Response:
    """A page that hands nothing out is not noted: who asks again and again fills no log."""
    after, upto = span
    batch = feed.read_batch(after=after, upto=upto, limit=limit)
    if batch.events:
        noted()
    body = {"items": batch.events, "next": str(batch.upto)}
    more = next_page_headers(body) if batch.upto < upto else {}
    return add_vary_header(responses.json_response(body, 200, position=position, **more), FORMATS)


def _encode_lines(feed: FilteredFeed, after: int, upto: int) -> Iterator[bytes]:
    for batch in feed.iterate_batches(after=after, upto=upto):
        yield b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in batch.events)


def _live_response(feed: FilteredFeed, after: int, noted: Callable[[], None]) -> Response:
    places: live_event_stream.StreamSlots = current_app.extensions["okr-live-feeds"]
    with ExitStack() as failing:
        free = places.acquire()
        failing.callback(free)
        noted()
        response = _stream_response(_follow(feed, after, places), SSE, after)
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(free)
        failing.pop_all()
    return response


def _follow(feed: FilteredFeed, after: int, places: live_event_stream.StreamSlots) -> Iterator[bytes]:
    secret, token = bearer.get_auth().token, g.token
    return live_event_stream.stream_events(
        feed,
        after=after,
        welcome=lambda: not places.closing and stores().register.tokens.find_live_by_secret(secret) == token,
        connection=live_event_stream.set_send_timeout(request.environ),
    )


def _stream_response(lines: Iterator[bytes], form: MediaFormat, position: int) -> Response:
    steps = _iterate_in_context(current_app._get_current_object(), lines)  # type: ignore[attr-defined]  # noqa: SLF001
    response = Response(steps, mimetype=form.media_type)
    return add_vary_header(responses.with_cache_headers(response, None, position), FORMATS)


def _iterate_in_context(app: Flask, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Each step in the application's context, and none of it held between two: a stream may wait long for its client."""
    while True:
        with app.app_context():
            line = next(lines, None)
        if line is None:
            return
        yield line


def _span(query: dict[str, Any], head: Head, *, live: bool) -> tuple[int, int]:
    """After which position, and up to which. Raises an `Invalid` that points at the parameter or header that is wrong."""
    after, pointer = query["after"], "/after"
    if live:
        _refuse_bounds()
        after, pointer = _resume_position(after)
    if after > head.position:
        raise PositionAhead(pointer)
    place: dict[str, Any] = {"log": stores().log, "head": head, "zone": stores().okrs.time_zone()}
    with _set_pointer("/since"):
        since = moment.last_position_before(query["since"], **place) if "since" in query else 0
    with _set_pointer("/until"):
        return max(after, since), moment.parse(query.get("until"), None, **place).position


@contextmanager
def _set_pointer(pointer: str) -> Iterator[None]:
    """Say which parameter is wrong."""
    try:
        yield
    except Invalid as wrong:
        wrong.pointer = pointer
        raise


def _refuse_bounds() -> None:
    for name in ("limit", "until"):
        if name in request.args:
            raise EndlessFeed(f"/{name}")


def _resume_position(after: int) -> tuple[int, str]:
    """Where a live feed goes on: what its client says in `Last-Event-ID` comes before `after`."""
    last = request.headers.get("Last-Event-ID", "")
    if not last:
        return after, "/after"
    if not re.fullmatch("[0-9]{1,19}", last):
        raise NotAPosition("/Last-Event-ID")
    return int(last), "/Last-Event-ID"


blueprint.get("/v1/events")(
    document_operation(
        require_role(AUDITORS)(_read_feed), query=QUERY_SCHEMA, shows=schemas.EventPage, forms=FORMATS, headers=(LAST_EVENT_ID,)
    )
)
