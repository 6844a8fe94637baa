"""The application over any stores: what does not depend on them is made once, since it takes a fifth of a second."""

from copy import copy
from functools import cache
from typing import Any

from flask import Flask

from api.application import LIVE_FEEDS, create_app
from api.operations.settings import LARGEST_BODY
from api.operations.stores import Stores
from api.representations.live_event_stream import Places


def app_over(stores: Stores, *, largest_body: int = LARGEST_BODY) -> Flask:
    """As `create_app` makes it."""
    app = copy(_made(largest_body))
    app.extensions = app.extensions | {"okr-events": stores, "okr-live-feeds": Places(LIVE_FEEDS)}
    return app


@cache
def _made(largest_body: int) -> Flask:
    none_yet: Any = None
    return create_app(none_yet, largest_body=largest_body)
