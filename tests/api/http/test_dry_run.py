"""dry_run: the same checks and response, without recording anything."""

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID

GENERATED_FIELDS = {
    "id",
    "review_id",
    "position",
    "recorded_at",
    "created_at",
    "revoked_at",
    "token",
    "secret",
    "url",
    "evaluated_at",
}
"""Members that differ in every response."""
CREATING_PATHS = ("key-results", "check-ins", "comments")
"""Paths below which commands on an existing resource create a new one."""


def without_generated_fields(value):
    """A response without the members that differ in every response."""
    if isinstance(value, dict):
        return {name: without_generated_fields(part) for name, part in value.items() if name not in GENERATED_FIELDS}
    return [without_generated_fields(part) for part in value] if isinstance(value, list) else value


def test_a_rehearsal_answers_like_the_command_and_leaves_no_trace(installation, world, admin, command):
    method, path, body = world.command(command)
    admin.get("/v1/alignment-tree?depth=0")
    before, head = installation.read_state(), admin.get("/v1/units?limit=1").headers["ETag"]
    rehearsed = admin.call(method, f"{path}?dry_run=true", body)
    assert installation.read_state() == before
    assert admin.get("/v1/units?limit=1").headers["ETag"] == head
    assert rehearsed.json["position"] is None
    assert not {"OKR-Position", "ETag", "Idempotency-Replayed"} & set(rehearsed.headers.keys())
    recorded = admin.call(method, f"{path}?dry_run=False", body)
    assert (rehearsed.status_code, without_generated_fields(rehearsed.json)) == (
        recorded.status_code,
        without_generated_fields(recorded.json),
    )
    assert rehearsed.json.keys() == recorded.json.keys() - {"token", "secret", "url"}
    if "<" in command:
        assert rehearsed.json["id"] == recorded.json["id"] or any(kind in path for kind in CREATING_PATHS)
        assert rehearsed.headers["Location"].partition("/v1/")[2].split("/")[0] == recorded.headers["Location"].split("/")[2]


def test_a_rehearsal_is_refused_like_the_command(installation, world, admin, reader, change):
    method, path, body = world.command(change)
    before = installation.read_state()
    for caller, sent, headers in (
        (reader, body, {}),
        (admin, b"{", {}),
        (admin, body | {"nonsense": 1}, {}),
        (admin, body, {"If_Match": '"99"'}),
        (admin, body, {"If_Match": "x"}),
    ):
        rehearsed = caller.call(method, f"{path}?dry_run=true", sent, **headers)
        refused = caller.call(method, path, sent, **headers)
        assert refused.status_code >= 400
        assert (rehearsed.status_code, rehearsed.json) == (refused.status_code, refused.json)
    assert installation.read_state() == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("units", {"name": "Tech", "level": "company"}),
        ("units/{company}/move", {"parent_id": "{team}", "reason": REASON}),
        ("objectives", {"cycle_id": UNKNOWN_ID, "unit_id": "{team}", "title": "x"}),
        ("alignments", {"child_id": "{build}", "parent_id": "{lead}", "kind": "vertical"}),
        ("tokens", {"person_id": UNKNOWN_ID, "role": "reader"}),
        ("check-ins/batch", {"check_ins": []}),
    ],
)
def test_what_the_state_refuses_is_refused_in_a_rehearsal_too(world, admin, path, body):
    body = {name: world[value[1:-1]] if str(value).startswith("{") else value for name, value in body.items()}
    path = "/v1/" + path.format_map(world.ids)
    refused = admin.post(path, body)
    rehearsed = admin.post(f"{path}?dry_run=true", body)
    assert (rehearsed.status_code, rehearsed.json) == (refused.status_code, refused.json)
    assert refused.status_code in {409, 422}


def test_a_token_that_was_only_rehearsed_opens_nothing(world, admin):
    rehearsed = admin.post("/v1/tokens?dry_run=true", {"person_id": world["person"], "role": "admin"}).json
    refused = admin.client.get("/v1/units", headers={"Authorization": f"Bearer {rehearsed.get('token', '')}"})
    assert refused.status_code == 401


def test_a_dry_run_adds_no_person(world, admin):
    rehearsed = admin.post("/v1/people?dry_run=true", {"name": "Nobody"})
    assert admin.get(rehearsed.headers["Location"]).status_code == 404
    assert admin.post(f"/v1/objectives/{world['build']}/reassignment", {"owner": rehearsed.json["id"]}).status_code == 422


def test_a_whole_import_can_be_rehearsed(installation, world, admin):
    rows = [{"key_result_id": world["launch"], "value": value, "note": "x"} for value in range(50)]
    before = installation.read_state()
    rehearsed = admin.post("/v1/check-ins/batch?dry_run=true", {"check_ins": rows})
    assert [each["value"] for each in rehearsed.json["items"]] == [str(value) for value in range(50)]
    assert installation.read_state() == before
