"""One grammar for decimals, days and whole numbers: the OpenAPI document states it, and every operation keeps to it."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from okr_events.domain.decimals import DECIMAL_PATTERN
from tests.api.command_catalog import COMMANDS, UNKNOWN_ID

DECIMAL = "^-?([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NO_DECIMALS = (
    *("0_5", "_1_", "1_00_0", "٣", "\uff11", "½", " 1", "1 ", "1\n"),
    *("+1", "1.", "1,5", "0x10", "1e", "", "NaN", "Infinity"),
)
NO_DAYS = (
    *("20260105", "2026-W02-1", "2026-005", "2026-1-5", "26-01-05", "٢٠٢٦-01-05"),
    *("2026-01-05T00:00:00Z", " 2026-01-05", 20260105),
)
NO_INTEGERS = ("1_0", "٣", " 5", "5 ", "+5", "5.0", "1e1", "0x1", "")
Leaf = tuple[tuple[str, ...], dict[str, Any]]


def leaves(document: dict[str, Any], schema: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every schema without members inside a schema, with the names that lead to it: `*` in a map, `0` in a list."""
    if "$ref" in schema:
        yield from leaves(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], at)
        return
    parts = [(name, part) for name, part in schema.get("properties", {}).items()]
    parts += [("0", schema["items"])] if "items" in schema else []
    parts += [("*", schema["additionalProperties"])] if schema.get("additionalProperties") else []
    for name, part in parts:
        yield from leaves(document, part, (*at, name))
    if not parts:
        yield at, schema


@pytest.fixture(scope="module")
def document(admin):
    return admin.client.get("/openapi.json").json


def body_fields(document, command, kind):
    """The names that lead to each field of this format in the body of a command."""
    method, rule = command.split(" ")
    operation = document["paths"][re.sub(r"<uuid:(\w+)>", r"{\1}", rule)][method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return [(at, leaf) for at, leaf in leaves(document, schema) if leaf.get("format") == kind]


def test_the_stated_grammar_is_the_documented_one():
    assert f"^{DECIMAL_PATTERN}$" == DECIMAL


def test_the_document_states_the_grammar_of_every_decimal_and_day_in_a_request(document):
    found = {
        kind: [leaf["pattern"] for command in COMMANDS for _, leaf in body_fields(document, command, kind)]
        for kind in ("decimal", "date")
    }
    assert (set(found["decimal"]), set(found["date"])) == ({DECIMAL}, {DAY})
    assert len(found["decimal"]) > 40
    assert len(found["date"]) > 15


def test_every_decimal_in_a_body_keeps_to_the_grammar(document, world, command):
    check_fields(world, command, body_fields(document, command, "decimal"), NO_DECIMALS)


def test_every_day_in_a_body_keeps_to_the_grammar(document, world, command):
    check_fields(world, command, body_fields(document, command, "date"), NO_DAYS)


def check_fields(world, command, fields, wrong_values):
    if not fields:
        return
    method, path, body = world.command(command)
    for at, _ in fields:
        for value in wrong_values:
            where, spoiled = spoil(body, at, value)
            answer = world.admin.call(method, path, spoiled)
            assert answer.status_code == 422, (where, value, answer.text)
            assert where in [error["pointer"] for error in answer.json["errors"]], (value, answer.text)


def spoil(body, at, value):
    """A copy of the body with this value, added where it is missing; and the pointer to it."""
    whole = here = copy.deepcopy(body)
    steps = []
    for number, name in enumerate(at):
        step = next(iter(here), UNKNOWN_ID) if name == "*" else int(name) if name.isdigit() else name
        steps.append(str(step))
        if number == len(at) - 1:
            here[step] = value
            break
        if isinstance(here, dict) and step not in here:
            here[step] = [{"name": "A"}] if at[number + 1] == "0" else {}
        here = here[step]
    return "/" + "/".join(steps), whole


def test_every_integer_and_day_in_a_query_keeps_to_the_grammar(document, admin):
    checked = 0
    for path, operations in document["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            kind = parameter["schema"].get("format") or parameter["schema"].get("type")
            wrong = {"integer": NO_INTEGERS, "date": NO_DAYS[:-1]}.get(kind, ()) if parameter["in"] == "query" else ()
            for value in wrong:
                answer = admin.get(re.sub(r"\{\w+\}", UNKNOWN_ID, path), {parameter["name"]: value})
                assert answer.status_code == 422, (path, parameter["name"], value, answer.status_code)
                assert parameter["name"] in [error["parameter"] for error in answer.json["errors"]], answer.text
                checked += 1
    assert checked > 300


def test_a_version_in_if_match_has_plain_digits(world):
    answer = world.run("PATCH /v1/units/<uuid:unit_id>", If_Match='"²"')
    assert (answer.status_code, answer.json["errors"][0]["header"]) == (422, "If-Match")


@pytest.mark.parametrize("value", ["0.5", ".5", "5e-1", "0.5E0", "50e-2", 0.5])
def test_every_form_of_the_grammar_is_the_same_number(world, value):
    scored = world.admin.post(f"/v1/key-results/{world.key_result()}/score", {"score": value, "reason": "Judged"})
    assert scored.json["score"] == "0.5"
