"""Noting in the access log what a caller is about to be handed."""

from typing import Any

from flask import g

from api.http.authentication import caller_id
from api.http.context import stores


def record_access(what: str, position: int, asked: dict[str, Any]) -> None:
    """Write it down before anything is handed out: `asked` are the request's parameters, never words or secrets."""
    stores().register.access_log.append_entry(what, position=position, asked=asked, person_id=caller_id(), role=g.token.role)
