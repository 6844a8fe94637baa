"""The WSGI application: `gunicorn -c python:api.http.server_settings wsgi:app`.

Each worker builds it after the fork; the first request opens the stores.
"""

import gc
from functools import partial

from api.application import behind_gate, create_app
from api.operations.lazy_stores import LazyStores
from api.operations.settings import load_settings
from api.operations.store_keeper import open_watched_stores
from api.representations.live_event_stream import close_on_signals

settings = load_settings()
stores = LazyStores(partial(open_watched_stores, settings))
flask_app = create_app(stores, largest_body=settings.largest_body, live_feeds=settings.threads // 2)
close_on_signals(flask_app.extensions["okr-live-feeds"])
app = behind_gate(
    flask_app, requests=settings.threads, largest_body=settings.largest_body, proxy_headers=settings.proxy_headers
)
gc.freeze()  # what the application consists of is never garbage, so collections pass it over
