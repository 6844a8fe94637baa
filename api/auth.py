"""Who may do what: bearer tokens, roles, and what a member owns."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, g
from flask_httpauth import HTTPTokenAuth

from api.current import stores
from api.problems import problem
from okr_events.alignment import Alignment
from okr_events.errors import Forbidden
from okr_events.key_result import KeyResult
from okr_events.objective import Objective
from okr_events.register.tokens import Role, Token

READERS = tuple(Role)
WRITERS = (Role.MEMBER, Role.ADMIN)
ADMINS = (Role.ADMIN,)
F = TypeVar("F", bound=Callable[..., Any])

bearer = HTTPTokenAuth()


@bearer.verify_token
def _token(secret: str) -> Token | None:
    return stores().register.tokens.holder(secret) if secret else None


@bearer.error_handler
def _refused(status: int) -> Response:
    return problem(status, "unauthorized", "Unauthorized", "Send a valid token: Authorization: Bearer …")


def allowed(roles: tuple[Role, ...]) -> Callable[[F], F]:
    """Only callers with one of these roles come through: 401 without a valid token, 403 with another role."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.token = bearer.current_user()
            if g.token.role not in roles:
                raise Forbidden(f"This takes one of the roles: {', '.join(roles)}.")
            return view(*args, **kwargs)

        protected: F = bearer.login_required(guarded)
        return protected

    return decorate


def caller() -> UUID:
    token: Token = g.token
    return token.person_id


class NotYours(Forbidden):
    """A member changes only objectives and key results of their own."""


class NotYourName(Forbidden):
    """A member creates only what they own: name yourself as the owner."""


def own_objective(objective_id: UUID, **_: Any) -> None:
    _mine(stores().okrs.load(Objective, objective_id).owner)


def own_key_result(key_result_id: UUID, **_: Any) -> None:
    key_result = stores().okrs.load(KeyResult, key_result_id)
    _mine(key_result.owner, stores().okrs.load(Objective, key_result.objective_id).owner)


def own_link(alignment_id: UUID, **_: Any) -> None:
    """Either side may end a link."""
    link = stores().okrs.load(Alignment, alignment_id)
    _mine(*(stores().okrs.load(Objective, id).owner for id in (link.child_id, link.parent_id)))


def own_weight(alignment_id: UUID, **_: Any) -> None:
    """A link's weight is a part of its parent's number."""
    own_objective(stores().okrs.load(Alignment, alignment_id).parent_id)


def own_ends(body: dict[str, Any], **_: Any) -> None:
    """The child of a new link, and its parent too when a weight is stated; one that does not exist is refused later."""
    for name in ("child_id", *(("parent_id",) if "weight" in body else ())):
        objective_id = _uuid(body.get(name))
        if objective_id and stores().okrs.exists(Objective, objective_id):
            own_objective(objective_id)


def own_name(body: dict[str, Any], **_: Any) -> None:
    if g.token.role is Role.MEMBER and _uuid(body.get("owner")) != caller():
        raise NotYourName


def _mine(*owners: UUID | None) -> None:
    if g.token.role is Role.MEMBER and caller() not in owners:
        raise NotYours


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
