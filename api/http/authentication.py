"""Authentication by bearer token, and the role that an endpoint requires."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, request
from flask_httpauth import HTTPTokenAuth

from api.http.context import stores
from api.http.problems import problem
from okr_events.domain.errors import Forbidden
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
    return problem(request.path, status, "unauthorized", "Unauthorized", "Send a valid token: Authorization: Bearer …")


def require_role(roles: tuple[Role, ...]) -> Callable[[F], F]:
    """Refuse callers without a valid token (401) or with none of these roles (403)."""

    def decorate(view: F) -> F:
        @wraps(view)
        def endpoint(*args: Any, **kwargs: Any) -> Any:
            g.token = bearer.current_user()
            if g.token.role not in roles:
                raise Forbidden(f"This requires one of the roles {', '.join(roles)}.")
            return view(*args, **kwargs)

        protected: F = bearer.login_required(endpoint)
        return protected

    return decorate
