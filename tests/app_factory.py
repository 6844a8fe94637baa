"""The application over any stores: what does not depend on them is made once, since it takes a fifth of a second."""

from copy import copy
from functools import cache
from typing import Any

from flask import Flask

from api.application import MAX_LIVE_FEEDS, create_app
from api.operations.settings import DEFAULT_MAX_BODY
from api.operations.stores import Stores
from api.representations.live_event_stream import StreamSlots
from tests.api.response_check import CheckedClient


def create_app_over(stores: Stores, *, largest_body: int = DEFAULT_MAX_BODY) -> Flask:
    """As `create_app` makes it; its test client checks every response against the OpenAPI document."""
    app = copy(_create_app(largest_body))
    app.test_client_class = CheckedClient
    app.extensions = app.extensions | {"okr-events": lambda: stores, "okr-live-feeds": StreamSlots(MAX_LIVE_FEEDS)}
    return app


@cache
def _create_app(largest_body: int) -> Flask:
    none_yet: Any = None
    return create_app(none_yet, largest_body=largest_body)
