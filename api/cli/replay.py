"""`okr replay`."""

from typing import Any
from uuid import UUID

import click
from sqlalchemy import Connection, select

from api import rendering
from api.cli.noting import as_person, note
from api.cli.opening import failing, opened
from api.cli.walking import concluded, walked
from api.stores import Stores
from okr_events.errors import Invalid, NotFound
from okr_events.log.ledger import Head
from projections import feed, moment, places
from projections.replay import Replay
from projections.tables import at, facts, units

PATIENCE = 600.0
"""Seconds that the views may take to catch up with the log."""


@click.command()
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id: itself and all below it.")
@click.option("--from", "since", help="From an instant, the beginning of a day, or position:N on.")
@click.option("--to", "until", help="Up to an instant, the end of a day, or position:N.")
@click.option("--step", "stepping", is_flag=True, help="Wait for Enter after each event; q ends it.")
@as_person
@failing
def replay(*, cycle: str, unit: str | None, since: str | None, until: str | None, person: str | None, stepping: bool) -> None:
    """Walk through a cycle, event by event: who did what, why, and what it did to the numbers."""
    with opened(prepare=False) as (stores, _):
        head = stores.views.catch_up(PATIENCE)
        after, upto = _span(stores, head, since, until)
        with stores.views.reading() as connection:
            cycle_id = _cycle(connection, cycle, head.position)
            below = _below(connection, unit, head.position)
            asked = {"cycle": cycle, "unit": unit, "from": since, "to": until}
            note(stores, "replay", person, {name: value for name, value in asked.items() if value is not None})
            steps = _replay(stores, connection).steps(_chosen(cycle_id, below), after=after, upto=upto)
            concluded(connection, cycle_id, below, walked(steps, stepping=stepping))


def _replay(stores: Stores, connection: Connection) -> Replay:
    return Replay(
        connection,
        stores.log,
        stores.okrs.mapper,
        {str(id): name for id, name in stores.register.people.names().items()},
        lambda value: rendering.opened_by(stores.register.keys, value),
        stores.okrs.time_zone(),
    )


def _span(stores: Stores, head: Head, since: str | None, until: str | None) -> tuple[int, int]:
    """After which position, and up to which."""
    place: dict[str, Any] = {"log": stores.log, "head": head, "zone": stores.okrs.time_zone()}
    try:
        option = "--from"
        after = moment.before(since, **place) if since else 0
        option = "--to"
        return after, moment.parse(until, None, **place).position
    except Invalid as wrong:
        raise click.BadParameter(str(wrong.detail), param_hint=option) from None


def _cycle(connection: Connection, text: str, position: int) -> str:
    try:
        id: str = places.cycle_named(connection, text, position).id
    except NotFound:
        raise click.BadParameter("There is no cycle with this name or id.", param_hint="--cycle") from None
    return id


def _chosen(cycle_id: str, below: list[str] | None) -> feed.Chosen:
    """The facts of the cycle; with units only those about these, and those of the cycle itself."""
    if below is None:
        return [feed.of_cycle(cycle_id)]
    return [feed.of_cycle(cycle_id), feed.of_units(below) | (facts.c.stream_id == cycle_id)]


def _below(connection: Connection, text: str | None, position: int) -> list[str] | None:
    """The unit with this name or id, and all below it; nothing for all units."""
    if text is None:
        return None
    rows = connection.execute(select(units.c.id, units.c.name).where(at(units, position)))
    found = [id for id, name in rows if text.casefold() in {id, name.casefold()}]
    if len(found) != 1:
        count = f"{len(found)} units have this name: say the id." if found else "There is no unit with this name or id."
        raise click.BadParameter(count, param_hint="--unit")
    return places.below(connection, UUID(found[0]), position)
