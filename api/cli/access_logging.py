"""Entries in the access log for commands that read or export data."""

from getpass import getuser
from uuid import UUID

import click

from api.operations.stores import Stores
from okr_events.json_types import JsonObject
from okr_events.register.access_log import COMMAND_LINE
from okr_events.register.encryption_keys import CiphertextTampered
from okr_events.register.person_lookup import AmbiguousName

person_option = click.option(
    "--as", "person", help="Your id, e-mail address or name for the access log. Default: your login name, if it is known."
)


def record_access(stores: Stores, command: str, person: str | None, options: JsonObject) -> None:
    """Record an access, with the options of the command, before any data is read.

    Raises `click.BadParameter` if the person is unknown.
    """
    position = stores.log.head().position
    stores.register.access_log.append_entry(
        command, position=position, asked=options, via=COMMAND_LINE, person_id=_resolve_person(stores, person)
    )


def _resolve_person(stores: Stores, person: str | None) -> UUID | None:
    if person is None:
        try:
            return stores.register.people.find(getuser())
        except (AmbiguousName, CiphertextTampered, OSError, KeyError):
            return None
    id = stores.register.people.find(person)
    if id is None:
        raise click.BadParameter(f"No person has the id, e-mail address or name {person}.", param_hint="--as")
    return id
