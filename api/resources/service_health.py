"""Liveness and readiness, without a token."""

from flask import Response
from flask_smorest import Blueprint

from api.http.context import stores
from api.http.responses import json_response
from api.schemas.response_parts import Problem, Readiness

blueprint = Blueprint("health", __name__, description="For load balancers and operators.")


@blueprint.get("/health/live")
@blueprint.alt_response(200, schema=Readiness)
def check_liveness() -> Response:
    """Check that the process responds."""
    return json_response({"status": "live"}, 200)


@blueprint.get("/health/ready")
@blueprint.alt_response(200, schema=Readiness)
@blueprint.alt_response(503, schema=Problem, content_type="application/problem+json")
def check_readiness() -> Response:
    """Check that log, register and views work and take writes, and that the views have caught up with the log; else 503."""
    backend = stores()
    backend.check_writable()
    backend.register.people.revision()
    head = backend.views.catch_up()
    return json_response({"status": "ready", "position": head.position}, 200, position=head.position)
