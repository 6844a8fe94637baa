"""Contributors and initiatives: who and what moves a key result."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS, require_initiative_owner, require_key_result_owner
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, read
from api.representations import resources
from api.resources.key_results import RESPONSE, TARGET
from api.schemas import commands, queries
from api.schemas import key_results as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.initiative import Initiative
from okr_events.event_log.idempotency import CommandResult

blueprint = Blueprint("initiatives", __name__, description="Who contributes to a key result, and the work that may move it.")
INITIATIVE_RESPONSE = ResponseSpec.for_id(resources.initiative, "/v1/initiatives/{id}", schemas.Initiative)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors")
@command(schemas.Contribution, roles=WRITERS, shows=RESPONSE, status=201, on=TARGET, owned=require_key_result_owner)
def name_contributor(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Name a contributor, or say anew what a contributor takes on."""
    return stores().okrs.name_contributor(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors/<uuid:contributor_id>/ending")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE, on=TARGET, owned=require_key_result_owner)
def release_contributor(intent: Intent, _: dict[str, Any], key_result_id: UUID, contributor_id: UUID) -> CommandResult:
    """Somebody contributes no longer."""
    return stores().okrs.release_contributor(intent, key_result_id, contributor_id)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/initiatives")
@command(
    schemas.InitiativeStart, roles=WRITERS, shows=INITIATIVE_RESPONSE, status=201, on=TARGET, owned=require_key_result_owner
)
def start_initiative(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Start an initiative: work believed to move a key result."""
    return stores().okrs.start_initiative(intent, key_result_id, **fields)


@blueprint.post("/v1/initiatives/<uuid:initiative_id>/completion")
@command(
    commands.NoFields,
    roles=WRITERS,
    shows=INITIATIVE_RESPONSE,
    on=("initiative_id", Initiative),
    owned=require_initiative_owner,
)
def complete_initiative(intent: Intent, _: dict[str, Any], initiative_id: UUID) -> CommandResult:
    """Say that an initiative is done, today."""
    return stores().okrs.complete_initiative(intent, initiative_id)


@blueprint.get("/v1/initiatives/<uuid:initiative_id>")
@read(queries.AsOf, shows=schemas.Initiative, versioned=True)
def read_initiative(reading: QueryContext, initiative_id: UUID) -> dict[str, Any]:
    """Read an initiative."""
    return resources.initiative(reading.connection, reading.moment, initiative_id)
