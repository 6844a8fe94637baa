"""Who may do what: bearer tokens, roles, and what a member owns."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, g
from flask_httpauth import HTTPTokenAuth

from api.http.context import stores
from api.http.problems import problem
from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.decimals import ONE, parse_decimal
from okr_events.domain.errors import Forbidden
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.register.tokens import Role, Token

READERS = tuple(Role)
WRITERS = (Role.MEMBER, Role.ADMIN)
ADMINS = (Role.ADMIN,)
AUDITORS = (Role.AUDITOR, Role.ADMIN)
F = TypeVar("F", bound=Callable[..., Any])

bearer = HTTPTokenAuth()


@bearer.verify_token
def _verify_token(secret: str) -> Token | None:
    return stores().register.tokens.find_live_by_secret(secret) if secret else None


@bearer.error_handler
def _unauthorized_problem(status: int) -> Response:
    return problem(status, "unauthorized", "Unauthorized", "Send a valid token: Authorization: Bearer …")


def require_role(roles: tuple[Role, ...]) -> Callable[[F], F]:
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


def caller_id() -> UUID:
    token: Token = g.token
    return token.person_id


class NotOwner(Forbidden):
    code = "not-yours"
    title = "A member changes only objectives and key results of their own."


class OwnerNotSelf(Forbidden):
    code = "not-your-name"
    title = "A member creates only what they own: name yourself as the owner."


def require_objective_owner(objective_id: UUID, **_: Any) -> None:
    _require_owner(stores().okrs.load(Objective, objective_id).owner)


def require_key_result_owner(key_result_id: UUID, **_: Any) -> None:
    _require_owner(*_owners(key_result_id))


def require_alignment_owner(alignment_id: UUID, **_: Any) -> None:
    """Either side may end a link."""
    link = stores().okrs.load(Alignment, alignment_id)
    _require_owner(stores().okrs.load(Objective, link.child_id).owner, *_owners(link.parent_id))


def require_alignment_change_owner(alignment_id: UUID, body: dict[str, Any], **_: Any) -> None:
    """A link's weight is a part of its parent's number; the capacity is what its child asks."""
    link = stores().okrs.load(Alignment, alignment_id)
    if "capacity" in body:
        _require_owner(stores().okrs.load(Objective, link.child_id).owner)
    if "weight" in body or "capacity" not in body:
        _require_owner(*_owners(link.parent_id))


def require_alignment_parent_owner(alignment_id: UUID, **_: Any) -> None:
    """Who is asked for something answers."""
    _require_owner(*_owners(stores().okrs.load(Alignment, alignment_id).parent_id))


def require_target_objective_owner(body: dict[str, Any], **_: Any) -> None:
    """The objective that a body names; what does not exist is refused later."""
    objective_id = _parse_uuid(body.get("objective_id"))
    if objective_id and stores().okrs.exists(Objective, objective_id):
        require_objective_owner(objective_id)


def require_new_alignment_owner(body: dict[str, Any], **_: Any) -> None:
    """The child of a new link, and its parent when another weight than 1 is stated, or a key result inherited.

    What does not exist is refused later.
    """
    child_id, parent_id = _parse_uuid(body.get("child_id")), _parse_uuid(body.get("parent_id"))
    if child_id and stores().okrs.exists(Objective, child_id):
        require_objective_owner(child_id)
    if parent_id and (_is_custom_weight(body.get("weight")) or body.get("kind") == AlignmentKind.EXPLICIT):
        owners = _owners(parent_id)
        if owners:
            _require_owner(*owners)


def _is_custom_weight(stated: Any) -> bool:
    """Whether it is a weight other than the one that a link has anyway; what is no weight at all is refused later."""
    try:
        return stated is not None and parse_decimal(stated) != ONE
    except ValueError:
        return False


def require_initiative_owner(initiative_id: UUID, **_: Any) -> None:
    initiative = stores().okrs.load(Initiative, initiative_id)
    _require_owner(initiative.owner, *_owners(initiative.key_result_id))


def _owners(id: UUID) -> list[UUID | None]:
    """Who owns an objective, a priority, or a key result and its objective; empty when there is no such thing."""
    okrs = stores().okrs
    if okrs.exists(Objective, id):
        return [okrs.load(Objective, id).owner]
    if okrs.exists(Priority, id):
        return [okrs.load(Priority, id).owner]
    if not okrs.exists(KeyResult, id):
        return []
    key_result = okrs.load(KeyResult, id)
    return [key_result.owner, okrs.load(Objective, key_result.objective_id).owner]


def require_self_as_owner(body: dict[str, Any], **_: Any) -> None:
    if g.token.role is Role.MEMBER and _parse_uuid(body.get("owner")) != caller_id():
        raise OwnerNotSelf


def _require_owner(*owners: UUID | None) -> None:
    if g.token.role is Role.MEMBER and caller_id() not in owners:
        raise NotOwner


def _parse_uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
