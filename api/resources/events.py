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
from api.http.access_noting import note
from api.http.authentication import AUDITORS, allowed, bearer
from api.http.content_negotiation import JSON, Form, asked, varying, with_format
from api.http.context import stores
from api.http.operation_docs import documented
from api.http.query_endpoint import link_to_next
from api.representations import live_event_stream
from api.representations.event_feed import CONDITIONS, Feed
from api.schemas import queries
from api.schemas import response_bodies as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log.hash_chain import Head
from projections import moment

LINES = Form("ndjson", "application/x-ndjson", orjson.dumps)
LIVE = Form("sse", "text/event-stream", orjson.dumps)
FORMS = (JSON, LINES, LIVE)
QUERY = with_format(queries.EventFeed, FORMS)
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


def _feed() -> Response:
    """Read the feed: a page as JSON, everything up to now as lines of JSON, or live as server-sent events.

    Each event is a CloudEvent 1.0. `next` is always a position to go on from. As lines (`application/x-ndjson`), one event
    a line, the feed ends at the head of the log as it was when asked. As `text/event-stream` it goes on: `id` is the
    position, `event` the type, `data` the event; it ends by itself after some minutes, and a client that comes back with
    `Last-Event-ID` misses nothing. Every request is noted in the access log.
    """
    query: dict[str, Any] = QUERY().load(request.args, unknown=RAISE)
    form = asked(FORMS, query.pop("format", None))
    feed = Feed({name: query[name] for name in CONDITIONS if name in query})
    head = stores().log.head()
    after, upto = _span(query, head, live=form is LIVE)
    feed.check(head.position)
    noted = partial(note, "feed", head.position, {**request.args.to_dict(), "format": form.name})
    if form is LIVE:
        return _live(feed, after, noted)
    if form is LINES:
        noted()
        live_event_stream.impatient(request.environ)
        return _streamed(_lines(feed, after, upto), LINES, head.position)
    return _page(feed, (after, upto), query["limit"], head.position, noted)


def _page(feed: Feed, span: tuple[int, int], limit: int, position: int, noted: Callable[[], None]) -> Response:
    """A page that hands nothing out is not noted: who asks again and again fills no log."""
    after, upto = span
    batch = feed.batch(after=after, upto=upto, limit=limit)
    if batch.events:
        noted()
    body = {"items": batch.events, "next": str(batch.upto)}
    more = link_to_next(body) if batch.upto < upto else {}
    return varying(responses.answer(body, 200, position=position, **more), FORMS)


def _lines(feed: Feed, after: int, upto: int) -> Iterator[bytes]:
    for batch in feed.batches(after=after, upto=upto):
        yield b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in batch.events)


def _live(feed: Feed, after: int, noted: Callable[[], None]) -> Response:
    places: live_event_stream.Places = current_app.extensions["okr-live-feeds"]
    with ExitStack() as failing:
        free = places.take()
        failing.callback(free)
        noted()
        response = _streamed(_followed(feed, after, places), LIVE, after)
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(free)
        failing.pop_all()
    return response


def _followed(feed: Feed, after: int, places: live_event_stream.Places) -> Iterator[bytes]:
    secret, token = bearer.get_auth().token, g.token
    return live_event_stream.stream(
        feed,
        after=after,
        welcome=lambda: not places.closing and stores().register.tokens.holder(secret) == token,
        connection=live_event_stream.impatient(request.environ),
    )


def _streamed(lines: Iterator[bytes], form: Form, position: int) -> Response:
    steps = _each_within(current_app._get_current_object(), lines)  # type: ignore[attr-defined]  # noqa: SLF001
    response = Response(steps, mimetype=form.media_type)
    return varying(responses.stamped(response, None, position), FORMS)


def _each_within(app: Flask, lines: Iterator[bytes]) -> Iterator[bytes]:
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
        _check_endless()
        after, pointer = _resumed(after)
    if after > head.position:
        raise PositionAhead(pointer)
    place: dict[str, Any] = {"log": stores().log, "head": head, "zone": stores().okrs.time_zone()}
    with _pointing("/since"):
        since = moment.before(query["since"], **place) if "since" in query else 0
    with _pointing("/until"):
        return max(after, since), moment.parse(query.get("until"), None, **place).position


@contextmanager
def _pointing(pointer: str) -> Iterator[None]:
    """Say which parameter is wrong."""
    try:
        yield
    except Invalid as wrong:
        wrong.pointer = pointer
        raise


def _check_endless() -> None:
    for name in ("limit", "until"):
        if name in request.args:
            raise EndlessFeed(f"/{name}")


def _resumed(after: int) -> tuple[int, str]:
    """Where a live feed goes on: what its client says in `Last-Event-ID` comes before `after`."""
    last = request.headers.get("Last-Event-ID", "")
    if not last:
        return after, "/after"
    if not re.fullmatch("[0-9]{1,19}", last):
        raise NotAPosition("/Last-Event-ID")
    return int(last), "/Last-Event-ID"


blueprint.get("/v1/events")(
    documented(allowed(AUDITORS)(_feed), query=QUERY, shows=schemas.EventPage, forms=FORMS, headers=(LAST_EVENT_ID,))
)
