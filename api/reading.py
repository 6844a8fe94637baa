"""Reads: bring the views to the head, find the moment asked about, answer or say that nothing changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import RAISE, Schema
from sqlalchemy import Connection

from api import rendering
from api.auth import READERS, allowed
from api.current import stores
from api.documenting import documented
from projections import moment
from projections.moment import Moment

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read rests on: a connection to the views, the moment, and the query's own parameters."""

    connection: Connection
    moment: Moment
    query: dict[str, Any]

    @property
    def position(self) -> int:
        return self.moment.position


def now() -> Moment:
    """The moment of a read that asks for none."""
    return parsed(None, None)


def parsed(as_of: str | None, effective_on: date | None) -> Moment:
    own = stores()
    head = own.views.catch_up()
    return moment.parse(as_of, effective_on, log=own.log, head=head, zone=own.okrs.time_zone())


def read(query: type[Schema], *, shows: Any, versioned: bool = False) -> Callable[[View], View]:
    """Make a view of a function that takes a `Reading` and the path's ids, and gives what the answer shows."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(**ids: Any) -> Response:
            asked: dict[str, Any] = query().load(request.args, unknown=RAISE)
            at = parsed(asked.pop("as_of", None), asked.pop("effective_on", None))
            revision = stores().register.people.revision()
            tag = rendering.etag(at.position, at, revision)
            if not versioned and rendering.unchanged(tag):
                return rendering.not_modified(tag, at.position)
            with stores().views.reading() as connection:
                body = view(Reading(connection, at, asked), **ids)
            if versioned:
                tag = rendering.etag(body["version"], at, revision)
                if rendering.unchanged(tag):
                    return rendering.not_modified(tag, at.position)
            return rendering.answer(body, 200, tag=tag, position=at.position, **link_to_next(body))

        return documented(allowed(READERS)(answered), query=query, shows=shows)

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
