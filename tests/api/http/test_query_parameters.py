"""Query parameters: each is given once, or is a list whose values all count; errors name the parameter, not a JSON pointer."""

import re
from itertools import combinations

import pytest

from tests.api.command_catalog import UNKNOWN_ID
from tests.api.organisation import READ_ARGUMENTS
from tests.api.problem_assertions import assert_problem

LIST_VALUES = {"type": ("Unit.", "Cycle.Created", "KeyResult.CheckedIn", "Review.")}
"""Values of lists that the document does not enumerate."""
LISTS = {"state", "type"}


@pytest.fixture(scope="module")
def parameters(admin):
    """Every query parameter of the OpenAPI document, with the method and the path of its operation."""
    paths = admin.client.get("/openapi.json").json["paths"]
    return [
        (method.upper(), path, parameter)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method != "parameters"
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]


def address(world, path):
    """The path with ids of existing resources where a read takes them."""
    return re.sub(
        r"\{(\w+)\}", lambda found: world[READ_ARGUMENTS[found[1]]] if found[1] in READ_ARGUMENTS else UNKNOWN_ID, path
    )


def two_values(schema):
    """Two different values that are valid for a parameter's schema, as far as the parameter alone decides."""
    if schema["type"] == "boolean":
        return "false", "true"
    if "enum" in schema:
        return tuple(schema["enum"][:2])
    return {"uuid": (UNKNOWN_ID, UNKNOWN_ID.replace("4", "5", 1)), "date": ("2026-01-01", "2026-01-02")}.get(
        schema.get("format", ""), ("1", "2")
    )


def test_a_parameter_that_is_given_twice_is_refused_unless_it_is_a_list(installation, world, admin, parameters):
    before = installation.read_state()
    single = [(method, path, each) for method, path, each in parameters if each["schema"]["type"] != "array"]
    assert len(single) > 100
    for method, path, parameter in single:
        name, values = parameter["name"], two_values(parameter["schema"])
        for pair in (values, values[::-1], values[:1] * 2):
            refused = admin.call(method, address(world, path), {} if method != "GET" else None, [(name, each) for each in pair])
            assert_problem(refused, 422, "repeated-parameter")
            assert [error["parameter"] for error in refused.json["errors"]] == [name], (method, path)
            assert name in refused.json["detail"]
    assert installation.read_state() == before


def test_a_list_selects_what_has_any_of_its_values(world, admin, parameters):
    lists = [(path, each) for _, path, each in parameters if each["schema"]["type"] == "array"]
    assert {parameter["name"] for _, parameter in lists} == LISTS
    for path, parameter in lists:
        name, values = parameter["name"], parameter["schema"]["items"].get("enum") or LIST_VALUES[parameter["name"]]

        def ids(*wanted, path=path, name=name):
            query = [*((name, each) for each in wanted), ("limit", "200")]
            return set(list_ids(admin, address(world, path), query))

        by_value = {value: ids(value) for value in values}
        assert any(by_value.values()), path
        for one, other in combinations(values, 2):
            assert ids(one, other) == by_value[one] | by_value[other], (path, one, other)


def list_ids(admin, path, query):
    """The ids of every page: tests that ran before may have left more than one."""
    after = []
    while after is not None:
        answer = admin.get(path, [*query, *after])
        assert answer.status_code == 200, answer.text
        yield from (item["id"] for item in answer.json["items"])
        after = [("after", answer.json["next"])] if answer.json["items"] and answer.json["next"] else None


def test_every_parameter_that_is_called_like_a_list_is_one(parameters):
    """`state` of the alignment tree is a choice between what is live and everything."""
    single = {path for _, path, each in parameters if each["name"] in LISTS and each["schema"]["type"] != "array"}
    assert single == {"/v1/alignment-tree"}


def test_the_next_page_keeps_every_value_of_a_list(world, admin):
    assert world.objective() != world.objective(draft=True)
    page = admin.get("/v1/objectives", [("state", "draft"), ("state", "agreed"), ("limit", "1")])
    link = page.headers["Link"].split(">")[0].removeprefix("<")
    assert "state=agreed&state=draft" in link
    assert admin.get(link).json["items"][0]["id"] != page.json["items"][0]["id"]


def test_answers_to_other_values_of_a_list_have_another_etag(admin):
    one, other = (admin.get("/v1/objectives", [("state", "draft"), ("state", last)]) for last in ("agreed", "closed"))
    assert one.headers["ETag"] != other.headers["ETag"]


def test_an_unknown_name_in_a_parameter_names_the_parameter(world, admin, parameters):
    """A cycle, a unit or a root that nothing is called."""
    named = [(path, each["name"]) for method, path, each in parameters if each["name"] in {"cycle", "unit", "root"}]
    assert len(named) > 30
    for path, name in named:
        value = "2026-Q5" if name == "cycle" else UNKNOWN_ID
        refused = admin.get(address(world, path), {name: value} | ({"from": "position:1"} if path == "/v1/changes" else {}))
        assert refused.status_code in {404, 422}, (path, refused.text)
        assert [error["parameter"] for error in refused.json["errors"]] == [name], path
        assert value in refused.json["detail"], path
        if name == "cycle":
            assert refused.json["detail"] == refused.json["errors"][0]["detail"] == "No cycle called 2026-Q5."


def test_an_error_in_a_query_never_speaks_of_json_pointers(world, admin, parameters):
    for method, path, parameter in parameters:
        refused = admin.call(method, address(world, path), {} if method != "GET" else None, {parameter["name"]: "\x1f"})
        for error in refused.json.get("errors", ()):
            assert "pointer" not in error, path
            assert refused.status_code in {404, 422}
            assert not error["parameter"].startswith("/")
        assert not refused.json.get("detail", "").startswith("/"), path
