"""Check-ins over HTTP: recorded, corrected and retracted, with their history."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID

CHECK_IN = {
    "value": "1.50",
    "measured_on": "2026-01-05",
    "confidence": 0.7,
    "status": "at_risk",
    "note": "We go on\nand on",
    "wins": ["A first sale"],
    "next_steps": ["Call them"],
}


def test_a_check_in_reads_as_it_was_recorded(world, admin, reader):
    blocker = {"kind": "capacity", "text": "Two are ill", "owner": world["member"]}
    path = f"/v1/key-results/{world.key_result()}/check-ins"
    answer = admin.post(path, {**CHECK_IN, "blockers": [blocker]}).json
    body = reader.get(f"/v1/check-ins/{answer['id']}").json
    assert {name: body[name] for name in CHECK_IN} == {**CHECK_IN, "value": "1.5", "confidence": "0.7"}
    assert [{**each, "id": ""} for each in body["blockers"]] == [{**blocker, "id": "", "state": "open"}]
    assert (body["author"], body["after_end"], body["retracted"], body["version"]) == (admin.person, False, False, 1)
    assert body["corrections"] == []
    assert body["original"].items() <= body.items()
    assert reader.get(path).json["items"] == [body]


def test_null_and_omitted_fields_are_not_stated(world, admin):
    path = f"/v1/key-results/{world.key_result()}"
    admin.post(f"{path}/check-ins", {"value": 1, "confidence": "0.5"})
    today = admin.post(f"{path}/check-ins", {"value": None, "confidence": None, "status": "on_track", "wins": None}).json
    assert (today["value"], today["confidence"], today["wins"], today["note"]) == (None, None, [], None)
    assert today["measured_on"] == datetime.now(UTC).date().isoformat()
    now = admin.get(path).json
    assert (now["value"], now["confidence"], now["health"]["reported"]) == ("1", "0.5", "on_track")
    assert now["latest_check_in"]["id"] == today["id"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"note": "Only words"}, ""),
        ({}, ""),
        ({"value": 1, "measured_on": (date.today() + timedelta(days=2)).isoformat()}, "/measured_on"),  # noqa: DTZ011
        ({"value": 1, "milestones": ["x"]}, "/milestones"),
        ({"confidence": "1.01"}, "/confidence"),
        ({"confidence": True}, "/confidence"),
        ({"status": "fine"}, "/status"),
        ({"value": 1, "blockers": [{"kind": "other", "text": "x", "owner": UNKNOWN_ID}]}, "/blockers/0/owner"),
        ({"value": 1, "blockers": [{"kind": "other"}]}, "/blockers/0/text"),
        ({"value": 1, "wins": ["x", ""]}, "/wins/1"),
        ({"value": 1, "author": UNKNOWN_ID}, "/author"),
    ],
)
def test_an_invalid_field_has_a_pointer(world, admin, fields, pointer):
    refused = admin.post(f"/v1/key-results/{world['launch']}/check-ins", fields)
    assert (refused.status_code, [error["pointer"] for error in refused.json["errors"]]) == (422, [pointer])


def test_a_correction_replaces_what_it_names_and_keeps_the_original(world, admin, reader):
    key_result = world.key_result()
    first = admin.post(f"/v1/key-results/{key_result}/check-ins", CHECK_IN).json
    path = f"/v1/check-ins/{first['id']}"
    assert admin.post(f"{path}/correction", {"value": 3}).json["errors"][0]["pointer"] == "/reason"
    corrected = admin.post(f"{path}/correction", {"value": 3, "note": "Miscounted", "reason": REASON})
    assert corrected.status_code == 200
    body = reader.get(path).json
    assert (body["value"], body["note"], body["wins"], body["version"]) == ("3", "Miscounted", ["A first sale"], 2)
    assert body["original"] == first["original"]
    [correction] = body["corrections"]
    assert (correction["reason"], correction["author"], correction["retracted"]) == (REASON, admin.person, False)
    assert correction["position"] == corrected.json["position"]
    assert reader.get(f"/v1/key-results/{key_result}").json["progress"]["value"] == "0.75"


def test_a_retraction_withdraws_and_hides_nothing(world, admin, reader):
    key_result = world.key_result()
    first = world.create(f"key-results/{key_result}/check-ins", value=1)
    second = world.create(f"key-results/{key_result}/check-ins", value=3)
    assert admin.post(f"/v1/check-ins/{second}/retraction", {"reason": REASON}).json["retracted"] is True
    assert reader.get(f"/v1/key-results/{key_result}").json["value"] == "1"
    assert [each["id"] for each in reader.get(f"/v1/key-results/{key_result}/check-ins").json["items"]] == [second, first]
    again = admin.post(f"/v1/check-ins/{second}/retraction", {"reason": REASON})
    assert (again.status_code, again.json["type"]) == (409, "urn:okr-events:problem:retracted-already")
    assert admin.post(f"/v1/check-ins/{second}/correction", {"value": 2, "reason": REASON}).status_code == 409


def test_check_ins_come_newest_first_a_page_at_a_time(world, reader):
    path = f"/v1/key-results/{world.key_result()}/check-ins"
    made = [world.create(path.removeprefix("/v1/"), value=value) for value in range(5)]
    seen, page = [], reader.get(f"{path}?limit=2")
    while page.json["next"]:
        seen += page.json["items"]
        page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert [each["id"] for each in seen + page.json["items"]] == made[::-1]


def test_a_cancelled_key_result_takes_no_check_in(world, admin):
    path = f"/v1/key-results/{world.key_result()}"
    admin.post(f"{path}/cancellation", {"reason": REASON})
    refused = admin.post(f"{path}/check-ins", {"value": 1})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:okr-events:problem:key-result-closed")


def test_a_check_in_after_the_cycle_is_after_its_end_and_about_its_last_day(world, admin):
    cycle = world.create("cycles", name=world["name"], starts_on="2001-01-01", ends_on="2001-03-31")
    key_result = world.key_result(objective=world.objective(cycle_id=cycle))
    made = admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 1}).json
    assert (made["measured_on"], made["after_end"], made["late"]) == ("2001-03-31", True, True)
    refused = admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 1, "measured_on": "2001-04-01"})
    assert refused.json["errors"][0]["pointer"] == "/measured_on"
