"""Reviews, their decisions, and what looks back on a cycle."""

from typing import Any
from uuid import UUID

import orjson
from flask import g
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Table

from api.http import responses
from api.http.authentication import WRITERS, caller_id
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, fetch_current_row, page_response, read
from api.representations import resources
from api.representations import reviews as representation
from api.schemas import commands, queries
from api.schemas import reviews as schemas
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Forbidden
from okr_events.domain.review import Review
from okr_events.event_log.idempotency import CommandResult
from okr_events.register.tokens import Role
from projections.queries import fact_history
from projections.queries import reviews as reviewing
from projections.queries.review_history import ReviewHistory
from projections.queries.scope import Scope
from projections.store import lookups
from projections.store.tables import DecisionRow, ReviewRow, decisions, facts, reviews

blueprint = Blueprint("reviews", __name__, description="Records of meetings that look back, and what was decided there.")
RESPONSE = ResponseSpec.for_id(representation.review, "/v1/reviews/{id}", schemas.Review)
DECISION_RESPONSE = ResponseSpec.for_id(representation.decision, "/v1/decisions/{id}", schemas.RecordedDecision)


class NotYourReview(Forbidden):
    code = "not-your-review"
    title = "A member adds to reviews that they recorded or took part in."


class NotYourDecision(Forbidden):
    code = "not-your-decision"
    title = "A member completes decisions that they own or recorded."


def _require_review_participant(review_id: UUID, **_: Any) -> None:
    row = fetch_current_row(ReviewRow, review_id)
    if g.token.role is Role.MEMBER and str(caller_id()) not in {row.author, *orjson.loads(row.participants)}:
        raise NotYourReview


def _require_decision_owner(decision_id: UUID, **_: Any) -> None:
    row = fetch_current_row(DecisionRow, decision_id)
    if g.token.role is Role.MEMBER and str(caller_id()) not in {row.owner, row.author}:
        raise NotYourDecision


@blueprint.post("/v1/reviews")
@command(schemas.ReviewRecord, roles=WRITERS, shows=RESPONSE, status=201)
def hold_review(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Record a review of a unit in a cycle, also in one that is sealed."""
    return stores().okrs.hold_review(intent, **fields)


@blueprint.post("/v1/reviews/<uuid:review_id>/adjustments")
@command(schemas.AdjustmentsLink, roles=WRITERS, shows=RESPONSE, on=("review_id", Review), owned=_require_review_participant)
def link_adjustments(intent: Intent, fields: dict[str, Any], review_id: UUID) -> CommandResult:
    """Say which events a review brought about; those that it names already stay."""
    return stores().okrs.link_adjustments(intent, review_id, **fields)


@blueprint.post("/v1/decisions/<uuid:decision_id>/completion")
@command(commands.NoFields, roles=WRITERS, shows=DECISION_RESPONSE, owned=_require_decision_owner)
def complete_decision(intent: Intent, _: dict[str, Any], decision_id: UUID) -> CommandResult:
    """Say that a decision is carried out, today."""
    return stores().okrs.complete_decision(intent, UUID(fetch_current_row(DecisionRow, decision_id).review_id), decision_id)


@blueprint.get("/v1/reviews")
@read(schemas.ReviewList, shows=page_schema(schemas.Review))
def list_reviews(reading: QueryContext) -> dict[str, Any]:
    """Reviews in the order in which they were recorded."""
    chosen, after, limit = _conditions(reading, reviews), reading.query["after"], reading.query["limit"]
    if "kind" in reading.query:
        chosen.append(reviews.c.kind == reading.query["kind"])
    rows = lookups.fetch_page(reading.connection, ReviewRow, reading.position, after=after, limit=limit + 1, chosen=chosen)
    return page_response(
        representation.serialize_reviews(reading.connection, reading.moment, rows), [row.created for row in rows], limit
    )


@blueprint.get("/v1/reviews/<uuid:review_id>")
@read(queries.AsOf, shows=schemas.Review, versioned=True)
def read_review(reading: QueryContext, review_id: UUID) -> dict[str, Any]:
    """Read a review with its decisions, and the events that it brought about."""
    return representation.review(reading.connection, reading.moment, review_id)


@blueprint.get("/v1/decisions")
@read(schemas.DecisionList, shows=page_schema(schemas.ReviewDecision))
def list_decisions(reading: QueryContext) -> dict[str, Any]:
    """Decisions of reviews, in the order in which they were recorded."""
    query, chosen = reading.query, _conditions(reading, decisions)
    if "owner" in query:
        chosen.append(decisions.c.owner == str(query["owner"]))
    if "state" in query:
        chosen.append(decisions.c.done_on.is_(None) if query["state"] == "open" else decisions.c.done_on.is_not(None))
    place = {"after": query["after"], "limit": query["limit"] + 1}
    rows, cursors = reviewing.fetch_decision_page(reading.connection, reading.position, chosen=chosen, **place)
    return page_response(representation.serialize_decisions(reading.moment, rows), cursors, query["limit"])


@blueprint.get("/v1/decisions/<uuid:decision_id>")
@read(queries.AsOf, shows=schemas.ReviewDecision, versioned=True)
def read_decision(reading: QueryContext, decision_id: UUID) -> dict[str, Any]:
    """Read a decision."""
    return representation.decision(reading.connection, reading.moment, decision_id)


@blueprint.get("/v1/review-history")
@read(schemas.ReviewHistory, shows=page_schema(schemas.ReviewedFact))
def review_history(reading: QueryContext) -> dict[str, Any]:
    """Every fact that looks back, in order: reviews with their decisions and the events that they name, scores and their
    corrections, and what was closed and sealed. Of a unit without a cycle: in all cycles in which it has objectives or reviews.
    """
    after, limit = reading.query["after"], reading.query["limit"]
    found = ReviewHistory(reading.connection, reading.position, _scope(reading)).fetch_entries(after=after, limit=limit + 1)
    chosen = facts.c.position.in_([place.position for place in found])
    where = {"position": reading.position, "after": after, "limit": limit + 1}
    history = fact_history.fetch_history(reading.connection, stores().okrs.mapper, chosen, **where)
    told = [{**fact, **place.review_fields(fact["type"])} for fact, place in zip(history, found, strict=True)]
    return page_response(resources.with_person_names(responses.decrypt(told)), [place.position for place in found], limit)


def _scope(reading: QueryContext) -> Scope:
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.find_cycle(connection, query["cycle"], position).id if "cycle" in query else None
    return Scope(cycle, frozenset(lookups.fetch_unit_subtree(connection, query["unit"], position)) if "unit" in query else None)


def _conditions(reading: QueryContext, table: Table) -> list[ColumnElement[bool]]:
    """What is of the cycle and of the units asked about."""
    scope = _scope(reading)
    cycle = [] if scope.cycle_id is None else [table.c.cycle_id == scope.cycle_id]
    return cycle if scope.units is None else [*cycle, table.c.unit_id.in_(scope.units)]
