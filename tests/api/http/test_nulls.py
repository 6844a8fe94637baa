"""Null in changes, as in a JSON Merge Patch, and in corrections: it clears what can be cleared, and is 422 elsewhere."""

import pytest

from tests.api.command_catalog import CENTURY, COMMANDS, REASON

CORRECTION = "POST /v1/check-ins/<uuid:check_in_id>/correction"
CLEARABLE = {
    "PATCH /v1/units/<uuid:unit_id>": {"vision": "Lead", "mission": "Build"},
    "PATCH /v1/people/<uuid:person_id>": {"email": "ada@example.com"},
    "PATCH /v1/priorities/<uuid:priority_id>": {"description": "Over five years", "owner": "{member}"},
    "PATCH /v1/cycles/<uuid:cycle_id>/policy": {},
    "PATCH /v1/objectives/<uuid:objective_id>": {"description": "Why"},
    "PATCH /v1/key-results/<uuid:key_result_id>": {"description": "How"},
    "PATCH /v1/alignments/<uuid:alignment_id>": {"capacity": "7"},
    CORRECTION: {"note": "Miscounted", "confidence": "0.5"},
}
"""Each operation with the fields that null clears, and a value for each."""
NOT_CLEARABLE = {
    "PATCH /v1/units/<uuid:unit_id>": {"name", "time_zone", "time_zone_from"},
    "PATCH /v1/people/<uuid:person_id>": {"name"},
    "PATCH /v1/priorities/<uuid:priority_id>": {"title", "perspective", "horizon"},
    "PATCH /v1/cycles/<uuid:cycle_id>/policy": {"policy"},
    "PATCH /v1/objectives/<uuid:objective_id>": {"title", "commitment", "urgent", "important", "progress_driver"},
    "PATCH /v1/key-results/<uuid:key_result_id>": {"title", "weight", "due_on"},
    "PATCH /v1/alignments/<uuid:alignment_id>": {"weight"},
    CORRECTION: {"value", "milestones", "measured_on", "status", "wins", "blockers", "next_steps"},
}
CASES = [(name, field) for name, fields in CLEARABLE.items() for field in fields]
OTHER_CASES = [(name, field) for name, fields in NOT_CLEARABLE.items() for field in sorted(fields)]


@pytest.fixture
def path_of(world):
    """The path of an operation on a resource that has all of its fields."""

    def path(name):
        if name.startswith("PATCH /v1/units"):
            return f"/v1/units/{world['company']}"
        if name.startswith("PATCH /v1/alignments"):
            return f"/v1/alignments/{world.create_for_argument('dependency')}"
        return world.command(name)[1]

    return path


@pytest.fixture
def send(world, admin, path_of):
    """Send a change of one field and return the response."""
    paths = {}

    def change(name, field, value):
        path = paths.setdefault(name, path_of(name))
        value = world["member"] if value == "{member}" else value
        return admin.call(name.partition(" ")[0], path, {field: value, "reason": REASON})

    return change


@pytest.mark.parametrize(("name", "field"), CASES)
def test_null_clears_what_can_be_cleared(send, name, field):
    value = send(name, field, CLEARABLE[name][field])
    assert (value.status_code, value.json[field] is None) == (200, False)
    cleared = send(name, field, None)
    assert (cleared.status_code, cleared.json[field]) == (200, None)
    again = send(name, field, None)
    assert again.status_code == 200


@pytest.mark.parametrize(("name", "field"), OTHER_CASES)
def test_null_is_refused_where_nothing_can_be_cleared(send, name, field):
    refused = send(name, field, None)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_the_tables_hold_every_change_and_every_field(admin):
    document = admin.client.get("/openapi.json").json
    changes = {name for name in COMMANDS if name.startswith("PATCH ")} | {CORRECTION}
    assert CLEARABLE.keys() == NOT_CLEARABLE.keys() == changes
    for name in changes:
        method, _, path = name.partition(" ")
        operation = document["paths"][path.replace("<uuid:", "{").replace(">", "}")][method.lower()]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        properties = document["components"]["schemas"][reference]["properties"]
        nullable = {field for field, schema in properties.items() if "null" in schema.get("type", ())}
        assert properties.keys() - {"reason"} == CLEARABLE[name].keys() | NOT_CLEARABLE[name]
        assert nullable - {"reason"} == CLEARABLE[name].keys()


@pytest.mark.parametrize(
    ("name", "body", "pointer"),
    [
        (
            "PATCH /v1/priorities/<uuid:priority_id>",
            {"horizon": {"starts_on": None, "ends_on": "2026-12-31"}},
            "/horizon/starts_on",
        ),
        ("PATCH /v1/cycles/<uuid:cycle_id>/policy", {"policy": {"pace": {"on_track": None}}}, "/policy/pace/on_track"),
    ],
)
def test_null_within_a_value_is_refused(world, admin, name, body, pointer):
    method, path, _ = world.command(name)
    refused = admin.call(method, path, {**body, "reason": REASON})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_clearing_the_owner_of_a_priority_requires_a_reason(world, admin):
    priority = {"title": "Be first", "perspective": "customer", "horizon": CENTURY, "owner": world["member"]}
    path = f"/v1/priorities/{world.create('priorities', **priority)}"
    refused = admin.patch(path, {"owner": None})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/reason")


def test_a_withdrawn_confidence_is_no_longer_in_force_and_the_original_stays_readable(world, admin):
    part = world.key_result()
    world.create(f"key-results/{part}/check-ins", confidence="0.9", measured_on="2026-01-05")
    check_in = world.create(f"key-results/{part}/check-ins", value=1, confidence="0.2", note="A slip", measured_on="2026-01-06")
    path = f"/v1/check-ins/{check_in}"
    assert admin.get(f"/v1/key-results/{part}").json["latest_check_in"]["confidence"] == "0.2"
    body = {"confidence": None, "note": None, "reason": REASON}
    corrected = admin.post(f"{path}/correction", body).json
    assert (corrected["confidence"], corrected["note"], corrected["value"]) == (None, None, "1")
    assert (corrected["original"]["confidence"], corrected["original"]["note"]) == ("0.2", "A slip")
    history = admin.get(f"/v1/key-results/{part}/history").json["items"]
    assert [fact["fields"]["withdrawn"] for fact in history if fact["type"] == "KeyResult.CheckInCorrected"] == [
        ["confidence", "note"]
    ]
    tree = admin.get(f"/v1/key-results/{part}").json
    assert tree["latest_check_in"]["confidence"] is None


def test_a_correction_leaves_a_statement(world, admin):
    check_in = world.create(f"key-results/{world.key_result()}/check-ins", confidence="0.9")
    path = f"/v1/check-ins/{check_in}/correction"
    refused = admin.post(path, {"confidence": None, "reason": REASON})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:okr-events:problem:last-statement")
    assert admin.post(path, {"confidence": None, "status": "at_risk", "reason": REASON}).status_code == 200


def test_null_is_left_out_of_what_is_created(world, admin):
    made = admin.post("/v1/units", {"name": world["name"], "level": "team", "parent_id": world["company"], "vision": None})
    assert made.status_code == 201
