"""Comments on objectives, key results and check-ins, and the answers to them."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, created_page, fetch_current_row, read
from api.representations import resource_json
from api.schemas import comments as schemas
from api.schemas import queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.store.tables import CheckInRow, CommentRow, KeyResultRow, ObjectiveRow, VersionedRow, comments

blueprint = Blueprint("comments", __name__, description="Comments on objectives, key results and check-ins.")
RESPONSE = ResponseSpec.for_id(resource_json.comment, "/v1/comments/{id}", schemas.Comment)
COMMENT_PAGE = page_schema(schemas.Comment)


@blueprint.post("/v1/objectives/<uuid:objective_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, response=RESPONSE, status=201, target=Objective)
def comment_on_objective(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Comment on an objective, a draft included."""
    return stores().okrs.comment_on_objective(intent, objective_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, response=RESPONSE, status=201, target=KeyResult)
def comment_on_key_result(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Comment on a key result."""
    return stores().okrs.comment_on_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/comments")
@command(schemas.CommentBody, roles=WRITERS, response=RESPONSE, status=201, target=CheckInRow)
def comment_on_check_in(intent: Intent, fields: JsonObject, check_in_id: UUID) -> CommandResult:
    """Comment on a check-in."""
    row = fetch_current_row(stores(), CheckInRow, check_in_id)
    return stores().okrs.comment_on_check_in(intent, UUID(row.key_result_id), check_in_id, **fields)


@blueprint.post("/v1/comments/<uuid:comment_id>/answers")
@command(schemas.AnswerBody, roles=WRITERS, response=RESPONSE, status=201, target=CommentRow)
def answer_comment(intent: Intent, fields: JsonObject, comment_id: UUID) -> CommandResult:
    """Answer a comment or another answer. An answer is a comment on the same subject."""
    row = fetch_current_row(stores(), CommentRow, comment_id)
    return stores().okrs.answer_comment(intent, UUID(row.conversation_id), comment_id, **fields)


@blueprint.get("/v1/objectives/<uuid:objective_id>/comments")
@read(schemas.CommentList, response=COMMENT_PAGE)
def objective_comments(context: QueryContext, objective_id: UUID) -> JsonObject:
    """List the comments on an objective and the answers to them, oldest first; not those on its key results."""
    return _page(context, context.fetch_row(ObjectiveRow, objective_id))


@blueprint.get("/v1/key-results/<uuid:key_result_id>/comments")
@read(schemas.CommentList, response=COMMENT_PAGE)
def key_result_comments(context: QueryContext, key_result_id: UUID) -> JsonObject:
    """List the comments on a key result and the answers to them, oldest first; not those on its check-ins."""
    return _page(context, context.fetch_row(KeyResultRow, key_result_id))


@blueprint.get("/v1/check-ins/<uuid:check_in_id>/comments")
@read(schemas.CommentList, response=COMMENT_PAGE)
def check_in_comments(context: QueryContext, check_in_id: UUID) -> JsonObject:
    """List the comments on a check-in and the answers to them, oldest first."""
    return _page(context, context.fetch_row(CheckInRow, check_in_id))


@blueprint.get("/v1/comments/<uuid:comment_id>")
@read(queries.AsOf, response=schemas.Comment, versioned=True)
def read_comment(context: QueryContext, comment_id: UUID) -> JsonObject:
    """Read a comment."""
    return resource_json.comment(context, comment_id)


def _page(context: QueryContext, subject: VersionedRow) -> JsonObject:
    conditions = [comments.c.subject_id == subject.id]
    if "kind" in context.query:
        conditions.append(comments.c.kind == context.query["kind"])
    rows = context.fetch_page(CommentRow, conditions)
    return created_page(context, rows, resource_json.serialize_comments(context, rows))
