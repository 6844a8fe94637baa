"""Behind a proxy: addresses in answers are those that clients reach, by headers that are trusted only as configured."""

import re

import pytest
from werkzeug.test import Client

from api.application import behind_gate
from api.operations.settings import DEFAULT_MAX_BODY, PROXY_HEADERS, load_settings
from tests.api.problem_assertions import assert_problem

SENT = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "okr.example.org", "X-Forwarded-Prefix": "/goals"}


def proxied_client(installation, trusted):
    app = behind_gate(installation.app, requests=1, largest_body=DEFAULT_MAX_BODY, proxy_headers=trusted)
    return Client(app, installation.app.response_class)


@pytest.fixture(params=[PROXY_HEADERS, ("prefix",), ()], ids=lambda trusted: "+".join(trusted) or "none")
def proxied(request, installation, admin):
    """A function that sends a request as a proxy does, and the headers of it that the application trusts."""
    client = proxied_client(installation, request.param)
    headers = SENT | {"Authorization": f"Bearer {admin.token}"}

    def send(method, path, body=None, **more):
        return client.open(path, method=method, json=body, headers=headers | more)

    return send, request.param


def test_link_location_calendar_and_problem_begin_with_the_prefix(proxied, world):
    send, trusted = proxied
    prefix = "/goals" if "prefix" in trusted else ""
    made = send("POST", "/v1/units", {"name": world["name"], "level": "team", "parent_id": world["company"]})
    assert made.headers["Location"] == f"{prefix}/v1/units/{made.json['id']}"
    person = send("POST", "/v1/people", {"name": "Ada"})
    assert person.headers["Location"] == f"{prefix}/v1/people/{person.json['id']}"
    assert send("GET", "/v1/units?limit=1").headers["Link"].startswith(f"<{prefix}/v1/units?")
    assert send("GET", "/v1/events?limit=1").headers["Link"].startswith(f"<{prefix}/v1/events?")
    origin = "https://okr.example.org" if "host" in trusted else "http://localhost"
    calendar = send("POST", "/v1/calendars", {"unit": world["team"]}).json["url"]
    assert calendar.startswith(f"{origin}{prefix}/v1/calendars/")
    refused = send("GET", "/v1/nothing")
    assert refused.json["instance"] == f"{prefix}/v1/nothing"


def test_the_documentation_loads_its_assets_below_the_prefix(proxied):
    send, trusted = proxied
    prefix = "/goals" if "prefix" in trusted else ""
    assert send("GET", "/").headers["Location"] == f"{prefix}/docs/"
    page = send("GET", "/docs/").text
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(linked) > 4
    for address in linked:
        assert address.startswith(f"{prefix}/docs/")
        with send("GET", address.removeprefix(prefix)) as asset:
            assert asset.status_code == 200
    assert f'"url": "{prefix}/openapi.json"' in page
    servers = send("GET", "/openapi.json").json.get("servers")
    assert servers == ([{"url": prefix}] if prefix else None)


def test_a_prefix_cannot_end_the_pages_script(installation):
    client = proxied_client(installation, PROXY_HEADERS)
    page = client.get("/docs/", headers={"X-Forwarded-Prefix": '/"></script><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_only_headers_that_exist_can_be_trusted(monkeypatch):
    monkeypatch.setenv("OKR_PROXY_HEADERS", "proto, prefix")
    assert load_settings().proxy_headers == ("proto", "prefix")
    monkeypatch.setenv("OKR_PROXY_HEADERS", "for")
    with pytest.raises(Exception, match="PROXY_HEADERS"):
        load_settings()


def test_a_live_feed_is_not_transformed_on_its_way(admin):
    with admin.get("/v1/events", Accept="text/event-stream") as feed:
        assert feed.headers["Cache-Control"] == "private, no-cache, no-transform"
        assert feed.headers["X-Accel-Buffering"] == "no"
    assert_problem(admin.get("/v1/events?format=sse&limit=1"), 422, "endless-feed")
