"""Entries in the access log for commands that read or export data."""

from getpass import getuser
from typing import Any
from uuid import UUID

import click

from api.operations.stores import Stores
from okr_events.register.access_log import COMMAND_LINE
from okr_events.register.people import AmbiguousName

person_option = click.option(
    "--as", "person", help="Your id or name for the access log. Default: your login name, if it is known."
)


def record_access(stores: Stores, what: str, person: str | None, asked: dict[str, Any]) -> None:
    """Record an access before any data is read; `asked` holds the command's options.

    Raises `click.BadParameter` if the person is unknown.
    """
    position = stores.log.head().position
    stores.register.access_log.append_entry(
        what, position=position, asked=asked, via=COMMAND_LINE, person_id=_resolve_person(stores, person)
    )


def _resolve_person(stores: Stores, person: str | None) -> UUID | None:
    if person is None:
        try:
            return stores.register.people.find_by_name(getuser())
        except (AmbiguousName, OSError, KeyError):
            return None
    id = stores.register.people.find_by_name(person)
    if id is None:
        raise click.BadParameter(f"No person has the name or id {person}.", param_hint="--as")
    return id
