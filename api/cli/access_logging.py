"""Noting in the access log what a command is about to hand out, and to whom."""

from getpass import getuser
from typing import Any
from uuid import UUID

import click

from api.operations.stores import Stores
from okr_events.register.access_log import COMMAND_LINE
from okr_events.register.people import AmbiguousName

as_person = click.option("--as", "person", help="Who asks: a person's id or name. Default: your login name, if it is known.")


def note(stores: Stores, what: str, person: str | None, asked: dict[str, Any]) -> None:
    """Write it down before anything is handed out: `asked` are the command's options, never words or secrets.

    Raises `click.BadParameter` when the person named is not known.
    """
    position = stores.log.head().position
    stores.register.access_log.note(what, position=position, asked=asked, via=COMMAND_LINE, person_id=_whoever(stores, person))


def _whoever(stores: Stores, person: str | None) -> UUID | None:
    if person is None:
        return _logged_in(stores)
    known = stores.register.people.called(person)
    if known is None:
        raise click.BadParameter("Nobody is.", param_hint="--as")
    return known


def _logged_in(stores: Stores) -> UUID | None:
    """The person whose name is this login's; nobody where the login has no name, or several people have it."""
    try:
        return stores.register.people.called(getuser())
    except (AmbiguousName, OSError, KeyError):
        return None
