"""Comments and the answers to them: everybody's input, on drafts above all."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, fetch_current_row, page_response, read
from api.representations import resources
from api.resources.check_ins import fetch_original
from api.schemas import comments as schemas
from api.schemas import queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from projections.queries import check_ins
from projections.store import lookups
from projections.store.tables import CommentRow, KeyResultRow, ObjectiveRow, comments

blueprint = Blueprint("comments", __name__, description="Remarks on objectives, key results and check-ins: never edited.")
RESPONSE = ResponseSpec.for_id(resources.comment, "/v1/comments/{id}", schemas.Comment)
COMMENT_PAGE = page_schema(schemas.Comment)


def _require_check_in(check_in_id: UUID, **_: Any) -> None:
    fetch_original(check_in_id)


def _require_comment(comment_id: UUID, **_: Any) -> None:
    _conversation_id(comment_id)


def _conversation_id(comment_id: UUID) -> UUID:
    return UUID(fetch_current_row(CommentRow, comment_id).conversation_id)


@blueprint.post("/v1/objectives/<uuid:objective_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, shows=RESPONSE, status=201, on=("objective_id", Objective))
def comment_on_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Comment on an objective: a draft is open to everybody's input."""
    return stores().okrs.comment_on_objective(intent, objective_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, shows=RESPONSE, status=201, on=("key_result_id", KeyResult))
def comment_on_key_result(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Comment on a key result."""
    return stores().okrs.comment_on_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, shows=RESPONSE, status=201, owned=_require_check_in)
def comment_on_check_in(intent: Intent, fields: dict[str, Any], check_in_id: UUID) -> CommandResult:
    """Comment on a check-in."""
    key_result_id = UUID(fetch_original(check_in_id).key_result_id)
    return stores().okrs.comment_on_check_in(intent, key_result_id, check_in_id, **fields)


@blueprint.post("/v1/comments/<uuid:comment_id>/answers")
@command(schemas.AnswerBody, roles=WRITERS, shows=RESPONSE, status=201, owned=_require_comment)
def answer_comment(intent: Intent, fields: dict[str, Any], comment_id: UUID) -> CommandResult:
    """Answer a comment, or an answer: it is a comment on the same subject."""
    return stores().okrs.answer_comment(intent, _conversation_id(comment_id), comment_id, **fields)


@blueprint.get("/v1/objectives/<uuid:objective_id>/comments")
@read(schemas.CommentList, shows=COMMENT_PAGE)
def objective_comments(reading: QueryContext, objective_id: UUID) -> dict[str, Any]:
    """The comments on an objective itself and the answers to them, oldest first."""
    lookups.fetch_row(reading.connection, ObjectiveRow, objective_id, reading.position)
    return _page(reading, objective_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/comments")
@read(schemas.CommentList, shows=COMMENT_PAGE)
def key_result_comments(reading: QueryContext, key_result_id: UUID) -> dict[str, Any]:
    """The comments on a key result itself and the answers to them, oldest first."""
    lookups.fetch_row(reading.connection, KeyResultRow, key_result_id, reading.position)
    return _page(reading, key_result_id)


@blueprint.get("/v1/check-ins/<uuid:check_in_id>/comments")
@read(schemas.CommentList, shows=COMMENT_PAGE)
def check_in_comments(reading: QueryContext, check_in_id: UUID) -> dict[str, Any]:
    """The comments on a check-in and the answers to them, oldest first."""
    check_ins.fetch_versions(reading.connection, reading.position, check_in_id)
    return _page(reading, check_in_id)


@blueprint.get("/v1/comments/<uuid:comment_id>")
@read(queries.AsOf, shows=schemas.Comment, versioned=True)
def read_comment(reading: QueryContext, comment_id: UUID) -> dict[str, Any]:
    """Read a comment."""
    return resources.comment(reading.connection, reading.moment, comment_id)


def _page(reading: QueryContext, subject_id: UUID) -> dict[str, Any]:
    limit, after = reading.query["limit"], reading.query["after"]
    chosen = [comments.c.subject_id == str(subject_id)]
    if "kind" in reading.query:
        chosen.append(comments.c.kind == reading.query["kind"])
    rows = lookups.fetch_page(reading.connection, CommentRow, reading.position, after=after, limit=limit + 1, chosen=chosen)
    return page_response(resources.serialize_comments(rows), [row.created for row in rows], limit)
