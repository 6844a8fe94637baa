"""Query parameters: parsed by their schema, each at most once unless it is a list; and errors that name them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Request
from marshmallow import RAISE, Schema, fields
from werkzeug.datastructures import MultiDict

from okr_events.domain.errors import Invalid, NotFound
from okr_events.json_types import JsonObject


class UnknownParameter(Invalid):
    code = "unknown-parameter"
    title = "Commands accept no query parameter other than dry_run."
    located_by = "parameter"


class RepeatedParameter(Invalid):
    code = "repeated-parameter"
    title = "The parameter must be given at most once."
    located_by = "parameter"


class InvalidDryRun(Invalid):
    code = "wrong-dry-run"
    title = "dry_run must be true or false."
    located_by = "parameter"


def parse_query(schema: type[Schema], parameters: MultiDict[str, str]) -> JsonObject:
    """The parameters of a query. Raises `RepeatedParameter`, and `ValidationError` also for a parameter that is not known."""
    loader, lists = _loader(schema)
    _check_repetition(parameters, lists)
    values: JsonObject = {name: found if name in lists else found[0] for name, found in parameters.lists()}
    loaded: JsonObject = loader.load(values)
    return loaded


@cache
def _loader(schema: type[Schema]) -> tuple[Schema, set[str]]:
    """An instance of the schema, which refuses unknown parameters, and its parameters that are lists."""
    loader = schema(unknown=RAISE)
    return loader, {name for name, field in loader.load_fields.items() if isinstance(field, fields.List)}


def is_dry_run(request: Request) -> bool:
    """Whether `dry_run` is set. Unknown parameters are refused: a misspelt dry run must not be recorded."""
    if not request.args:
        return False
    unknown = [name for name in request.args if name != "dry_run"]
    if unknown:
        raise UnknownParameter(f"/{unknown[0]}")
    _check_repetition(request.args, set())
    text = request.args["dry_run"].lower()
    if text not in {"true", "false"}:
        raise InvalidDryRun("/dry_run")
    return text == "true"


def _check_repetition(parameters: MultiDict[str, str], lists: set[str]) -> None:
    for name, found in parameters.lists():
        if len(found) > 1 and name not in lists:
            raise RepeatedParameter(f"/{name}", f"{name} must be given at most once.")


def recorded_parameters(parameters: MultiDict[str, str]) -> JsonObject:
    """The parameters as a request gave them: a text each, or a list of those given several times."""
    return {name: found if len(found) > 1 else found[0] for name, found in parameters.lists()}


@contextmanager
def pointing_at(name: str, located_by: str = "parameter", *, unknown: str | None = None) -> Iterator[None]:
    """Let errors about an invalid value name a parameter or a header, also `NotFound`, whose detail is then `unknown`."""
    try:
        yield
    except (Invalid, NotFound) as error:
        error.pointer, error.located_by = f"/{name}", located_by
        if unknown and isinstance(error, NotFound):
            error.detail = unknown
        raise
