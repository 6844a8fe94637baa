"""The WSGI application: `gunicorn -c python:api.http.server_settings wsgi:app`.

Each worker builds it after the fork, so that no connection is shared.
"""

from api.application import behind_gate, create_app
from api.operations.settings import load_settings
from api.operations.stores import ensure_admin_token, open_stores
from api.representations.live_event_stream import close_on_signals

settings = load_settings()
stores = open_stores(settings)
if secret := ensure_admin_token(stores, settings):
    print(f"Admin token (shown once, stored in {settings.data_dir / 'admin-token'}): {secret}", flush=True)  # noqa: T201
flask_app = create_app(stores, largest_body=settings.largest_body, live_feeds=settings.threads // 2)
close_on_signals(flask_app.extensions["okr-live-feeds"])
app = behind_gate(
    flask_app, requests=settings.threads, largest_body=settings.largest_body, proxy_headers=settings.proxy_headers
)
