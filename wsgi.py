"""The composition root: `gunicorn wsgi:app`. Built in each worker after the fork, so that no connection crosses one."""

from api.application import create_app
from api.operations.settings import load_settings
from api.operations.stores import ensure_admin_token, open_stores
from api.representations.live_event_stream import close_on_signals

settings = load_settings()
stores = open_stores(settings)
if minted := ensure_admin_token(stores, settings):
    print(f"The admin token, shown once and kept in {settings.data_dir / 'admin-token'}: {minted}", flush=True)  # noqa: T201
app = create_app(stores, largest_body=settings.largest_body, live_feeds=settings.threads // 2)
close_on_signals(app.extensions["okr-live-feeds"])
