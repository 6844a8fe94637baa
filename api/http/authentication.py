"""Authentication by bearer token, and the role that an endpoint requires."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps

from flask import Response, g, request
from flask_httpauth import HTTPTokenAuth

from api.http.context import P, stores
from api.http.problems import problem
from okr_events.domain.errors import Forbidden
from okr_events.register.tokens import Role, Token

READERS = tuple(Role)
WRITERS = (Role.MEMBER, Role.ADMIN)
ADMINS = (Role.ADMIN,)
AUDITORS = (Role.AUDITOR, Role.ADMIN)

bearer = HTTPTokenAuth()


@bearer.verify_token
def _verify_token(secret: str) -> Token | None:
    if not secret:
        return None
    register, scope = stores().register, g.request_scope
    scope.enter_context(register.known.pinned())
    return register.tokens.find_live_by_secret(secret)


@bearer.error_handler
def _unauthorized_problem(status: int) -> Response:
    return problem(request.path, status, "unauthorized", "Unauthorized", "Send a valid token: Authorization: Bearer …")


def require_role(roles: tuple[Role, ...]) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Refuse callers without a valid token (401) or with none of these roles (403)."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def endpoint(*args: P.args, **kwargs: P.kwargs) -> Response:
            g.token = bearer.current_user()
            if g.token.role not in roles:
                raise Forbidden(f"This requires one of the roles {', '.join(roles)}.")
            return view(*args, **kwargs)

        protected: Callable[P, Response] = bearer.login_required(endpoint)

        @wraps(view)
        def scoped(*args: P.args, **kwargs: P.kwargs) -> Response:
            with ExitStack() as g.request_scope:
                return protected(*args, **kwargs)

        return scoped

    return decorate
