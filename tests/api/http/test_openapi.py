"""The OpenAPI document describes every route; its page loads nothing from other hosts."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.command_catalog import COMMANDS
from tests.api.conftest import RANGE_PATHS

TIMELESS_PATHS = re.compile("/v1/(people|tokens|calendars|webhooks|access-log|events|ledger)")


@pytest.fixture(scope="module")
def document(admin):
    return admin.client.get("/openapi.json").json


@pytest.fixture(scope="module")
def operations(document):
    """Each operation with all its parameters, including those of its path."""
    return {
        (method, path): {**part, "parameters": [*parts.get("parameters", ()), *part.get("parameters", ())]}
        for path, parts in document["paths"].items()
        for method, part in parts.items()
        if method != "parameters"
    }


def parameter_names(operation, where):
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == where}


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_described_and_nothing_else(installation, operations):
    rules = [rule for rule in installation.app.url_map.iter_rules() if rule.rule.startswith(("/v1/", "/health"))]
    routes = {
        (method.lower(), re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert operations.keys() == routes


def test_parameters_are_inline_and_each_path_has_its_own(document, operations):
    for (method, path), operation in operations.items():
        assert not [parameter for parameter in operation["parameters"] if "$ref" in parameter], (method, path)
        assert parameter_names(operation, "path") == set(re.findall(r"\{(\w+)\}", path)), (method, path)
    assert not document["components"].get("parameters")


def test_every_query_about_okrs_takes_as_of_or_a_range(operations):
    for (method, path), operation in operations.items():
        if method == "get" and path.startswith("/v1/") and not TIMELESS_PATHS.match(path):
            moments = parameter_names(operation, "query") & {"as_of", "from", "to"}
            assert moments == ({"from", "to"} if path in RANGE_PATHS else {"as_of"}), path
            assert "304" in operation["responses"], path


def test_every_command_takes_an_idempotency_key_a_version_and_dry_run(operations):
    commands = {(method, path): part for (method, path), part in operations.items() if method != "get"}
    assert len(commands) == len(COMMANDS)
    for where, operation in commands.items():
        assert parameter_names(operation, "header") == {"Idempotency-Key", "If-Match"}, where
        assert parameter_names(operation, "query") == {"dry_run"}, where
        assert "application/json" in operation["requestBody"]["content"], where
        assert len({"200", "201"} & operation["responses"].keys()) == 1, where


def test_every_operation_documents_its_problems_and_its_security(operations):
    for (method, path), operation in operations.items():
        failures = {code: response for code, response in operation["responses"].items() if code >= "400"}
        assert all(failure["content"].keys() == {"application/problem+json"} for failure in failures.values()), path
        if "{secret}" in path:
            assert (operation["security"], set(failures)) == ([], {"404", "503"})
        elif path.startswith("/v1/"):
            assert {"401", "403", "422", "503"} <= failures.keys(), path
            assert operation["security"] == [{"bearer": []}], path
            assert operation["summary"], path
        if method != "get":
            assert {"400", "409", "412", "413", "415"} <= failures.keys(), path


def test_the_body_of_a_check_in_has_the_members_of_the_contract(document):
    schema = document["components"]["schemas"]["CheckInBody"]
    assert schema["properties"].keys() == {
        *("value", "milestones", "measured_on", "confidence", "status", "note", "wins", "blockers", "next_steps", "reason")
    }
    assert document["components"]["schemas"]["CheckIn"]["properties"]["value"]["format"] == "decimal"


def test_the_page_loads_nothing_from_other_hosts(admin):
    page = admin.client.get("/docs/")
    assert "https:" not in page.headers["Content-Security-Policy"]
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert linked
    for address in linked:
        assert not re.match(r"(?:\w+:)?//", address), address
        with admin.client.get(address) as asset:
            assert asset.status_code == 200, address
    assert not re.search(r"https?://", page.text)
    assert '"url": "/openapi.json"' in page.text
    assert '"validatorUrl": null' in page.text


def test_an_explained_number_may_be_null_and_its_inputs_may_have_a_day_or_a_start(world, admin, document):
    schemas = document["components"]["schemas"]
    explained = schemas["ExplainedProgress"]["properties"]
    assert "null" in explained["value"]["type"]
    assert "null" in explained["raw"]["type"]
    inputs = schemas[explained["inputs"]["additionalProperties"]["$ref"].rpartition("/")[2]]["properties"]
    assert {"measured_on", "not_started"} <= inputs.keys()
    for path in (f"/v1/key-results/{world['launch']}/progress", f"/v1/objectives/{world['build']}/progress"):
        found = admin.get(path).json["progress"]["inputs"]
        assert all(each.keys() <= inputs.keys() for each in found.values()), path


def test_every_operation_that_answers_a_dry_run_documents_a_null_position(document, operations):
    for (method, path), operation in operations.items():
        if method != "get":
            answer = operation["responses"].get("200") or operation["responses"]["201"]
            name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            position = document["components"]["schemas"][name]["properties"]["position"]["type"]
            assert set(position) == {"integer", "null"}, path


def test_an_optional_member_of_a_post_may_be_null_and_is_left_out_then(world, admin, document):
    schemas = document["components"]["schemas"]
    assert schemas["PersonAddition"]["properties"]["email"]["type"] == ["string", "null"]
    assert schemas["PersonAddition"]["properties"]["name"]["type"] == "string"
    assert schemas["Reassignment"]["properties"]["owner"]["type"] == "string"
    assert admin.post("/v1/people", {"name": "Ada", "email": None}).json["email"] is None
    body = {"title": "x", "metric": {"kind": "increase", "baseline": 0, "target": 1, "measure": None}, "weight": None}
    assert admin.post(f"/v1/objectives/{world['build']}/key-results", body | {"owner": None}).status_code == 201


def test_late_is_the_state_of_a_due_day_alone(document):
    """What came after the cycle's last day says `after_end`; of a check-in the older name remains, as deprecated."""
    schemas = document["components"]["schemas"]
    others = [properties for properties in properties_of(schemas, "late") if "on_time" not in properties]
    assert [properties["late"].get("deprecated") for properties in others] == [True]
    assert "after_end" in others[0]


def test_at_risk_is_a_status_alone(document):
    """Lists of all that is not on track say so."""
    schemas = document["components"]["schemas"]
    assert all({"on_track", "at_risk"} <= properties.keys() for properties in properties_of(schemas, "at_risk"))


def test_due_on_is_a_deadline_but_for_the_check_ins_of_the_due_list(document):
    schemas = document["components"]["schemas"]
    descriptions = {properties["due_on"].get("description") for properties in properties_of(schemas, "due_on")}
    assert {text for text in descriptions if text != "The deadline."} == {
        "The overdue day, or else the next. Not the deadline of the key result."
    }


def properties_of(schemas, name):
    """The properties of the schemas that have one of this name."""
    return [schema["properties"] for schema in schemas.values() if name in schema.get("properties", {})]
