"""Lookups of cycles and units by name or id, for the options of commands."""

from uuid import UUID

import click
from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from okr_events.domain.names import name_key
from projections.store import lookups
from projections.store.tables import CycleRow, units, valid_at


def find_cycle(connection: Connection, text: str, position: int) -> CycleRow:
    """Return the row of the cycle with this name or id. Raises `click.BadParameter`."""
    try:
        return lookups.find_cycle(connection, text, position)
    except NotFound:
        raise click.BadParameter(f"No cycle called {text}.", param_hint="--cycle") from None


def find_unit(connection: Connection, text: str | None, position: int) -> UUID | None:
    """Return the unit with this name or id, or `None` if none is given. Raises `click.BadParameter`."""
    if text is None:
        return None
    rows = connection.execute(select(units.c.id, units.c.name).where(valid_at(units, position)))
    ids = [id for id, name in rows if name_key(text) in {id, name_key(name)}]
    if len(ids) != 1:
        message = f"{len(ids)} units have this name. Use the unit's id: {', '.join(ids)}." if ids else f"No unit called {text}."
        raise click.BadParameter(message, param_hint="--unit")
    return UUID(ids[0])
