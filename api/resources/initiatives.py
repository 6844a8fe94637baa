"""Contributors and initiatives: who and what moves a key result."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS, own_initiative, own_key_result
from api.http.command_endpoint import Shown, command
from api.http.context import stores
from api.http.query_endpoint import Reading, read
from api.representations import resources
from api.resources.key_results import ON, ONE
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.initiative import Initiative
from okr_events.event_log.idempotency import Answer

blueprint = Blueprint("initiatives", __name__, description="Who contributes to a key result, and the work that may move it.")
INITIATIVE = Shown.one(resources.initiative, "/v1/initiatives/{id}", schemas.Initiative)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors")
@command(commands.Contribution, roles=WRITERS, shows=ONE, status=201, on=ON, owned=own_key_result)
def name_contributor(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> Answer:
    """Name a contributor, or say anew what a contributor takes on."""
    return stores().okrs.name_contributor(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/contributors/<uuid:contributor_id>/ending")
@command(commands.NoFields, roles=WRITERS, shows=ONE, on=ON, owned=own_key_result)
def release_contributor(intent: Intent, _: dict[str, Any], key_result_id: UUID, contributor_id: UUID) -> Answer:
    """Somebody contributes no longer."""
    return stores().okrs.release_contributor(intent, key_result_id, contributor_id)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/initiatives")
@command(commands.InitiativeStart, roles=WRITERS, shows=INITIATIVE, status=201, on=ON, owned=own_key_result)
def start_initiative(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> Answer:
    """Start an initiative: work believed to move a key result."""
    return stores().okrs.start_initiative(intent, key_result_id, **fields)


@blueprint.post("/v1/initiatives/<uuid:initiative_id>/completion")
@command(commands.NoFields, roles=WRITERS, shows=INITIATIVE, on=("initiative_id", Initiative), owned=own_initiative)
def complete_initiative(intent: Intent, _: dict[str, Any], initiative_id: UUID) -> Answer:
    """Say that an initiative is done, today."""
    return stores().okrs.complete_initiative(intent, initiative_id)


@blueprint.get("/v1/initiatives/<uuid:initiative_id>")
@read(queries.AsOf, shows=schemas.Initiative, versioned=True)
def one_initiative(reading: Reading, initiative_id: UUID) -> dict[str, Any]:
    """Read an initiative."""
    return resources.initiative(reading.connection, reading.moment, initiative_id)
