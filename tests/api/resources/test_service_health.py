"""Liveness and readiness."""

from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from okr_events.event_log.envelope import Envelope


def test_it_is_ready_when_the_views_are_at_the_head(fresh_admin):
    assert fresh_admin.client.get("/health/live").json == {"status": "live"}
    assert fresh_admin.client.get("/health/ready").json == {"status": "ready", "position": 0}
    fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"})
    ready = fresh_admin.client.get("/health/ready")
    assert (ready.json["position"], ready.headers["OKR-Position"]) == (1, "1")


def test_views_that_stopped_say_where_while_the_log_goes_on(fresh_installation, fresh_admin):
    company = fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"}).json["id"]
    unreadable = StoredEvent(uuid4(), 1, "Moon.Landed", b"{}")
    fresh_installation.stores.log.insert_events([unreadable], envelope=[Envelope(uuid4())])
    ready = fresh_admin.client.get("/health/ready")
    assert (ready.status_code, ready.content_type) == (503, "application/problem+json")
    assert (ready.json["type"], ready.headers["Retry-After"]) == ("urn:okr-events:problem:views-stopped", "1")
    assert "position is 2" in ready.json["detail"]
    assert fresh_admin.get("/v1/units").status_code == 503
    made = fresh_admin.post("/v1/units", {"name": "Product", "level": "team", "parent_id": company})
    assert (made.status_code, made.json["name"], made.json["version"]) == (201, "Product", 1)
    assert (made.json["position"], made.headers["OKR-Position"]) == (3, "3")
    changed = fresh_admin.patch(f"/v1/units/{company}", {"name": "Technology"})
    assert (changed.status_code, changed.json) == (200, {"id": company, "version": 2, "position": 4})
    assert made.headers["Location"] == f"/v1/units/{made.json['id']}"
