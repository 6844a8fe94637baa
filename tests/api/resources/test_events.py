"""The event feed in pages, as lines of JSON, and live; each event is a CloudEvent."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from socket import socketpair
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from sqlalchemy.exc import OperationalError

from api.representations import live_event_stream
from api.representations.event_feed import FilteredFeed
from okr_events.event_log.hash_chain import extend_chain, hash_leaf
from okr_events.register.access_log import AccessLog
from okr_events.register.tokens import Role
from projections.store.row_buffer import handlers
from tests.api.command_catalog import UNKNOWN_ID

SSE = "text/event-stream"


def fetch_items(world, **query):
    """The events of a page of the feed."""
    answer = world.admin.get("/v1/events", query={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


@pytest.fixture
def event_source(module_world):
    """The events of an organisation that is only read."""
    return partial(fetch_items, module_world)


def types(events):
    return [event["type"] for event in events]


def parse_server_sent_events(chunk):
    """The server-sent events of a text, each as its fields."""
    return [
        dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        for part in chunk.decode().split("\n\n")
        if part
    ]


@pytest.fixture
def follow(module_world):
    """The first server-sent events of a live feed that have data; it is closed after them."""

    def events(count, query=None, **headers):
        answer = module_world.admin.get("/v1/events", query=query, Accept=SSE, **headers)
        assert answer.status_code == 200, answer.text
        found = (event for chunk in answer.response for event in parse_server_sent_events(chunk) if "data" in event)
        first = list(islice(found, count))
        answer.close()
        return first

    return events


def test_every_event_is_there_in_order_and_without_a_gap(module_world, event_source):
    assert [event["id"] for event in event_source()] == [str(n) for n in range(1, module_world.installation.head + 1)]


def test_events_are_cloud_events(event_source):
    for body in event_source():
        event = JSONFormat().read(CloudEvent, json.dumps(body))
        assert event.get_specversion() == "1.0"
        assert event.get_id() == body["id"]
        assert event.get_source().startswith("urn:okr-events:log:okr-events/")
        assert event.get_time().tzinfo
        assert event.get_data() == body["data"]
        assert event.get_extension("sequence") == body["id"].zfill(19)
        assert all(name.isalnum() and name.islower() and len(name) <= 20 for name in body)
        assert None not in body.values()


def test_an_event_says_who_recorded_what_about_what_when_and_why(fresh_world):
    fresh_world.admin.post(f"/v1/key-results/{fresh_world['launch']}/target", {"target": 5, "reason": "The market\nmoved"})
    event = fetch_items(fresh_world)[-1]
    assert event["type"] == "KeyResult.TargetRevised"
    assert event["subject"] == fresh_world["launch"]
    assert (event["actor"], event["actorname"]) == (fresh_world.admin.person, "Admin")
    assert event["reason"] == "The market moved"
    assert event["data"]["metric"]["target"] == "5"
    assert event["streamversion"] == 4
    assert datetime.now(UTC) - datetime.fromisoformat(event["time"]) < timedelta(minutes=1)


def test_words_are_open(event_source):
    checked_in = event_source(type="KeyResult.CheckedIn")[0]
    assert checked_in["data"]["note"] == "A start"
    assert event_source(type="Conversation.Commented")[0]["data"]["text"] == "For whom?"
    assert "sealed" not in json.dumps(event_source())


def test_hashes_are_those_of_the_log(module_world, event_source):
    chain = bytes(32)
    for event, recorded in zip(event_source(), module_world.installation.stores.log.events_after(after=0), strict=True):
        fields = [getattr(recorded, name) for name in ("position", "recorded_at", "originator_id", "originator_version")]
        own = hash_leaf(*fields, recorded.topic, recorded.state, recorded.envelope)
        chain = extend_chain(chain, own)
        assert (event["leafhash"], event["ledgerhash"]) == (own.hex(), chain.hex())


def test_pages_follow_each_other_and_next_is_always_a_place_to_go_on_from(fresh_installation, fresh_world, fresh_admin):
    found, after = [], 0
    while (page := fresh_admin.get("/v1/events", query={"after": after, "limit": 7})).json["items"]:
        found += [event["id"] for event in page.json["items"]]
        after = page.json["next"]
        assert ("Link" in page.headers) == (int(after) < fresh_installation.head)
    assert found == [str(n) for n in range(1, fresh_installation.head + 1)]
    assert after == str(fresh_installation.head) == page.headers["OKR-Position"]
    created = fresh_world.objective()
    assert fresh_admin.get(f"/v1/events?after={after}").json["items"][0]["subject"] == created


def test_a_page_with_nothing_chosen_goes_on_from_where_it_looked(module_world):
    page = module_world.admin.get("/v1/events?type=Priority.Retired").json
    assert page == {"items": [], "next": str(module_world.installation.head)}
    page = module_world.admin.get("/v1/events?type=Objective.Created&limit=1").json
    assert page["next"] == page["items"][0]["id"]


def test_filters_choose(module_world, event_source):
    of_cycle = event_source(cycle="Century")
    assert of_cycle == event_source(cycle=module_world["cycle"]) == event_source(cycle="cENTURY")
    assert {"Cycle.Created", "Objective.Created", "Alignment.Linked", "Conversation.Commented"} <= set(types(of_cycle))
    assert not {"Unit.Created", "Priority.Set"} & set(types(of_cycle))
    assert types(event_source(subject=module_world["priority"])) == ["Priority.Set"]
    assert types(event_source(subject=module_world["remark"])) == ["Conversation.Commented"]
    assert types(event_source(unit=module_world["team"]))[:2] == ["Unit.Created", "Objective.Created"]
    assert set(types(event_source(type="Unit.,Cycle.Created"))) == {"Unit.Created", "Cycle.Created"}
    assert types(event_source(type="KeyResult.", cycle="Century", actor=module_world.admin.person)) == [
        "KeyResult.Defined",
        "KeyResult.CheckedIn",
        "KeyResult.CheckedIn",
    ]
    assert event_source(actor=module_world.member.person) == []


def test_since_and_until_are_instants_days_and_positions(module_world, event_source):
    instant = event_source()[4]["time"]
    assert event_source(since=instant)[0]["id"] == "5"
    assert event_source(until=instant)[-1]["id"] == "5"
    assert [event["id"] for event in event_source(since="position:3", until="position:4")] == ["3", "4"]
    assert event_source(since=instant, after=6)[0]["id"] == "7"
    today = datetime.now(UTC).date()
    assert len(event_source(since=today.isoformat(), until=today.isoformat())) == module_world.installation.head
    assert len(event_source(since="0001-01-01")) == module_world.installation.head
    assert event_source(until=(today - timedelta(days=2)).isoformat()) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("as_of=position:1", "as_of"),
        ("after=-1", "after"),
        ("after=1000000", "after"),
        ("limit=201", "limit"),
        ("cycle=nowhen", "cycle"),
        (f"unit={UNKNOWN_ID}", "unit"),
        ("unit=x", "unit"),
        (f"subject={UNKNOWN_ID}", "subject"),
        ("type=KeyResult", "type"),
        ("type=KeyResult.,", "type"),
        ("actor=Ada", "actor"),
        ("since=yesterday", "since"),
        ("since=2999-01-01", "since"),
        ("until=2999-01-01", "until"),
        ("until=position:1000000", "until"),
        ("format=xml", "format"),
        ("format=sse&limit=5", "limit"),
        ("format=sse&until=position:1", "until"),
    ],
)
def test_what_is_wrong_is_named(admin, query, parameter):
    answer = admin.get(f"/v1/events?{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


def test_an_unknown_cycle_is_named(admin):
    [error] = admin.get("/v1/events?cycle=2026-Q5").json["errors"]
    assert (error["parameter"], error["detail"]) == ("cycle", "No cycle called 2026-Q5.")


@pytest.mark.parametrize("last", ["x", "-1", "1.0", "9" * 30])
def test_a_last_event_id_that_is_no_position_is_refused(admin, last):
    answer = admin.get("/v1/events", Accept=SSE, Last_Event_ID=last)
    assert (answer.status_code, answer.json["errors"][0]["header"]) == (422, "Last-Event-ID")


def test_a_last_event_id_of_another_log_is_refused(module_world):
    answer = module_world.admin.get("/v1/events", Accept=SSE, Last_Event_ID="999")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "position-ahead")


def test_only_auditors_and_admins_read_the_feed(module_world):
    answers = {role: module_world.installation.caller(role).get("/v1/events").status_code for role in Role}
    assert {role for role, status in answers.items() if status == 200} == {Role.AUDITOR, Role.ADMIN}
    assert {status for status in answers.values() if status != 200} == {403}


def test_as_lines_everything_comes_at_once_up_to_the_head(module_world, event_source):
    answer = module_world.admin.get("/v1/events", Accept="application/x-ndjson")
    assert answer.mimetype == "application/x-ndjson"
    assert "Accept" in answer.headers["Vary"]
    assert answer.text.endswith("\n")
    assert [json.loads(line) for line in answer.text.splitlines()] == event_source()
    chosen = module_world.admin.get("/v1/events?format=ndjson&type=Objective.&after=1&until=position:9")
    assert [json.loads(line) for line in chosen.text.splitlines()] == event_source(
        type="Objective.", after=1, until="position:9"
    )
    assert chosen.headers["OKR-Position"] == str(module_world.installation.head)


def test_lines_come_in_batches_without_a_gap(module_world, monkeypatch):
    whole = module_world.admin.get("/v1/events?format=ndjson&cycle=Century").text
    monkeypatch.setattr("api.representations.event_feed.BATCH_SIZE", 3)
    assert module_world.admin.get("/v1/events?format=ndjson&cycle=Century").text == whole


def test_a_live_feed_begins_with_what_there_is(module_world, follow, event_source):
    first = follow(module_world.installation.head)
    assert [json.loads(event["data"]) for event in first] == event_source()
    assert [(event["id"], event["event"]) for event in first] == [(event["id"], event["type"]) for event in event_source()]


def test_a_live_feed_goes_on_after_the_last_event_that_its_client_has(follow):
    assert follow(2)[-1]["id"] == "2"
    assert follow(1, Last_Event_ID="2")[0]["id"] == "3"
    assert follow(1, {"after": 5})[0]["id"] == "6"
    assert follow(1, {"after": 5}, Last_Event_ID="2")[0]["id"] == "3"
    assert [event["event"] for event in follow(2, {"type": "Objective."})] == ["Objective.Created"] * 2


def test_a_live_feed_follows_the_log(fresh_installation, fresh_world, fresh_admin):
    answer = fresh_admin.get("/v1/events", query={"after": fresh_installation.head, "type": "Objective.Created"}, Accept=SSE)
    chunks = iter(answer.response)
    assert next(chunks) == live_event_stream.RETRY_FIELD
    made = fresh_world.objective()
    event = parse_server_sent_events(next(chunks))[0]
    assert (json.loads(event["data"])["subject"], event["id"]) == (made, str(fresh_installation.head))
    answer.close()


def test_a_heartbeat_says_how_far_the_feed_has_looked(module_world, monkeypatch):
    monkeypatch.setattr(live_event_stream, "HEARTBEAT_SECONDS", 0.0)
    answer = module_world.admin.get("/v1/events?type=Priority.Retired", Accept=SSE)
    assert list(islice(answer.response, 3))[1:] == [b": still here\nid: %d\n\n" % module_world.installation.head] * 2
    answer.close()


def test_a_live_feed_ends_by_itself(module_world, monkeypatch):
    monkeypatch.setattr(live_event_stream, "MAX_STREAM_SECONDS", 0.0)
    assert module_world.admin.get("/v1/events", Accept=SSE).data == live_event_stream.RETRY_FIELD


def test_a_live_feed_ends_when_its_token_is_revoked(module_world):
    auditor = module_world.installation.caller(Role.AUDITOR)
    answer = auditor.get("/v1/events", Accept=SSE)
    chunks = iter(answer.response)
    next(chunks)
    (mine,) = [t for t in module_world.admin.get("/v1/tokens").json["items"] if t["person_id"] == auditor.person]
    module_world.admin.post(f"/v1/tokens/{mine['id']}/revocation")
    assert list(chunks) == []
    answer.close()


def test_there_are_so_many_live_feeds_and_a_place_is_free_when_one_ends(fresh_installation, fresh_admin):
    fresh_installation.app.extensions["okr-live-feeds"] = live_event_stream.StreamSlots(2)
    open_ones = [fresh_admin.get("/v1/events", Accept=SSE) for _ in range(2)]
    refused = fresh_admin.get("/v1/events", Accept=SSE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json["type"] == "urn:okr-events:problem:too-many-feeds"
    assert fresh_admin.get("/v1/events").status_code == 200
    for answer in open_ones:
        answer.close()
        answer.close()
    again = [fresh_admin.get("/v1/events", Accept=SSE) for _ in range(2)]
    assert fresh_admin.get("/v1/events", Accept=SSE).status_code == 503
    assert [answer.status_code for answer in again] == [200, 200]
    for answer in again:
        answer.close()


@pytest.mark.usefixtures("fresh_world")
def test_a_feed_that_cannot_be_noted_is_not_given_and_takes_no_place(fresh_installation, fresh_admin, monkeypatch):
    def busy(*_, **__):
        raise OperationalError("INSERT", {}, Exception("busy"))

    fresh_installation.app.extensions["okr-live-feeds"] = live_event_stream.StreamSlots(1)
    with monkeypatch.context() as failing:
        failing.setattr(AccessLog, "append_entry", busy)
        for form in ("json", "ndjson", "sse"):
            refused = fresh_admin.get(f"/v1/events?format={form}")
            assert (refused.status_code, refused.json["type"]) == (503, "urn:okr-events:problem:busy")
    answer = fresh_admin.get("/v1/events?format=sse")
    assert answer.status_code == 200
    answer.close()


def test_a_client_that_leaves_ends_its_feed(fresh_installation):
    here, there = socketpair()
    with here, there, fresh_installation.app.app_context():
        connection = live_event_stream.client_socket({"gunicorn.socket": here})
        assert connection is here
        events = live_event_stream.stream_events(
            FilteredFeed(fresh_installation.stores, {}), after=0, is_open=lambda: True, connection=connection
        )
        assert next(events) == live_event_stream.RETRY_FIELD
        there.close()
        assert list(events) == []


def test_a_waiting_feed_holds_no_connection(module_world):
    answer = module_world.admin.get(f"/v1/events?after={module_world.installation.head}", Accept=SSE)
    next(iter(answer.response))
    assert (
        module_world.installation.stores.views.engine.pool.checkedout()
        == module_world.installation.stores.register.engine.pool.checkedout()
        == 0
    )
    answer.close()


@pytest.mark.usefixtures("fresh_world")
def test_every_request_is_recorded_before_the_response(fresh_installation, fresh_admin):
    auditor = fresh_installation.caller(Role.AUDITOR)
    auditor.get("/v1/events?type=Unit.&limit=3")
    auditor.get("/v1/events", Accept="application/x-ndjson")
    auditor.get("/v1/events", Accept=SSE).close()
    assert auditor.get("/v1/events?cycle=nowhen").status_code == 422
    entries = fresh_admin.get("/v1/access-log").json["items"]
    assert [entry["asked"] for entry in entries] == [
        {"type": "Unit.", "limit": "3", "format": "json"},
        {"format": "ndjson"},
        {"format": "sse"},
    ]
    for entry in entries:
        assert (entry["person_id"], entry["role"], entry["what"]) == (auditor.person, "auditor", "feed")
        assert (entry["via"], entry["position"]) == ("http", fresh_installation.head)


def test_the_unfiltered_feed_works_while_the_views_are_stopped(fresh_installation, fresh_world, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(handlers, "Unit.Renamed", [fail])
    admin = fresh_world.admin
    assert admin.patch(f"/v1/units/{fresh_world['team']}", {"name": "Products"}).status_code == 200
    fed = admin.get(f"/v1/events?after={fresh_installation.head - 1}")
    assert types(fed.json["items"]) == ["Unit.Renamed"]
    refused = admin.get("/v1/events?cycle=Century")
    assert (refused.status_code, refused.json["type"]) == (503, "urn:okr-events:problem:views-stopped")


def test_an_erased_actor_and_erased_words_are_marked(fresh_installation, fresh_world):
    with fresh_installation.stores.register.write_transaction() as connection:
        connection.exec_driver_sql("DELETE FROM word_keys")
        connection.exec_driver_sql("DELETE FROM people")
    first = fetch_items(fresh_world)[0]
    assert UUID(first["actor"])
    assert "actorname" not in first
    assert fetch_items(fresh_world, type="KeyResult.CheckedIn")[0]["data"]["note"] == "[erased]"


def test_the_description_names_all_forms(admin):
    operation = admin.client.get("/openapi.json").json["paths"]["/v1/events"]["get"]
    assert operation["responses"]["200"]["content"].keys() == {"application/json", "application/x-ndjson", SSE}
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        *("after", "limit", "cycle", "unit", "subject", "type", "actor", "since", "until", "format", "Last-Event-ID")
    }
    assert "406" in operation["responses"]
