"""Noting in the access log what a command is about to hand out, and to whom."""

from getpass import getuser
from typing import Any
from uuid import UUID

import click

from api.operations.stores import Stores
from okr_events.register.access_log import COMMAND_LINE
from okr_events.register.people import AmbiguousName

person_option = click.option(
    "--as", "person", help="Who asks: a person's id or name. Default: your login name, if it is known."
)


def record_access(stores: Stores, what: str, person: str | None, asked: dict[str, Any]) -> None:
    """Write it down before anything is handed out: `asked` are the command's options, never words or secrets.

    Raises `click.BadParameter` when the person named is not known.
    """
    position = stores.log.head().position
    stores.register.access_log.append_entry(
        what, position=position, asked=asked, via=COMMAND_LINE, person_id=_resolve_person(stores, person)
    )


def _resolve_person(stores: Stores, person: str | None) -> UUID | None:
    if person is None:
        return _login_person(stores)
    known = stores.register.people.find_by_name(person)
    if known is None:
        raise click.BadParameter("Nobody is.", param_hint="--as")
    return known


def _login_person(stores: Stores) -> UUID | None:
    """The person whose name is this login's; nobody where the login has no name, or several people have it."""
    try:
        return stores.register.people.find_by_name(getuser())
    except (AmbiguousName, OSError, KeyError):
        return None
