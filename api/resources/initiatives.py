"""Contributors to key results, and initiatives: work that may move a key result."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.ownership import require_initiative_owner, require_key_result_owner
from api.http.query_endpoint import QueryContext, read
from api.representations import resource_json
from api.representations.command_extras import KEY_RESULT_RESPONSE
from api.schemas import commands, queries
from api.schemas import key_results as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject

blueprint = Blueprint("initiatives", __name__, description="Contributors to a key result, and the work that may move it.")
RESPONSE = ResponseSpec.for_id(resource_json.initiative, "/v1/initiatives/{id}", schemas.Initiative)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors")
@command(
    schemas.Contribution,
    roles=WRITERS,
    response=KEY_RESULT_RESPONSE,
    status=201,
    target=KeyResult,
    guard=require_key_result_owner,
)
def name_contributor(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Add a contributor to a key result, or change what a contributor takes on."""
    return stores().okrs.name_contributor(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors/<uuid:contributor_id>/ending")
@command(commands.NoFields, roles=WRITERS, response=KEY_RESULT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def release_contributor(intent: Intent, _: JsonObject, key_result_id: UUID, contributor_id: UUID) -> CommandResult:
    """End a person's contribution to a key result."""
    return stores().okrs.release_contributor(intent, key_result_id, contributor_id)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/initiatives")
@command(
    schemas.InitiativeStart, roles=WRITERS, response=RESPONSE, status=201, target=KeyResult, guard=require_key_result_owner
)
def start_initiative(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Start an initiative: work that is expected to move a key result."""
    return stores().okrs.start_initiative(intent, key_result_id, **fields)


@blueprint.post("/v1/initiatives/<uuid:initiative_id>/completion")
@command(commands.NoFields, roles=WRITERS, response=RESPONSE, target=Initiative, guard=require_initiative_owner)
def complete_initiative(intent: Intent, _: JsonObject, initiative_id: UUID) -> CommandResult:
    """Complete an initiative as of today."""
    return stores().okrs.complete_initiative(intent, initiative_id)


@blueprint.get("/v1/initiatives/<uuid:initiative_id>")
@read(queries.AsOf, response=schemas.Initiative, versioned=True)
def read_initiative(context: QueryContext, initiative_id: UUID) -> JsonObject:
    """Read an initiative."""
    return resource_json.initiative(context, initiative_id)
