"""JSON schemas of the OpenAPI document, compiled into functions that check a value."""

import re
from collections.abc import Callable, Iterable
from typing import Any

Check = Callable[[Any], str | None]
"""Takes a JSON value; returns a JSON pointer with what is wrong there, or `None`."""
ANNOTATIONS = {"default", "deprecated", "description", "title"}
FORMATS = {
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "decimal": r"-?\d+(\.\d+)?",
}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class SchemaCompiler:
    """Makes a function of a schema: it refuses members that an object does not list, unless `additionalProperties` says more.

    A keyword without a method raises `AttributeError`, so that nothing stays unchecked.
    """

    def __init__(self, components: dict[str, Any]) -> None:
        self.components = components
        self.references: dict[str, Check] = {}

    def __call__(self, schema: dict[str, Any]) -> Check:
        closed = {"additionalProperties": False} if "properties" in schema else {}
        keywords = {name: value for name, value in (closed | schema).items() if name not in ANNOTATIONS}
        checks = [getattr(self, f"_compile_{name.lstrip('$')}")(value, schema) for name, value in keywords.items()]
        return checks[0] if len(checks) == 1 else _all_of(checks)

    def _compile_ref(self, reference: str, _: Any) -> Check:
        if reference not in self.references:
            self.references[reference] = self._postponed(reference)
            self.references[reference] = self(self.components[reference.removeprefix("#/components/schemas/")])
        return self.references[reference]

    def _postponed(self, reference: str) -> Check:
        """Looks the check up when it runs: a schema may refer to itself."""

        def check_reference(value: Any) -> str | None:
            return self.references[reference](value)

        return check_reference

    def _compile_type(self, names: str | list[str], _: Any) -> Check:
        types = {type for name in ([names] if isinstance(names, str) else names) for type in TYPES[name]}
        return lambda value: None if type(value) in types else f": {value!r} is not of type {names}"

    def _compile_format(self, name: str, _: Any) -> Check:
        matches = re.compile(FORMATS[name]).fullmatch
        return lambda value: None if not isinstance(value, str) or matches(value) else f": {value!r} is no {name}"

    def _compile_enum(self, values: list[Any], _: Any) -> Check:
        return lambda value: None if value in values else f": {value!r} is not one of {values}"

    def _compile_items(self, schema: dict[str, Any], _: Any) -> Check:
        check = self(schema)

        def check_items(value: Any) -> str | None:
            return _first_error(check, enumerate(value)) if isinstance(value, list) else None

        return check_items

    def _compile_properties(self, schemas: dict[str, Any], _: Any) -> Check:
        checks = {name: self(schema) for name, schema in schemas.items()}

        def check_properties(value: Any) -> str | None:
            if isinstance(value, dict):
                for name, member in value.items():
                    if name in checks and (error := checks[name](member)) is not None:
                        return f"/{name}{error}"
            return None

        return check_properties

    def _compile_additionalProperties(self, schema: Any, owner: dict[str, Any]) -> Check:  # noqa: N802 - the keyword's name
        check = self(schema) if isinstance(schema, dict) else (lambda _: None if schema else " is not documented")
        known = owner.get("properties", {}).keys()

        def check_members(value: Any) -> str | None:
            others = [(name, member) for name, member in value.items() if name not in known] if isinstance(value, dict) else ()
            return _first_error(check, others)

        return check_members

    def _compile_required(self, names: list[str], _: Any) -> Check:
        return lambda value: next(
            (f"/{name} is missing" for name in names if isinstance(value, dict) and name not in value), None
        )

    def _compile_anyOf(self, schemas: list[dict[str, Any]], _: Any) -> Check:  # noqa: N802 - the keyword's name
        checks = [self(schema) for schema in schemas]

        def check_any(value: Any) -> str | None:
            errors = []
            for check in checks:
                if (error := check(value)) is None:
                    return None
                errors.append(error)
            return next((error for error in errors if error.startswith("/")), errors[0])

        return check_any


def _all_of(checks: list[Check]) -> Check:
    def check_all(value: Any) -> str | None:
        for check in checks:
            if (error := check(value)) is not None:
                return error
        return None

    return check_all


def _first_error(check: Check, members: Iterable[tuple[Any, Any]]) -> str | None:
    for name, member in members:
        if (error := check(member)) is not None:
            return f"/{name}{error}"
    return None
