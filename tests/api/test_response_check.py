"""A response that the OpenAPI document does not describe fails the test that receives it."""

import pytest
from jsonschema import Draft202012Validator

from tests.api.response_check import UndocumentedResponse
from tests.api.schema_check import SchemaCompiler

ADDRESS = "/v1/units"
COMPONENTS = {
    "Unit": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Unit"}},
        },
        "additionalProperties": False,
        "required": ["id"],
    }
}
UNIT = {"$ref": "#/components/schemas/Unit"}
ID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def answer_units(monkeypatch, admin):
    """Makes the list of units answer with a body and a status."""
    app = admin.client.application
    rule, _ = app.url_map.bind("").match(ADDRESS, "GET", return_rule=True)
    return lambda body, status=200: monkeypatch.setitem(app.view_functions, rule.endpoint, lambda: (body, status))


def test_a_documented_response_is_returned(admin, answer_units):
    answer_units({"items": [{"id": ID, "name": "Tech", "parent_id": None}], "next": None})
    assert admin.get(ADDRESS).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"items": [], "next": None, "more": 1}, 200, "/more is not documented"),
        ({"items": [{"id": ID, "colour": "red"}], "next": None}, 200, "/items/0/colour is not documented"),
        (
            {"items": [{"id": ID, "cadence": {"every": "weekly", "by": 2}}], "next": None},
            200,
            "/items/0/cadence/by is not documented",
        ),
        ({"items": [{"id": 7}], "next": None}, 200, "/items/0/id: 7 is not of type string"),
        ({"items": [], "next": None}, 202, "status 202 is not documented"),
        ("plain text", 200, "media type text/html is not documented"),
        ({"items": []}, 404, "media type application/json is not documented"),
    ],
)
def test_an_undocumented_response_fails(admin, answer_units, body, status, problem):
    answer_units(body, status)
    with pytest.raises(UndocumentedResponse, match=problem):
        admin.get(ADDRESS)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (UNIT, {"id": ID, "parts": [{"id": ID, "parts": []}]}),
        (UNIT, {"id": ID, "parts": [{"id": ID, "parts": [{"id": ID, "name": "Tech"}]}]}),
        (UNIT, {"parts": []}),
        (UNIT, []),
        ({"anyOf": [UNIT, {"type": "null"}]}, None),
        ({"anyOf": [UNIT, {"type": "null"}]}, {"id": ID}),
        ({"anyOf": [UNIT, {"type": "null"}]}, {"id": ID, "name": "Tech"}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1, "b": 2}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1, "b": "2"}),
        ({"type": "object", "additionalProperties": {}}, {"a": [None]}),
        ({"type": ["integer", "null"]}, True),
        ({"type": ["integer", "null"], "description": "Days."}, None),
        ({"type": "string", "enum": ["open", "done"]}, "open"),
        ({"type": "string", "enum": ["open", "done"]}, "shut"),
    ],
)
def test_a_compiled_schema_accepts_what_the_standard_validator_accepts(schema, value):
    validator = Draft202012Validator(schema | {"components": {"schemas": COMPONENTS}})
    assert (SchemaCompiler(COMPONENTS)(schema)(value) is None) == validator.is_valid(value)


@pytest.mark.parametrize(
    ("name", "wrong"), [("uuid", "7"), ("date", "2026-2-3"), ("date-time", "2026-02-03"), ("decimal", "1E+3")]
)
def test_a_text_has_its_format(name, wrong):
    assert SchemaCompiler({})({"type": "string", "format": name})(wrong) == f": '{wrong}' is no {name}"


def test_members_are_refused_where_a_schema_says_nothing_of_others():
    check = SchemaCompiler({})({"type": "object", "properties": {"name": {"type": "string"}}})
    assert check({"name": "Tech"}) is None
    assert check({"name": "Tech", "level": "team"}) == "/level is not documented"


def test_a_keyword_that_is_not_checked_is_an_error():
    with pytest.raises(AttributeError):
        SchemaCompiler({})({"type": "string", "pattern": "a"})
