"""Nulls in the OpenAPI document: in the body of a POST, an optional member that is null is one that was left out."""

from collections.abc import Iterator

from okr_events.json_types import Json, JsonObject

REFERENCE = "#/components/schemas/"
NULL: JsonObject = {"type": "null"}


def allow_nulls(document: JsonObject) -> None:
    """Let optional members of POST bodies be null, in the schemas that nothing else uses; a correction gives null a meaning."""
    schemas: JsonObject = document["components"]["schemas"]
    bodies, others = _split_operations(document)
    for name in _referenced(bodies, schemas) - _referenced(others, schemas):
        schema = schemas[name]
        for member, part in schema.get("properties", {}).items():
            if member not in schema.get("required", ()):
                schema["properties"][member] = _or_null(part)


def _split_operations(document: JsonObject) -> tuple[list[Json], list[Json]]:
    """The bodies of POST operations, and everything else that operations refer to."""
    bodies: list[Json] = []
    others: list[Json] = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "post" and not path.endswith("/correction"):
                bodies.append(operation["requestBody"])
                others.append({name: part for name, part in operation.items() if name != "requestBody"})
            else:
                others.append(operation)
    return bodies, others


def _referenced(part: Json, schemas: JsonObject) -> set[str]:
    """The names of the schemas to which a part refers, also through others."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        names = set(_references(waiting.pop())) - found
        found |= names
        waiting += [schemas[name] for name in names]
    return found


def _references(part: Json) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference.removeprefix(REFERENCE)
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def _or_null(schema: JsonObject) -> JsonObject:
    if "type" not in schema:
        return {"anyOf": [schema, NULL]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [*types, "null"], **choices} if "null" not in types else schema
