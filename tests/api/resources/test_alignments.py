"""Links over HTTP."""

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID


def link(child, parent, **fields):
    return {"child_id": child, "parent_id": parent, "kind": "vertical", **fields}


def test_a_child_serves_a_parent_by_weight(world, admin, reader):
    child = world.objective()
    made = admin.post("/v1/alignments", link(child, world["lead"], weight="0.50"))
    assert (made.status_code, made.json["weight"], made.json["state"], made.json["version"]) == (201, "0.5", "active", 1)
    where = made.headers["Location"]
    assert admin.patch(where, {"weight": 2}).json["errors"][0]["pointer"] == "/reason"
    assert admin.patch(where, {"weight": 2, "reason": REASON}).json["weight"] == "2"
    assert admin.patch(where, {"reason": REASON}).json["type"] == "urn:okr-events:problem:nothing-said"
    assert admin.post(f"{where}/ending", {"reason": REASON}).json["state"] == "ended"
    assert reader.get(where).json["state"] == "ended"
    assert admin.post(f"{where}/ending", {"reason": REASON}).json["type"] == "urn:okr-events:problem:alignment-ended"


def test_the_same_two_are_linked_once_at_a_time(world, admin):
    body = link(world.objective(), world["lead"])
    first = world.create("alignments", **body)
    again = admin.post("/v1/alignments", body)
    assert (again.status_code, again.json["type"]) == (409, "urn:okr-events:problem:already-linked")
    admin.post(f"/v1/alignments/{first}/ending", {"reason": REASON})
    assert admin.post("/v1/alignments", body).status_code == 201


def test_contribution_is_never_circular(world, admin):
    low, middle, high = (world.objective("company") for _ in range(3))
    unit = world.create("objectives", cycle_id=world["cycle"], unit_id=world["team"], title="x")
    world.create("alignments", **link(unit, low))
    refused = admin.post("/v1/alignments", link(low, unit))
    assert (refused.status_code, refused.json["type"]) == (409, "urn:okr-events:problem:not-above")
    same = admin.post("/v1/alignments", link(middle, middle))
    assert (same.status_code, same.json["errors"][0]["pointer"]) == (422, "/parent_id")
    assert admin.post("/v1/alignments", link(middle, high)).status_code == 409


@pytest.mark.parametrize("field", ["child_id", "parent_id"])
@pytest.mark.parametrize("named", [UNKNOWN_ID, "company"])
def test_a_link_end_that_does_not_exist_has_a_pointer(world, admin, field, named):
    body = link(world["build"], world["lead"]) | {field: world.ids.get(named, named)}
    refused = admin.post("/v1/alignments", body)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_links_are_found_by_cycle_unit_and_state(world, admin, reader):
    cycle, unit = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    parent = world.objective("company", cycle_id=cycle)
    first = world.create("alignments", **link(world.objective(cycle_id=cycle), parent))
    child = world.create("objectives", cycle_id=cycle, unit_id=unit, title="Sell")
    second = world.create("alignments", **link(child, parent))
    admin.post(f"/v1/alignments/{first}/ending", {"reason": REASON})

    def found(query):
        return [each["id"] for each in reader.get(f"/v1/alignments?cycle={cycle}&{query}").json["items"]]

    assert found("limit=9") == found(f"unit={world['company']}") == [first, second]
    assert found("state=active") == found(f"unit={unit}") == [second]
    assert found("state=ended") == [first]
