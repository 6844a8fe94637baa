"""Comments and the answers to them: everybody's input, on drafts above all."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import Shown, command
from api.http.context import stores
from api.http.query_endpoint import Reading, listed, looked_up, read
from api.representations import resources
from api.resources.check_ins import original_of
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import Answer
from projections.handlers import check_ins
from projections.store import lookups
from projections.store.tables import comments, key_results, objectives

blueprint = Blueprint("comments", __name__, description="Remarks on objectives, key results and check-ins: never edited.")
ONE = Shown.one(resources.comment, "/v1/comments/{id}", schemas.Comment)
PAGE = schemas.listing(schemas.Comment)


def _check_in_there(check_in_id: UUID, **_: Any) -> None:
    original_of(check_in_id)


def _comment_there(comment_id: UUID, **_: Any) -> None:
    _conversation_of(comment_id)


def _conversation_of(comment_id: UUID) -> UUID:
    return UUID(looked_up(comments, comment_id).conversation_id)


@blueprint.post("/v1/objectives/<uuid:objective_id>/comments")
@command(commands.CommentBody, roles=WRITERS, shows=ONE, status=201, on=("objective_id", Objective))
def comment_on_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> Answer:
    """Comment on an objective: a draft is open to everybody's input."""
    return stores().okrs.comment_on_objective(intent, objective_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/comments")
@command(commands.CommentBody, roles=WRITERS, shows=ONE, status=201, on=("key_result_id", KeyResult))
def comment_on_key_result(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> Answer:
    """Comment on a key result."""
    return stores().okrs.comment_on_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/comments")
@command(commands.CommentBody, roles=WRITERS, shows=ONE, status=201, owned=_check_in_there)
def comment_on_check_in(intent: Intent, fields: dict[str, Any], check_in_id: UUID) -> Answer:
    """Comment on a check-in."""
    key_result_id = UUID(original_of(check_in_id)["key_result_id"])
    return stores().okrs.comment_on_check_in(intent, key_result_id, check_in_id, **fields)


@blueprint.post("/v1/comments/<uuid:comment_id>/answers")
@command(commands.AnswerBody, roles=WRITERS, shows=ONE, status=201, owned=_comment_there)
def answer_comment(intent: Intent, fields: dict[str, Any], comment_id: UUID) -> Answer:
    """Answer a comment, or an answer: it is a comment on the same subject."""
    return stores().okrs.answer_comment(intent, _conversation_of(comment_id), comment_id, **fields)


@blueprint.get("/v1/objectives/<uuid:objective_id>/comments")
@read(queries.CommentList, shows=PAGE)
def objective_comments(reading: Reading, objective_id: UUID) -> dict[str, Any]:
    """The comments on an objective itself and the answers to them, oldest first."""
    lookups.one(reading.connection, objectives, objective_id, reading.position)
    return _page(reading, objective_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/comments")
@read(queries.CommentList, shows=PAGE)
def key_result_comments(reading: Reading, key_result_id: UUID) -> dict[str, Any]:
    """The comments on a key result itself and the answers to them, oldest first."""
    lookups.one(reading.connection, key_results, key_result_id, reading.position)
    return _page(reading, key_result_id)


@blueprint.get("/v1/check-ins/<uuid:check_in_id>/comments")
@read(queries.CommentList, shows=PAGE)
def check_in_comments(reading: Reading, check_in_id: UUID) -> dict[str, Any]:
    """The comments on a check-in and the answers to them, oldest first."""
    check_ins.one(reading.connection, reading.position, check_in_id)
    return _page(reading, check_in_id)


@blueprint.get("/v1/comments/<uuid:comment_id>")
@read(queries.AsOf, shows=schemas.Comment, versioned=True)
def one_comment(reading: Reading, comment_id: UUID) -> dict[str, Any]:
    """Read a comment."""
    return resources.comment(reading.connection, reading.moment, comment_id)


def _page(reading: Reading, subject_id: UUID) -> dict[str, Any]:
    limit, after = reading.query["limit"], reading.query["after"]
    chosen = [comments.c.subject_id == str(subject_id)]
    if "kind" in reading.query:
        chosen.append(comments.c.kind == reading.query["kind"])
    rows = lookups.page(reading.connection, comments, reading.position, after=after, limit=limit + 1, chosen=chosen)
    return listed(resources.remarks(rows), [row.created for row in rows], limit)
