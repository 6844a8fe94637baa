"""The OpenAPI document: what is true of every operation, said once."""

from typing import Any

from flask_smorest import Api

from api.schemas.fields import Number, NumberInput

CONFIG = {
    "API_TITLE": "okr-events",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {"description": "Record OKRs as immutable events; read them as of now or as of any past moment."},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    },
}


def build_document(api: Api) -> dict[str, Any]:
    """The document, without the shared responses of flask-smorest: every operation says its own problems."""
    document: dict[str, Any] = api.spec.to_dict()
    document["components"].pop("responses", None)
    for operation in operations(document):
        operation.get("responses", {}).pop("default", None)
    return document


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for path in document["paths"].values() for part in path.values() if isinstance(part, dict)]


def register_fields(api: Api) -> None:
    api.register_field(Number, "string", "decimal")
    api.register_field(NumberInput, ["string", "number"], "decimal")
