"""Names and titles over HTTP: all are compared and refused alike."""

import pytest

from tests.api.command_catalog import COMMANDS

NAMED = [(command, member) for command, body in COMMANDS.items() for member in ("name", "title") if member in body]
COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


@pytest.mark.parametrize("name", ["\u200b", "\u2060\u00ad", "\u3164"])
@pytest.mark.parametrize(("named", "field"), NAMED)
def test_a_name_that_shows_nothing_is_refused_everywhere(world, admin, named, field, name):
    method, path, body = world.command(named)
    refused = admin.call(method, path, {**body, field: name})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_names_that_differ_in_the_encoding_of_accents_are_one_name(world, admin):
    team = {"level": "team", "parent_id": world["company"]}
    made = admin.post("/v1/units", {"name": DECOMPOSED, **team})
    assert (made.status_code, made.json["name"]) == (201, DECOMPOSED)
    assert admin.post("/v1/units", {"name": COMPOSED, **team}).json["type"].endswith("name-taken")
    other = admin.post("/v1/units", {"name": "Tea", **team}).json["id"]
    assert admin.patch(f"/v1/units/{other}", {"name": COMPOSED.upper()}).status_code == 409
    span = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    cycle = admin.post("/v1/cycles", {"name": COMPOSED, **span}).json["id"]
    assert admin.post("/v1/cycles", {"name": DECOMPOSED, **span}).status_code == 409
    objective = world.objective(cycle_id=cycle)
    found = admin.get("/v1/objectives", {"cycle": DECOMPOSED}).json["items"]
    assert [item["id"] for item in found] == [objective]


def test_steps_that_differ_in_the_encoding_of_accents_are_one_step(world, admin):
    path = f"/v1/objectives/{world['build']}/key-results"
    steps = [{"name": name} for name in (COMPOSED, DECOMPOSED)]
    refused = admin.post(path, {"title": "Open", "metric": {"kind": "milestones", "steps": steps}})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/metric/steps")
    part = admin.post(path, {"title": "Open", "metric": {"kind": "milestones", "steps": steps[:1]}}).json["id"]
    assert admin.post(f"/v1/key-results/{part}/check-ins", {"milestones": [DECOMPOSED]}).json["milestones"] == [COMPOSED]
    assert admin.get(f"/v1/key-results/{part}").json["progress"]["value"] == "1"
