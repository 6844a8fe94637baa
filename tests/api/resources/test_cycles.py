"""Cycles and their policies over HTTP."""

import pytest

from tests.api.command_catalog import CENTURY, REASON


def test_a_cycle_begins_as_a_draft_with_the_whole_policy(world, admin):
    made = admin.post("/v1/cycles", {"name": world["name"], **CENTURY, "policy": {"pace": {"on_track": 0.8}}}).json
    assert (made["state"], made["starts_on"], made["ends_on"]) == ("draft", *CENTURY.values())
    assert made["policy"]["pace"] == {"on_track": "0.8", "at_risk": "0.5"}
    assert made["policy"]["cadence"] == {"every": "weekly", "weekday": "friday", "grace_days": 3}


def test_an_active_cycle_changes_its_policy_only_with_a_reason(world, admin):
    path = f"/v1/cycles/{world.create_for_argument('cycle_id')}"
    assert admin.patch(f"{path}/policy", {"policy": {"overlap": 80}}).status_code == 200
    assert admin.post(f"{path}/activation").json["state"] == "active"
    refused = admin.patch(f"{path}/policy", {"policy": {"overlap": 70}})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/reason")
    assert admin.patch(f"{path}/policy", {"policy": {"overlap": 70}, "reason": REASON}).json["policy"]["overlap"] == 70
    assert admin.post(f"{path}/activation").status_code == 409


@pytest.mark.parametrize(
    ("policy", "pointer"),
    [
        ({"overlap": 101}, "/policy/overlap"),
        ({"pace": {"at_risk": "0.9"}}, "/policy/pace/at_risk"),
        ({"pace": 1}, "/policy/pace"),
        ({"a/b~c": 1}, "/policy/a~1b~0c"),
    ],
)
def test_an_invalid_policy_has_a_pointer(world, admin, policy, pointer):
    refused = admin.post("/v1/cycles", {"name": world["name"], **CENTURY, "policy": policy})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_cycles_nest(world, admin):
    outside = {"name": world["name"], "starts_on": "1999-12-31", "ends_on": "2000-03-31", "parent_id": world["cycle"]}
    refused = admin.post("/v1/cycles", outside)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/parent_id")
    assert admin.post("/v1/cycles", outside | {"starts_on": "2000-01-01"}).json["parent_id"] == world["cycle"]


def test_cycles_are_listed_by_state_and_found_by_name(world, admin, reader):
    name = f"Q4 & more, {world['name']} ü"
    made = world.create("cycles", name=name, **CENTURY)
    admin.post(f"/v1/cycles/{made}/activation")
    active = reader.get("/v1/cycles?state=active&limit=200").json["items"]
    assert made in [cycle["id"] for cycle in active]
    assert {cycle["state"] for cycle in active} == {"active"}
    objective = world.objective(cycle_id=made)
    for spelled in (made, made.upper(), name, name.upper()):
        found = reader.get("/v1/objectives", {"cycle": spelled})
        assert [each["id"] for each in found.json["items"]] == [objective]
    assert reader.get("/v1/objectives?cycle=nowhere").status_code == 404


def test_the_next_page_is_found_whatever_the_cycles_name(world, reader):
    name = f"Q4 & more=less, {world['name']} ü €"
    cycle = world.create("cycles", name=name, **CENTURY)
    objectives = [world.objective(cycle_id=cycle) for _ in range(2)]
    page = reader.get("/v1/objectives", {"cycle": name, "limit": 1})
    rest = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert [each["id"] for each in page.json["items"] + rest.json["items"]] == objectives
