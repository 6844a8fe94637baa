"""Reviews with their decisions, and the review history of a cycle."""

from uuid import UUID

import orjson
from flask_smorest import Blueprint
from sqlalchemy import or_

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, created_page, fetch_current_row, page_response, read
from api.operations.stores import Stores
from api.representations import reviews as representation
from api.representations.decryption import decrypt_and_name
from api.representations.query_scope import requested_scope, scope_conditions
from api.schemas import commands, queries
from api.schemas import reviews as schemas
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Forbidden
from okr_events.domain.review import Review
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from okr_events.register.tokens import Role, Token
from projections.queries import fact_history
from projections.queries import reviews as review_rows
from projections.queries.review_history import ReviewHistory
from projections.store.tables import DecisionRow, ReviewRow, decisions, facts, reviews

blueprint = Blueprint("reviews", __name__, description="Reviews of cycles, and what was decided in them.")
DECISION_STATES = {"open": decisions.c.done_on.is_(None), "done": decisions.c.done_on.is_not(None)}
RESPONSE = ResponseSpec.for_id(representation.review, "/v1/reviews/{id}", schemas.Review)
DECISION_RESPONSE = ResponseSpec.for_id(representation.decision, "/v1/decisions/{id}", schemas.RecordedDecision)


class NotYourReview(Forbidden):
    code = "not-your-review"
    title = "Members can only add to reviews that they recorded or took part in."


class NotYourDecision(Forbidden):
    code = "not-your-decision"
    title = "Members can only complete decisions that they own or recorded."


def _require_review_participant(stores: Stores, caller: Token, review_id: UUID, _: JsonObject) -> None:
    row = fetch_current_row(stores, ReviewRow, review_id)
    if caller.role is Role.MEMBER and str(caller.person_id) not in {row.author, *orjson.loads(row.participants)}:
        raise NotYourReview


def _require_decision_owner(stores: Stores, caller: Token, decision_id: UUID, _: JsonObject) -> None:
    row = fetch_current_row(stores, DecisionRow, decision_id)
    if caller.role is Role.MEMBER and str(caller.person_id) not in {row.owner, row.author}:
        raise NotYourDecision


@blueprint.post("/v1/reviews")
@command(schemas.ReviewRecord, roles=WRITERS, response=RESPONSE, status=201)
def hold_review(intent: Intent, fields: JsonObject) -> CommandResult:
    """Record a review of a unit in a cycle, also in a sealed one."""
    return stores().okrs.hold_review(intent, **fields)


@blueprint.post("/v1/reviews/<uuid:review_id>/adjustments")
@command(schemas.AdjustmentsLink, roles=WRITERS, response=RESPONSE, target=Review, guard=_require_review_participant)
def link_adjustments(intent: Intent, fields: JsonObject, review_id: UUID) -> CommandResult:
    """Link a review to the events that followed from it, in addition to those already linked."""
    return stores().okrs.link_adjustments(intent, review_id, **fields)


@blueprint.post("/v1/decisions/<uuid:decision_id>/completion")
@command(commands.NoFields, roles=WRITERS, response=DECISION_RESPONSE, guard=_require_decision_owner)
def complete_decision(intent: Intent, _: JsonObject, decision_id: UUID) -> CommandResult:
    """Complete a decision as of today."""
    row = fetch_current_row(stores(), DecisionRow, decision_id)
    return stores().okrs.complete_decision(intent, UUID(row.review_id), decision_id)


@blueprint.get("/v1/reviews")
@read(schemas.ReviewList, response=page_schema(schemas.Review))
def list_reviews(context: QueryContext) -> JsonObject:
    """List reviews, oldest first."""
    conditions = scope_conditions(context, ReviewRow)
    if "kind" in context.query:
        conditions.append(reviews.c.kind == context.query["kind"])
    rows = context.fetch_page(ReviewRow, conditions)
    return created_page(context, rows, representation.serialize_reviews(context, rows))


@blueprint.get("/v1/reviews/<uuid:review_id>")
@read(queries.AsOf, response=schemas.Review, versioned=True)
def read_review(context: QueryContext, review_id: UUID) -> JsonObject:
    """Read a review with its decisions and the events that followed from it."""
    return representation.review(context, review_id)


@blueprint.get("/v1/decisions")
@read(schemas.DecisionList, response=page_schema(schemas.ReviewDecision))
def list_decisions(context: QueryContext) -> JsonObject:
    """List decisions of reviews, oldest first."""
    query, conditions = context.query, scope_conditions(context, DecisionRow)
    if "owner" in query:
        conditions.append(decisions.c.owner == str(query["owner"]))
    if "state" in query:
        conditions.append(or_(*(DECISION_STATES[state] for state in query["state"])))
    span = {"after": query["after"], "limit": query["limit"] + 1}
    rows, cursors = review_rows.fetch_decision_page(context.connection, context.position, chosen=conditions, **span)
    return page_response(representation.serialize_decisions(context, rows), cursors, query["limit"])


@blueprint.get("/v1/decisions/<uuid:decision_id>")
@read(queries.AsOf, response=schemas.ReviewDecision, versioned=True)
def read_decision(context: QueryContext, decision_id: UUID) -> JsonObject:
    """Read a decision."""
    return representation.decision(context, decision_id)


@blueprint.get("/v1/review-history")
@read(schemas.ReviewHistory, response=page_schema(schemas.ReviewedFact))
def review_history(context: QueryContext) -> JsonObject:
    """List the events of a retrospective, in order: reviews, their decisions and adjustments, scores, closings and seals.

    With a unit and no cycle: of all cycles in which the unit has objectives or reviews.
    """
    after, limit, register = context.query["after"], context.query["limit"], context.stores.register
    history = ReviewHistory(context.connection, context.position, requested_scope(context))
    entries = history.fetch_entries(after=after, limit=limit + 1)
    positions = [entry.position for entry in entries]
    span, mapper = {"position": context.position, "after": after, "limit": limit + 1}, context.stores.okrs.mapper
    facts_found = fact_history.fetch_history(context.connection, mapper, facts.c.position.in_(positions), **span)
    items = [{**fact, **entry.review_fields(fact["type"])} for fact, entry in zip(facts_found, entries, strict=True)]
    return page_response(decrypt_and_name(register, items), positions, limit)
