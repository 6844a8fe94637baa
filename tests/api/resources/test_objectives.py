"""Objectives over HTTP."""

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID


def test_an_objective_begins_with_the_defaults_of_the_domain(world, admin):
    made = admin.post("/v1/objectives", {"cycle_id": world["cycle"], "unit_id": world["team"], "title": "Build"}).json
    fields = {name: made[name] for name in ("owner", "commitment", "urgent", "important", "focus", "progress_driver", "state")}
    assert fields == {
        "owner": None,
        "commitment": "aspirational",
        "urgent": False,
        "important": False,
        "focus": "could_do",
        "progress_driver": "key_results",
        "state": "agreed",
    }
    assert (made["progress"], made["score"], made["key_results"], made["children"]) == (None, None, [], [])
    assert made["health"]["effective"] == "pending"


@pytest.mark.parametrize(("urgent", "important", "focus"), [(1, 1, "must_do"), (0, 1, "should_do"), (1, 0, "could_do")])
def test_the_focus_follows_from_eisenhowers_axes(world, reader, urgent, important, focus):
    cycle = world.create_for_argument("cycle_id")
    objective = world.objective(cycle_id=cycle, urgent=bool(urgent), important=bool(important))
    found = reader.get(f"/v1/objectives?cycle={cycle}&focus={focus}").json["items"]
    assert [(each["id"], each["focus"]) for each in found] == [(objective, focus)]


def test_objectives_are_found_by_unit_owner_state_and_health(world, admin, reader):
    cycle, unit = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    theirs = world.create("objectives", cycle_id=cycle, unit_id=unit, title="Sell", owner=unit)
    other = world.objective(cycle_id=cycle)
    admin.post(f"/v1/objectives/{other}/cancellation", {"reason": REASON})
    world.create(f"key-results/{world.key_result(objective=theirs)}/check-ins", status="at_risk")

    def found(query):
        return [each["id"] for each in reader.get(f"/v1/objectives?cycle={cycle}&{query}").json["items"]]

    assert found(f"unit={unit}") == found(f"owner={unit}") == found("state=agreed") == found("health=at_risk") == [theirs]
    assert found(f"unit={world['company']}") == [theirs, other]
    assert found("state=cancelled") == [other]
    assert found("health=on_track") == []


def test_a_change_names_what_changes(world, admin):
    path = f"/v1/objectives/{world.objective(description='Why')}"
    changed = admin.patch(path, {"title": "Sell", "important": True}).json
    assert (changed["title"], changed["description"], changed["focus"]) == ("Sell", "Why", "should_do")
    assert changed["version"] == 3
    again = admin.patch(path, {"title": "Sell"})
    assert (again.status_code, again.json["version"]) == (200, 3)
    assert admin.patch(path, {}).json["type"] == "urn:okr-events:problem:nothing-said"


def test_an_unknown_id_in_the_body_has_a_pointer(world, admin):
    place = {"cycle_id": world["cycle"], "unit_id": world["team"], "title": "Build"}
    for field in ("cycle_id", "unit_id", "owner"):
        refused = admin.post("/v1/objectives", place | {field: UNKNOWN_ID})
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_an_objective_is_given_to_a_person_or_a_unit(world, admin):
    path = f"/v1/objectives/{world.objective()}"
    for owner in (world["company"], world["person"]):
        given = admin.post(f"{path}/reassignment", {"owner": owner, "reason": REASON})
        assert (given.status_code, given.json["owner"]) == (200, owner)
    assert admin.post(f"{path}/reassignment", {"owner": owner}).json["errors"][0]["pointer"] == "/reason"


def test_what_is_cancelled_stays_readable_and_takes_no_more_changes(world, admin, reader):
    path = f"/v1/objectives/{world.objective()}"
    key_result = world.create(f"{path.removeprefix('/v1/')}/key-results", title="Sell", metric={"kind": "binary"})
    cancelled = admin.post(f"{path}/cancellation", {"reason": REASON})
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert reader.get(path).json["state"] == "cancelled"
    assert reader.get(f"/v1/key-results/{key_result}").json["state"] == "cancelled"
    refused = admin.patch(path, {"title": "Again"})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:okr-events:problem:objective-ended")


def test_weights_are_set_all_or_none(world, admin, reader):
    objective = world.objective("company", progress_driver="both")
    first, second = (world.key_result(objective=objective) for _ in range(2))
    link = world.create("alignments", child_id=world.objective(), parent_id=objective, kind="vertical")
    weights = {"key_results": {first: "2", second: 0}, "alignments": {link: 0.5}, "reason": REASON}
    path = f"/v1/objectives/{objective}"
    wrong = admin.put(f"{path}/weights", {**weights, "alignments": {world["link"]: 3}})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, f"/alignments/{world['link']}")
    assert [part["weight"] for part in reader.get(path).json["key_results"]] == ["1", "1"]
    answer = admin.put(f"{path}/weights", weights).json
    assert [part["weight"] for part in answer["key_results"]] == ["2", "0"]
    assert [child["weight"] for child in answer["children"]] == ["0.5"]


@pytest.mark.parametrize(
    ("weights", "pointer"), [({"x/y": 1}, "/key_results/x~1y"), ({UNKNOWN_ID: -1}, f"/key_results/{UNKNOWN_ID}")]
)
def test_an_invalid_weight_has_a_pointer(world, admin, weights, pointer):
    refused = admin.put(f"/v1/objectives/{world['build']}/weights", {"key_results": weights, "reason": REASON})
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
