"""Security headers, added where a response starts."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse

import secure

if TYPE_CHECKING:
    from _typeshed import OptExcInfo

SECURITY_HEADERS = tuple(
    secure.Secure(
        csp=secure.ContentSecurityPolicy().default_src("'none'").frame_ancestors("'none'"),
        referrer=secure.ReferrerPolicy().no_referrer(),
        xcto=secure.XContentTypeOptions(),
        xfo=secure.XFrameOptions().deny(),
        corp=secure.CrossOriginResourcePolicy().same_origin(),
    ).headers.items()
)


def with_security_headers(start_response: StartResponse) -> StartResponse:
    """Let a response start with the security headers that it does not set itself."""

    def start(status: str, headers: list[tuple[str, str]], failure: "OptExcInfo | None" = None, /) -> Callable[[bytes], object]:
        names = {name for name, _ in headers}
        return start_response(status, headers + [header for header in SECURITY_HEADERS if header[0] not in names], failure)

    return start
