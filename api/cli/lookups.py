"""Cycles and units as people call them on the command line."""

from typing import Any
from uuid import UUID

import click
from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from projections.store import lookups
from projections.store.tables import units, valid_at


def find_cycle(connection: Connection, text: str, position: int) -> Any:
    """The row of the cycle with this name or id. Raises `click.BadParameter`."""
    try:
        return lookups.find_cycle(connection, text, position)
    except NotFound:
        raise click.BadParameter("There is no cycle with this name or id.", param_hint="--cycle") from None


def find_unit(connection: Connection, text: str | None, position: int) -> UUID | None:
    """The unit with this name or id; nothing where none is asked. Raises `click.BadParameter`."""
    if text is None:
        return None
    rows = connection.execute(select(units.c.id, units.c.name).where(valid_at(units, position)))
    found = [id for id, name in rows if text.casefold() in {id, name.casefold()}]
    if len(found) != 1:
        count = f"{len(found)} units have this name: say the id." if found else "There is no unit with this name or id."
        raise click.BadParameter(count, param_hint="--unit")
    return UUID(found[0])
