"""Calendars: a secret address that gives access to one due list only."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select

from okr_events.register.tables import calendars
from okr_events.register.tokens import Role
from tests.api.command_catalog import REASON, UNKNOWN_ID


@pytest.fixture
def team(world):
    return world.create("units", name=world["name"], level="team", parent_id=world["company"])


@pytest.fixture
def key_result(world, team):
    world.ids["own_team"] = team
    title = "Win; lose, or draw\\ — " + "every customer asked " * 6
    return world.key_result(objective=world.objective("own_team"), owner=world["member"], title=title)


@pytest.fixture
def feed(world, team, key_result):  # noqa: ARG001 - what the feed tells of
    """The response that issued the calendar of a unit with one key result."""
    made = world.member.post("/v1/calendars", {"unit": team})
    assert made.status_code == 201, made.text
    return made.json


def path_of(feed):
    return f"/v1/calendars/{feed['secret']}.ics"


def fetch_feed(world, feed, **headers):
    """Fetch the calendar without a token."""
    return world.admin.client.get(path_of(feed), headers=headers)


def events(answer):
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_a_feed_has_an_all_day_event_for_each_due_day(world, feed, key_result):
    answer = fetch_feed(world, feed)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert feed["url"].endswith(path_of(feed))
    result = events(answer)
    assert 50 < len(result) < 54
    title = world.admin.get(f"/v1/key-results/{key_result}").json["title"]
    assert {str(event["SUMMARY"]) for event in result} == {f"Check in: {title}"}
    assert {event["TRANSP"] for event in result} == {"TRANSPARENT"}
    assert len({event["UID"] for event in result}) == len(result)
    assert all(f"DTSTART;VALUE=DATE:{event.decoded('DTSTART'):%Y%m%d}" in answer.text for event in result)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    whole = Calendar.from_ical(answer.data)
    assert whole["NAME"] == whole["X-WR-CALNAME"]
    assert whole["NAME"].startswith("Check-ins: Name ")
    assert {"REFRESH-INTERVAL", "X-PUBLISHED-TTL"} <= whole.keys()


def test_a_title_cannot_bring_lines_controls_or_marks_of_direction_into_a_feed(world, feed, key_result):
    title = "Win\u0085BEGIN:VEVENT \x1b[31m\u202e\\nred, or;draw"
    assert world.admin.patch(f"/v1/key-results/{key_result}", {"title": title}).status_code == 200
    result = events(fetch_feed(world, feed))
    assert 50 < len(result) < 54
    assert {str(event["SUMMARY"]) for event in result} == {"Check in: Win BEGIN:VEVENT [31m\\nred, or;draw"}


def test_a_feed_of_nothing_is_a_calendar_all_the_same(world):
    made = world.member.post("/v1/calendars", {"unit": world.create_for_argument("unit_id")}).json
    calendar = Calendar.from_ical(fetch_feed(world, made).data)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert not calendar.walk("VEVENT")


def test_the_same_state_gives_the_same_bytes(world, feed, key_result):
    one, other = fetch_feed(world, feed), fetch_feed(world, feed)
    assert one.data == other.data
    assert fetch_feed(world, feed, **{"If-None-Match": one.headers["ETag"]}).status_code == 304
    assert world.admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 1}).status_code == 201
    later = fetch_feed(world, feed, **{"If-None-Match": one.headers["ETag"]})
    assert later.status_code == 200
    before, after = ({str(e["UID"]): e["SEQUENCE"] for e in events(answer)} for answer in (one, later))
    assert before.keys() == after.keys()
    assert all(after[uid] > before[uid] for uid in before)


def test_a_revoked_feed_opens_nothing_more(world, feed):
    for _ in range(2):
        assert world.member.post(f"/v1/calendars/{feed['id']}/revocation").json["revoked_at"]
    gone, unknown = fetch_feed(world, feed), world.admin.client.get("/v1/calendars/nonsense.ics")
    assert gone.status_code == unknown.status_code == 404
    assert gone.json | {"instance": ""} == unknown.json | {"instance": ""}


def test_a_feed_opens_nothing_while_whom_it_belongs_to_has_no_live_token(installation, world):
    leaving = installation.caller(Role.MEMBER)
    feed = leaving.post("/v1/calendars", {"owner": leaving.person}).json
    register = installation.stores.register
    assert fetch_feed(world, feed).status_code == 200
    with register.write_transaction() as connection:
        register.tokens.revoke_all(connection, UUID(leaving.person))
        expired = datetime.now(UTC) - timedelta(seconds=1)
        register.tokens.issue(connection, person_id=UUID(leaving.person), role=Role.READER, expires_at=expired)
    assert fetch_feed(world, feed).status_code == 404
    with register.write_transaction() as connection:
        register.tokens.issue(connection, person_id=UUID(leaving.person), role=Role.READER)
    assert fetch_feed(world, feed).status_code == 200


def test_a_secret_is_returned_once_and_stored_as_its_digest(installation, world, feed):
    listed = world.member.get("/v1/calendars?limit=200").json["items"]
    one = world.member.get(f"/v1/calendars/{feed['id']}")
    assert one.json in listed
    assert one.json == {name: value for name, value in feed.items() if name not in {"secret", "url", "position"}}
    with installation.stores.register.engine.connect() as connection:
        kept = [repr(row) for row in connection.execute(select(calendars))]
    assert not [row for row in kept if feed["secret"] in row]
    assert [row for row in kept if repr(sha256(feed["secret"].encode()).digest()) in row]


def test_a_key_makes_one_feed_and_shows_its_secret_once(world, team):
    one, again = (world.member.post("/v1/calendars", {"unit": team}, Idempotency_Key=f"feed {team}") for _ in range(2))
    assert (again.status_code, again.json["id"]) == (201, one.json["id"])
    assert "secret" not in again.json
    rehearsed = world.member.call("POST", "/v1/calendars", {"unit": team}, {"dry_run": "true"}).json
    assert "secret" not in rehearsed
    assert world.member.get(f"/v1/calendars/{rehearsed['id']}").status_code == 404


def test_a_secret_opens_nothing_but_its_feed(world, feed):
    answer = world.admin.client.get("/v1/units", headers={"Authorization": f"Bearer {feed['secret']}"})
    assert answer.status_code == 401


def test_feeds_belong_to_who_made_them(installation, world, feed):
    stranger = installation.caller(Role.MEMBER)
    assert stranger.get(f"/v1/calendars/{feed['id']}").status_code == 404
    assert stranger.post(f"/v1/calendars/{feed['id']}/revocation").status_code == 404
    assert stranger.get("/v1/calendars").json["items"] == []
    assert world.admin.get(f"/v1/calendars/{feed['id']}").json["id"] == feed["id"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, ""),
        ({"owner": UNKNOWN_ID}, 422, "/owner"),
        ({"unit": UNKNOWN_ID}, 422, "/unit"),
        ({"owner": "{person}"}, 403, None),
    ],
)
def test_a_member_has_feeds_of_their_own_work_and_of_units(world, body, status, pointer):
    answer = world.member.post("/v1/calendars", {name: value.format(**world.ids) for name, value in body.items()})
    assert (answer.status_code, answer.json.get("errors", [{}])[0].get("pointer")) == (status, pointer)


def test_both_an_owner_and_a_unit_are_too_many(world, team):
    assert world.member.post("/v1/calendars", {"owner": world["member"], "unit": team}).status_code == 422


def test_erasing_a_person_revokes_their_calendars(installation, world, key_result):
    gone = installation.caller(Role.MEMBER, name="Eve")
    result = {"owner": gone.person, "reason": REASON}
    assert world.admin.post(f"/v1/key-results/{key_result}/reassignment", result).status_code == 200
    made = [who.post("/v1/calendars", {"owner": gone.person}).json for who in (gone, world.admin)]
    assert "Eve" in fetch_feed(world, made[0]).text
    assert world.admin.post(f"/v1/people/{gone.person}/erasure", {"reason": REASON}).status_code == 200
    assert [fetch_feed(world, feed).status_code for feed in made] == [404, 404]


def test_an_erased_owner_has_no_feed_even_where_only_the_feed_is_left(installation, world):
    gone = world.create("people", name="Eve")
    world.admin.post(f"/v1/people/{gone}/erasure", {"reason": REASON})
    register = installation.stores.register
    with register.write_transaction() as connection:
        _, secret = register.calendars.issue(connection, person_id=UUID(world["person"]), owner=UUID(gone))
    installation.stores.okrs.finish_erasures()
    assert world.admin.client.get(f"/v1/calendars/{secret}.ics").status_code == 404


def test_the_secret_stays_out_of_the_log_when_something_fails(world, feed, monkeypatch, capsys):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("projections.queries.due_calendar.build_calendar", fail)
    assert fetch_feed(world, feed).status_code == 500
    logged = capsys.readouterr().err
    assert "/v1/calendars/" in logged
    assert feed["secret"] not in logged
