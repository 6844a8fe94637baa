"""The WSGI application: `gunicorn wsgi:app`. Each worker builds it after the fork; the first request opens the stores."""

import gc
from functools import partial

from api.application import create_app
from api.operations.lazy_stores import LazyStores, open_serving_stores
from api.operations.settings import load_settings
from api.representations.live_event_stream import close_on_signals

settings = load_settings()
stores = LazyStores(partial(open_serving_stores, settings))
app = create_app(stores, largest_body=settings.largest_body, live_feeds=settings.threads // 2)
close_on_signals(app.extensions["okr-live-feeds"])
gc.freeze()  # what the application consists of is never garbage, so collections pass it over
